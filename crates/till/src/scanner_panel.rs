//! What the till knows of its scanners: how they stand, what they brought, how keys came.

use crate::scan::{Limits, Repeats, Scan, Source, Trace};
use scantill_types::payer_code::{self, Kind};

/// What the cashier does on the scanner's page, or to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScannerCommand {
    OpenPage,
    ClosePage,
    /// Choose a HID scanner in the browser's own dialog.
    ConnectHid,
    /// Believe a scanner that types as slowly as this.
    Limit(Limits),
    /// Open the camera on the scan's screen, or close it.
    Camera(bool),
    /// Open it with every sale on this device, or on request alone.
    CameraAutoOpen(bool),
    /// Open this one of several cameras.
    CameraChoice(u32),
    /// A supervisor decides about the payment on the screen.
    OpenOffice,
    /// The supervisor's sheet was closed, or it could not be loaded.
    OfficeClosed(bool),
}

impl ScannerCommand {
    /// What a button of the page means, and the limit that it asks for.
    pub fn named(name: &str, value: u32) -> Option<Self> {
        match name {
            "office" => Some(Self::OfficeClosed(value != 0)),
            "connect-hid" => Some(Self::ConnectHid),
            "camera" => Some(Self::Camera(value != 0)),
            "camera-choice" => Some(Self::CameraChoice(value)),
            "camera-auto-open" => Some(Self::CameraAutoOpen(value != 0)),
            "limit" => Some(Self::Limit(Limits::with_mean_gap_ms(value.into()))),
            _ => None,
        }
    }
}

/// The module that is loaded later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModuleState {
    #[default]
    NotYet,
    Loaded,
    Failed,
}

impl ModuleState {
    /// What could not be loaded may be asked for again.
    pub fn reset_failure(&mut self) {
        if *self == Self::Failed {
            *self = Self::NotYet;
        }
    }
}

/// The last scan, as far as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub masked: String,
    pub kind: Kind,
    pub source: Source,
    /// How many signs it has.
    pub signs: u32,
    /// How many came in all, so that the same one twice shows as two.
    pub number: u32,
}

/// The scanners' part of the view model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScannerPanel {
    /// The scanner's page is open: scans are tests.
    pub open: bool,
    pub limits: Limits,
    pub reading: Option<Reading>,
    pub trace: Option<Trace>,
    /// A sound was due and the browser did not allow it.
    pub muted: bool,
    pub module: ModuleState,
    pub camera: Camera,
    /// The supervisor's sheet; loaded, it is open, and nothing is scanned for the till.
    pub office: ModuleState,
}

/// Whether the camera is wanted where a code is waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Camera {
    /// It is to be open now.
    pub wanted: bool,
    /// It opens with every sale.
    pub auto_open: bool,
    /// What the one that was chosen is known by; 0 where none was.
    pub choice: u32,
}

impl ScannerPanel {
    /// Shows the scanner's page, with nothing tried yet.
    pub fn show(&mut self) {
        (self.open, self.reading, self.trace, self.camera.wanted) = (true, None, None, false);
        self.module.reset_failure();
    }

    /// Leaves the page, and with it the camera that was tried there.
    pub fn hide(&mut self) {
        (self.open, self.camera.wanted) = (false, self.camera.auto_open);
    }
}

/// The panel, and what tells a scan from its repeat.
#[derive(Debug, Default)]
pub struct Scanners {
    pub panel: ScannerPanel,
    repeats: Repeats,
}

/// What becomes of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanUse {
    /// It is the machine's.
    Sale,
    /// It is shown on the scanner's page.
    Test,
    /// The same label once more: one scan.
    Nothing,
}

impl Scanners {
    /// Takes a scan of any source.
    pub fn scanned(&mut self, source: Source, scan: &Scan) -> ScanUse {
        if self.repeats.is_repeat(scan) {
            return ScanUse::Nothing;
        }
        let text = scan.text.expose();
        let number = self.panel.reading.as_ref().map_or(0, |reading| reading.number.wrapping_add(1));
        let (masked, kind, signs) = (
            scan.text.masked(),
            payer_code::kind_of(text),
            u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
        );
        self.panel.reading = Some(Reading { masked, kind, source, signs, number });
        if source != Source::Keyboard {
            self.panel.trace = None;
        }
        if self.panel.open { ScanUse::Test } else { ScanUse::Sale }
    }

    /// The cashier did something: whatever is scanned now is meant, also the same once more.
    pub fn begin_anew(&mut self) {
        self.repeats = Repeats::default();
    }

    /// Takes how keys came.
    pub fn told(&mut self, trace: Trace) {
        // Beside keys that were no scan an older one would be taken for theirs.
        if !trace.is_scan {
            self.panel.reading = None;
        }
        self.panel.trace = Some(trace);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::ScanText;

    fn scan(text: &str, at_ms: u64) -> Scan {
        Scan { text: ScanText::new(text.to_owned()), at_ms }
    }

    #[test]
    fn one_label_read_by_two_scanners_at_once_is_one_scan() {
        let mut scanners = Scanners::default();
        assert_eq!(scanners.scanned(Source::Keyboard, &scan("28763443825664394", 1_000)), ScanUse::Sale);
        assert_eq!(scanners.scanned(Source::Hid, &scan("28763443825664394", 1_010)), ScanUse::Nothing);
        assert_eq!(scanners.scanned(Source::Hid, &scan("28763443825664395", 1_020)), ScanUse::Sale);
    }

    #[test]
    fn the_same_label_counts_again_once_the_cashier_did_something() {
        let mut scanners = Scanners::default();
        assert_eq!(scanners.scanned(Source::Keyboard, &scan("28763443825664394", 1_000)), ScanUse::Sale);
        scanners.begin_anew();
        assert_eq!(scanners.scanned(Source::Keyboard, &scan("28763443825664394", 1_100)), ScanUse::Sale);
    }

    #[test]
    fn on_its_page_a_scan_is_a_test_and_shows_its_ends_alone() {
        let mut scanners = Scanners::default();
        scanners.panel.open = true;
        assert_eq!(scanners.scanned(Source::Hid, &scan("28763443825664394", 1_000)), ScanUse::Test);
        let reading = scanners.panel.reading.clone().unwrap();
        let Reading { masked, source, signs, number, .. } = reading;
        assert_eq!((masked.as_str(), source, signs, number), ("28 ····· 4394", Source::Hid, 17, 0));
        assert!(!format!("{:?}", scanners.panel).contains("287634"));
    }
}
