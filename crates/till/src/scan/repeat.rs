//! A scanner that reads the same label twice has scanned once.

use super::{Scan, ScanText};

/// A trigger that is held too long, or a camera that keeps reading, reads the same label again within this
/// time.
const REPEAT_MS: u64 = 1_200;
/// No hand scans again as fast as this.
const HELD_MS: u64 = 600;

/// Remembers the last scan of all sources.
#[derive(Clone, Debug, Default)]
pub struct Repeats {
    last: Option<(ScanText, u64)>,
}

impl Repeats {
    /// Whether this scan repeats the last one. Only reads as fast as a held trigger restart the time, so that
    /// a cashier who scans once a second gets each scan.
    pub fn is_repeat(&mut self, scan: &Scan) -> bool {
        let known = self.last.as_ref().filter(|(text, _)| *text == scan.text);
        let gap_ms = known.map(|(_, at_ms)| scan.at_ms.saturating_sub(*at_ms));
        let is_repeat = gap_ms.is_some_and(|gap_ms| gap_ms <= REPEAT_MS);
        if gap_ms.is_none_or(|gap_ms| gap_ms <= HELD_MS) || !is_repeat {
            self.last = Some((scan.text.clone(), scan.at_ms));
        }
        is_repeat
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str, at_ms: u64) -> Scan {
        Scan { text: ScanText::new(text.to_owned()), at_ms }
    }

    #[test]
    fn the_same_label_read_again_at_once_is_one_scan() {
        let mut repeats = Repeats::default();
        assert!(!repeats.is_repeat(&scan("28763443825664394", 1_000)));
        assert!(
            (3..=12).all(|read| repeats.is_repeat(&scan("28763443825664394", read * 500))),
            "a camera goes on"
        );
        assert!(!repeats.is_repeat(&scan("28763443825664394", 7_300)), "a second try is meant");
    }

    #[test]
    fn a_hand_that_scans_once_a_second_gets_every_scan() {
        let mut repeats = Repeats::default();
        let heard = (1..=5).filter(|second| !repeats.is_repeat(&scan("28763443825664394", second * 1_000)));
        assert_eq!(heard.collect::<Vec<_>>(), [1, 3, 5]);
    }

    #[test]
    fn another_label_is_another_scan_at_once() {
        let mut repeats = Repeats::default();
        assert!(!repeats.is_repeat(&scan("28763443825664394", 1_000)));
        assert!(!repeats.is_repeat(&scan("28763443825664395", 1_001)));
        assert!(!repeats.is_repeat(&scan("28763443825664394", 1_002)));
    }
}
