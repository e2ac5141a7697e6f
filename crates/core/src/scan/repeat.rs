//! A scanner that reads the same label twice has scanned once.

use super::{Scan, ScanText};

/// A trigger held for too long, or a camera that goes on looking, reads the same label again within this time.
const REPEAT_MS: u64 = 1_200;

/// Remembers the last scan of all sources.
#[derive(Clone, Debug, Default)]
pub struct Repeats {
    last: Option<(ScanText, u64)>,
}

impl Repeats {
    /// Whether this is the last scan once more. The time runs anew with each read.
    pub fn is_repeat(&mut self, scan: &Scan) -> bool {
        let again = self.last.as_ref().is_some_and(|(text, at_ms)| {
            *text == scan.text && scan.at_ms.saturating_sub(*at_ms) <= REPEAT_MS
        });
        self.last = Some((scan.text.clone(), scan.at_ms));
        again
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
        assert!(repeats.is_repeat(&scan("28763443825664394", 2_000)));
        assert!(repeats.is_repeat(&scan("28763443825664394", 3_000)), "a camera goes on looking");
        assert!(!repeats.is_repeat(&scan("28763443825664394", 5_000)), "a second try is meant");
    }

    #[test]
    fn another_label_is_another_scan_at_once() {
        let mut repeats = Repeats::default();
        assert!(!repeats.is_repeat(&scan("28763443825664394", 1_000)));
        assert!(!repeats.is_repeat(&scan("28763443825664395", 1_001)));
        assert!(!repeats.is_repeat(&scan("28763443825664394", 1_002)));
    }
}
