//! Tells a keyboard-wedge scanner from a typing hand: events with their times in, scans out.
//!
//! Scanners differ from 1 ms to 100 ms a key, so no total time is judged, only gaps; whether the digits are a payer's
//! code is the grammar's question. Times are the events' own (`event.timeStamp`): a handler's clock bunches keys that
//! waited behind a busy main thread.

/// A longer pause than this between two keys ends what came before.
pub const GAP_MS_MAX: u64 = 250;
/// Silence after the last key that ends a scan without a suffix.
pub const SILENCE_MS: u64 = 300;
/// Fewer characters than this are a hand's.
pub const SCAN_CHARACTERS_MIN: usize = 6;
/// The longest scan that is collected; a QR with a web address is longer than any payer code.
pub const SCAN_CHARACTERS_MAX: usize = 512;

/// A key of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A printable character.
    Character(char),
    /// Enter or Tab: the suffix of most scanners.
    Terminator,
}

/// What to do with the key that was just pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not a scanner's, as far as can be told: let it through.
    Typing,
    /// Part of a scan: keep it from buttons and fields.
    Collecting,
    /// The scan is whole.
    Scan(String),
}

/// The keys of one burst.
#[derive(Clone, Debug, Default)]
pub struct Wedge {
    collected: String,
    last_at_ms: u64,
}

impl Wedge {
    /// Takes a key with the time of its event.
    pub fn push(&mut self, at_ms: u64, key: Key) -> Verdict {
        if GAP_MS_MAX < at_ms.saturating_sub(self.last_at_ms) {
            self.collected.clear();
        }
        self.last_at_ms = at_ms;
        match key {
            Key::Character(character) => self.collect(character),
            Key::Terminator => self.finish().map_or(Verdict::Typing, Verdict::Scan),
        }
    }

    /// The clock says `now_ms`: ends a scan that came without a suffix.
    pub fn silence(&mut self, now_ms: u64) -> Option<String> {
        let silent = SILENCE_MS <= now_ms.saturating_sub(self.last_at_ms);
        silent.then(|| self.finish()).flatten()
    }

    fn collect(&mut self, character: char) -> Verdict {
        if self.collected.len() < SCAN_CHARACTERS_MAX {
            self.collected.push(character);
        }
        if self.collected.len() < 2 { Verdict::Typing } else { Verdict::Collecting }
    }

    fn finish(&mut self) -> Option<String> {
        let collected = std::mem::take(&mut self.collected);
        (SCAN_CHARACTERS_MIN <= collected.chars().count()).then_some(collected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scan(wedge: &mut Wedge, start_ms: u64, gaps_ms: &[u64], code: &str) -> Vec<Verdict> {
        let mut at_ms = start_ms;
        let keys = code.chars().map(Key::Character).chain([Key::Terminator]);
        keys.zip(gaps_ms.iter().cycle())
            .map(|(key, gap_ms)| {
                at_ms += gap_ms;
                wedge.push(at_ms, key)
            })
            .collect()
    }

    #[test]
    fn a_scan_with_a_suffix_is_whole_at_once() {
        let verdicts = scan(&mut Wedge::default(), 1_000, &[10], "28763443825664394");
        assert_eq!(verdicts.last(), Some(&Verdict::Scan("28763443825664394".into())));
    }

    #[test]
    fn a_scan_without_a_suffix_ends_by_silence() {
        let mut wedge = Wedge::default();
        for (index, digit) in "28763443825664394".chars().enumerate() {
            wedge.push(index as u64 * 10, Key::Character(digit));
        }
        assert_eq!(wedge.silence(400), None);
        assert_eq!(wedge.silence(500), Some("28763443825664394".into()));
        assert_eq!(wedge.silence(900), None);
    }

    #[test]
    fn enter_alone_and_slow_keys_are_typing() {
        let mut wedge = Wedge::default();
        assert_eq!(wedge.push(5_000, Key::Terminator), Verdict::Typing);
        let verdicts = scan(&mut wedge, 10_000, &[400], "1234567890");
        assert!(verdicts.iter().all(|verdict| *verdict == Verdict::Typing));
    }

    #[test]
    fn a_second_suffix_is_no_second_scan() {
        let mut wedge = Wedge::default();
        scan(&mut wedge, 0, &[10], "28763443825664394");
        assert_eq!(wedge.push(200, Key::Terminator), Verdict::Typing);
    }

    proptest! {
        #[test]
        fn no_scan_is_lost_at_any_gap_of_a_scanner(code in "[0-9]{16,24}", gaps_ms in prop::collection::vec(1..=200_u64, 1..24)) {
            let verdicts = scan(&mut Wedge::default(), 0, &gaps_ms, &code);
            prop_assert_eq!(verdicts.last(), Some(&Verdict::Scan(code)));
        }
    }
}
