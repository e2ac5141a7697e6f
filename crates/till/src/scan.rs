//! Scanners as pure detectors: events with their times in, scans out.
//!
//! A wedge types like a keyboard, a HID POS scanner sends reports, a camera and a hand give whole texts.
//! Every source gives a text and the time of its last character. The grammar (`payer_code`) decides whether
//! it is a payer's code.

mod burst;
pub mod camera;
mod event_times;
mod head;
pub mod hid;
pub mod keys;
mod limits;
mod recommendation;
mod repeat;
mod trace;
mod wedge;

pub use event_times::EventTimes;
pub use limits::{LIMIT_MS_MAX, LIMIT_MS_MIN, Limits};
pub use recommendation::Recommendation;
pub use repeat::Repeats;
pub use trace::{Ended, Trace, TraceError};
pub use wedge::{Target, Verdict, Wedge, WedgeOutcome};

use scantill_types::payer_code;
use serde::{Deserialize, Serialize};

/// Where a scan came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A scanner that types.
    Keyboard,
    /// A HID POS scanner.
    Hid,
    /// The device's camera.
    Camera,
}

/// A text and the time of its last character, on the clock of the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The text as it was read.
    pub text: ScanText,
    /// Milliseconds.
    pub at_ms: u64,
}

/// A scanned text. It may be a payer's code, a bearer credential for a minute, so `Debug` masks it.
#[derive(Clone, PartialEq, Eq)]
pub struct ScanText(String);

impl ScanText {
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The full text, to be judged or sent.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its first two and last four characters.
    pub fn masked(&self) -> String {
        payer_code::masked(&self.0)
    }
}

impl std::fmt::Debug for ScanText {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ScanText({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_never_shows_its_middle() {
        let scan = Scan { text: ScanText::new("28763443825664394".to_owned()), at_ms: 1 };
        assert_eq!(format!("{scan:?}"), "Scan { text: ScanText(28 ····· 4394), at_ms: 1 }");
    }
}
