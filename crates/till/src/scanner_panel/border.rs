//! What the till and its scanner module tell each other: one value each way.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Camera, Reading, ScannerCommand, ScannerPanel};
use crate::appearance::Appearance;
use crate::catalogue;
use crate::scan::{Limits, Scan, ScanText, Source, Trace};
use crate::view_model::ViewModel;
use crate::volume::Volume;

/// What the module paints. It crosses the border as a plain object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageState {
    pub limits: Limits,
    pub reading: Option<Reading>,
    #[serde(with = "text")]
    pub trace: Option<Trace>,
    pub camera: Camera,
    /// The tag of the language that the till shows.
    pub language: String,
    pub volume: Volume,
    pub appearance: Appearance,
    /// The till may be given up: it has no payment and no order.
    pub is_free: bool,
}

impl From<&ViewModel> for PageState {
    fn from(view_model: &ViewModel) -> Self {
        let is_free = view_model.view.is_free();
        let ScannerPanel { limits, reading, trace, camera, language, volume, appearance, .. } =
            view_model.panel.clone();
        let language = language.to_owned();
        Self { limits, reading, trace, camera, language, volume, appearance, is_free }
    }
}

/// What a module tells the till. It crosses the border as a name, a text and a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModuleEvent {
    Scan(Source, Scan),
    Command(ScannerCommand),
}

impl ModuleEvent {
    /// The name, the text and the number of an event; `None` for a command that no module gives.
    pub fn parts(&self) -> Option<(&'static str, &str, u64)> {
        let (name, value) = match self {
            Self::Scan(Source::Camera, scan) => return Some(("seen", scan.text.expose(), scan.at_ms)),
            Self::Scan(_, scan) => return Some(("scanned", scan.text.expose(), scan.at_ms)),
            Self::Command(ScannerCommand::ConnectHid) => ("connect-hid", 0),
            Self::Command(ScannerCommand::Camera(wanted)) => ("camera", u64::from(*wanted)),
            Self::Command(ScannerCommand::CameraAutoOpen(auto_open)) => {
                ("camera-auto-open", u64::from(*auto_open))
            }
            Self::Command(ScannerCommand::CameraChoice(choice)) => ("camera-choice", u64::from(*choice)),
            Self::Command(ScannerCommand::Limit(limits)) => ("limit", limits.mean_gap_ms_max()),
            Self::Command(ScannerCommand::Language(tag)) => return Some(("language", tag, 0)),
            Self::Command(ScannerCommand::Volume(volume)) => return Some(("volume", volume.as_str(), 0)),
            Self::Command(ScannerCommand::Appearance(appearance)) => {
                return Some(("appearance", appearance.as_str(), 0));
            }
            Self::Command(ScannerCommand::Unpaired) => ("unpaired", 0),
            Self::Command(ScannerCommand::OfficeClosed(closed)) => ("office", u64::from(*closed)),
            Self::Command(
                ScannerCommand::OpenPage | ScannerCommand::ClosePage | ScannerCommand::OpenOffice,
            ) => return None,
        };
        Some((name, "", value))
    }

    /// The inverse of `parts`; `None` if no event has this name.
    pub fn from_parts(name: &str, text: String, value: u64) -> Option<Self> {
        let scan = |source, text| Self::Scan(source, Scan { text: ScanText::new(text), at_ms: value });
        let is_set = value != 0;
        Some(Self::Command(match name {
            "seen" => return Some(scan(Source::Camera, text)),
            "scanned" => return Some(scan(Source::Hid, text)),
            "connect-hid" => ScannerCommand::ConnectHid,
            "camera" => ScannerCommand::Camera(is_set),
            "camera-auto-open" => ScannerCommand::CameraAutoOpen(is_set),
            "camera-choice" => ScannerCommand::CameraChoice(u32::try_from(value).unwrap_or_default()),
            "limit" => ScannerCommand::Limit(Limits::with_mean_gap_ms(value)),
            "language" => ScannerCommand::Language(catalogue::named(&text)?),
            "volume" => ScannerCommand::Volume(Volume::parse(&text)?),
            "appearance" => ScannerCommand::Appearance(Appearance::parse(&text)?),
            "unpaired" => ScannerCommand::Unpaired,
            "office" => ScannerCommand::OfficeClosed(is_set),
            _ => return None,
        }))
    }
}

mod text {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Trace};

    #[allow(clippy::ref_option, reason = "serde gives a reference to the field")]
    pub(super) fn serialize<S: Serializer>(trace: &Option<Trace>, serializer: S) -> Result<S::Ok, S::Error> {
        trace.as_ref().map(ToString::to_string).serialize(serializer)
    }

    /// A text that is no trace is shown as none.
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Trace>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.and_then(|text| Trace::parse(&text).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantill_types::payer_code::Kind;

    #[test]
    fn each_event_crosses_the_border_whole() {
        let scan = Scan { text: ScanText::new("28763443825664394".to_owned()), at_ms: 1_000 };
        let commands = [
            ScannerCommand::ConnectHid,
            ScannerCommand::Camera(true),
            ScannerCommand::Camera(false),
            ScannerCommand::CameraAutoOpen(true),
            ScannerCommand::CameraAutoOpen(false),
            ScannerCommand::CameraChoice(u32::MAX),
            ScannerCommand::Limit(Limits::with_mean_gap_ms(200)),
            ScannerCommand::Language("zh-Hans"),
            ScannerCommand::Volume(Volume::Soft),
            ScannerCommand::Appearance(Appearance::Dark),
            ScannerCommand::Unpaired,
            ScannerCommand::OfficeClosed(true),
            ScannerCommand::OfficeClosed(false),
        ];
        let scans = [Source::Hid, Source::Camera].map(|source| ModuleEvent::Scan(source, scan.clone()));
        for event in commands.map(ModuleEvent::Command).into_iter().chain(scans) {
            let (name, text, value) = event.parts().unwrap();
            assert_eq!(ModuleEvent::from_parts(name, text.to_owned(), value), Some(event.clone()));
        }
    }

    #[test]
    fn no_module_gives_the_tills_own_commands() {
        for own in [ScannerCommand::OpenPage, ScannerCommand::ClosePage, ScannerCommand::OpenOffice] {
            assert_eq!(ModuleEvent::Command(own).parts(), None);
        }
        assert_eq!(ModuleEvent::from_parts("open-page", String::new(), 1), None);
        assert_eq!(ModuleEvent::from_parts("language", "xx".to_owned(), 0), None);
    }

    #[test]
    fn a_page_state_crosses_the_border_whole() {
        let trace = Trace::parse("scantill-trace-1 alipay scan 0# 12# 12CR").ok();
        let masked = "28 ····· 4394".to_owned();
        let reading = Reading { masked, kind: Kind::Product, source: Source::Camera, signs: 17, number: 3 };
        let camera = Camera { wanted: true, auto_open: false, choice: 7 };
        let limits = Limits::with_mean_gap_ms(180);
        let language = "th".to_owned();
        let (volume, appearance) = (Volume::Off, Appearance::Light);
        let reading = Some(reading);
        let state = PageState { limits, reading, trace, camera, language, volume, appearance, is_free: true };
        assert!(state.trace.is_some());
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<PageState>(&text).unwrap(), state);
    }
}
