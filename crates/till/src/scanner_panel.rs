//! What the till knows of its scanners: their states, their last scan, and the times of the keys.

mod border;

pub use border::{ModuleEvent, PageState};

use serde::{Deserialize, Serialize};

use crate::appearance::Appearance;
use crate::scan::{Limits, Repeats, Scan, Source, Trace};
use crate::volume::Volume;
use scantill_types::payer_code::{self, Kind};

/// The commands of the page of settings and of the screens around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScannerCommand {
    OpenPage,
    ClosePage,
    /// Choose a HID scanner in the browser's own dialog.
    ConnectHid,
    /// Accept a scanner that types as slowly as this.
    Limit(Limits),
    /// Open the camera on the scan's screen, or close it.
    Camera(bool),
    /// Open it with every sale on this device, or on request only.
    CameraAutoOpen(bool),
    /// Open this one of several cameras.
    CameraChoice(u32),
    /// Speak this language from now on, by its tag.
    Language(&'static str),
    Volume(Volume),
    Appearance(Appearance),
    /// The proxy has revoked this till's token: a person wanted it so.
    Unpaired,
    /// A supervisor decides about the payment on the screen.
    OpenOffice,
    /// The supervisor's sheet was closed, or it could not be loaded.
    OfficeClosed(bool),
}

/// The state of a module that is loaded on demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModuleState {
    #[default]
    NotYet,
    Loaded,
    Failed,
}

impl ModuleState {
    /// Allows another try after a failure.
    pub fn reset_failure(&mut self) {
        if *self == Self::Failed {
            *self = Self::NotYet;
        }
    }
}

/// The last scan, as far as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub masked: String,
    pub kind: Kind,
    pub source: Source,
    /// How many characters it has.
    pub signs: u32,
    /// The number of scans so far, so that the same scan twice shows as two.
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
    /// The browser did not allow the last sound.
    pub muted: bool,
    pub module: ModuleState,
    pub camera: Camera,
    /// The tag of the language that is shown.
    pub language: &'static str,
    pub volume: Volume,
    pub appearance: Appearance,
    /// The supervisor's sheet. While it is open, no scan goes to the till.
    pub office: ModuleState,
}

/// Whether the camera should be open while the till waits for a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Camera {
    /// It should be open now.
    pub wanted: bool,
    /// It opens with every sale.
    pub auto_open: bool,
    /// Identifies the chosen camera; 0 if none was chosen.
    pub choice: u32,
}

impl ScannerPanel {
    /// Shows the scanner's page with an empty test.
    pub fn show(&mut self) {
        (self.open, self.reading, self.trace, self.camera.wanted) = (true, None, None, false);
        self.module.reset_failure();
    }

    /// Leaves the page and closes the camera that was tried there.
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

/// What a scan is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanUse {
    /// The machine receives it.
    Sale,
    /// The scanner's page shows it.
    Test,
    /// A repeat of the same label: it is dropped.
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

    /// The cashier did something: from now on every scan is meant, also a repeat.
    pub fn begin_anew(&mut self) {
        self.repeats = Repeats::default();
    }

    /// Takes the trace of a burst.
    pub fn told(&mut self, trace: Trace) {
        // An older scan beside the keys of no scan would be taken for theirs.
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
    fn on_the_scanners_page_a_scan_is_a_masked_test() {
        let mut scanners = Scanners::default();
        scanners.panel.open = true;
        assert_eq!(scanners.scanned(Source::Hid, &scan("28763443825664394", 1_000)), ScanUse::Test);
        let reading = scanners.panel.reading.clone().unwrap();
        let Reading { masked, source, signs, number, .. } = reading;
        assert_eq!((masked.as_str(), source, signs, number), ("28 ····· 4394", Source::Hid, 17, 0));
        assert!(!format!("{:?}", scanners.panel).contains("287634"));
    }
}
