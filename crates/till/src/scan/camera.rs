//! Decides when a camera's read counts, and when its next picture is decoded. Pure and in this crate, since
//! the browser's own decoder and ours follow the same rule.
//!
//! The check digit of a Code 128 lets one misread in a hundred pass. Two equal reads in a row let one in ten
//! thousand pass, and both would have to be wrong in the same way.

/// A first read that is not confirmed within this time is dropped.
const CONFIRM_MS: f64 = 1_500.0;
/// A code is given again only after it was out of sight for this long.
const OUT_OF_SIGHT_MS: f64 = 2_000.0;
/// Two pictures one after the other that both show a code show it once, however slow the tablet is, up to this time.
const SLOW_PICTURE_MS: f64 = 10_000.0;
/// The shortest pause between two pictures.
const REST_MS_MIN: f64 = 40.0;
/// The longest pause: a slow tablet still decodes two pictures a second.
const REST_MS_MAX: f64 = 400.0;

/// The camera's reads so far. Times are milliseconds of any monotonic clock.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reads {
    #[default]
    None,
    /// One read, not confirmed yet.
    Once(Sighting),
    /// A code that was given and may still be in sight.
    Given(Sighting),
}

/// A text, when it was last seen, and how many pictures since then showed no code.
#[derive(Clone, PartialEq)]
pub struct Sighting {
    text: String,
    seen_ms: f64,
    pictures_without: u32,
    /// The time since the read before it. It counts once the code is given: then both reads were of it.
    gap_ms: f64,
}

impl std::fmt::Debug for Sighting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Sighting(at {} ms)", self.seen_ms)
    }
}

impl Reads {
    /// Adds one read. True if its text is given now, which happens once while the code stays in sight.
    #[must_use]
    pub fn with(self, text: &str, now_ms: f64) -> (Self, bool) {
        let gap_ms = match &self {
            Self::Once(last) | Self::Given(last) => now_ms - last.seen_ms,
            Self::None => 0.0,
        };
        let sighting = Sighting { text: text.to_owned(), seen_ms: now_ms, pictures_without: 0, gap_ms };
        match self {
            Self::Given(given) if given.is_again(text, now_ms, given.out_of_sight_ms()) => {
                (Self::Given(sighting), false)
            }
            Self::Once(once) if once.is_again(text, now_ms, CONFIRM_MS) => (Self::Given(sighting), true),
            _ => (Self::Once(sighting), false),
        }
    }

    /// Takes a picture that showed no code.
    #[must_use]
    pub fn without_code(mut self) -> Self {
        if let Self::Once(sighting) | Self::Given(sighting) = &mut self {
            sighting.pictures_without = sighting.pictures_without.saturating_add(1);
        }
        self
    }
}

impl Sighting {
    /// A slow tablet may miss the code in one picture.
    fn out_of_sight_ms(&self) -> f64 {
        (2.0 * self.gap_ms).clamp(OUT_OF_SIGHT_MS, SLOW_PICTURE_MS)
    }

    fn is_again(&self, text: &str, now_ms: f64, within_ms: f64) -> bool {
        let within_ms = if self.pictures_without == 0 { within_ms.max(SLOW_PICTURE_MS) } else { within_ms };
        self.text == text && now_ms - self.seen_ms <= within_ms
    }
}

/// The text with the AIM identifier of its kind, if the browser's name of the kind shows that it is no
/// payer's code. A scanner marks such labels in the same way, and the grammar knows the mark.
pub fn identified(text: &str, format: &str) -> String {
    let identifier = match format {
        "gs1_128" => "]C1",
        "ean_13" | "ean_8" | "upc_a" | "upc_e" => "]E0",
        _ => "",
    };
    format!("{identifier}{text}")
}

/// How long to pause before the next picture, after one that took `took_ms`: decoding uses at most half of a
/// core.
pub fn rest_ms(took_ms: f64) -> f64 {
    // A clock that was set back must not stop the camera.
    if took_ms.is_nan() { REST_MS_MIN } else { took_ms.clamp(REST_MS_MIN, REST_MS_MAX) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use scantill_types::payer_code::{self, Kind, Wallet};

    /// The reads, as text and time, that are given. A picture without a code has an empty text.
    fn given(reads: &[(&str, f64)]) -> Vec<bool> {
        let mut state = Reads::default();
        let mut step = |(text, now_ms): &(&str, f64)| {
            if text.is_empty() {
                state = std::mem::take(&mut state).without_code();
                return false;
            }
            // A page may have been open for a while.
            let (next, is_given) = std::mem::take(&mut state).with(text, 1_000_000.0 + now_ms);
            state = next;
            is_given
        };
        reads.iter().map(&mut step).collect()
    }

    #[test]
    fn two_equal_reads_give_a_code_and_one_does_not() {
        assert_eq!(given(&[("28", 0.0), ("28", 100.0)]), [false, true]);
    }

    #[test]
    fn another_read_between_begins_anew() {
        let reads = [("28", 0.0), ("29", 100.0), ("28", 200.0), ("28", 300.0)];
        assert_eq!(given(&reads), [false, false, false, true]);
    }

    #[test]
    fn a_read_too_long_ago_confirms_nothing() {
        let reads = [("28", 0.0), ("", 800.0), ("28", 1_501.0), ("28", 1_600.0)];
        assert_eq!(given(&reads), [false, false, false, true]);
        assert_eq!(given(&[("28", 0.0), ("28", 10_001.0)]), [false, false]);
    }

    #[test]
    fn a_slow_tablet_gives_a_code_once_while_it_stays_in_sight() {
        let reads = [("28", 0.0), ("28", 4_000.0), ("", 8_000.0), ("28", 12_000.0), ("28", 16_000.0)];
        assert_eq!(given(&reads), [false, true, false, false, false]);
        let away = [("", 20_000.0), ("", 24_000.0), ("28", 28_000.0), ("28", 32_000.0)];
        assert_eq!(given(&[&reads[..], &away].concat()).last(), Some(&true), "it was away");
    }

    #[test]
    fn a_code_that_stays_in_sight_is_given_once() {
        let reads: Vec<(&str, f64)> = (0..100).map(|index| ("28", f64::from(index) * 1_900.0)).collect();
        let reads = [&[("28", -100.0)][..], &reads].concat();
        assert_eq!(given(&reads).iter().filter(|given| **given).count(), 1);
    }

    #[test]
    fn a_code_that_was_away_is_given_again() {
        let reads = [("28", 0.0), ("28", 100.0), ("", 200.0), ("28", 2_101.0), ("28", 2_200.0)];
        assert_eq!(given(&reads), [false, true, false, false, true]);
    }

    #[test]
    fn a_sighting_does_not_print_its_digits() {
        let (reads, _) = Reads::default().with("289431869362714645", 5.0);
        assert_eq!(format!("{reads:?}"), "Once(Sighting(at 5 ms))");
    }

    #[test]
    fn the_codes_kind_tells_a_label_from_a_payers_code() {
        let digits = "289431869362714645";
        for (format, expected) in [
            ("code_128", Kind::Payer(Wallet::Alipay)),
            ("qr_code", Kind::Payer(Wallet::Alipay)),
            ("gs1_128", Kind::Product),
            ("ean_13", Kind::Product),
        ] {
            assert_eq!(payer_code::kind_of(&identified(digits, format)), expected, "{format}");
        }
    }

    #[test]
    fn the_rest_is_as_long_as_the_work_within_bounds() {
        let rests = [1.0, 40.0, 100.0, 5_000.0, -3.0, f64::NAN, f64::INFINITY].map(rest_ms);
        let expected: [f64; 7] = [40.0, 40.0, 100.0, 400.0, 40.0, 40.0, 400.0];
        assert_eq!(rests.map(f64::to_bits), expected.map(f64::to_bits));
    }

    proptest! {
        #[test]
        fn nothing_is_given_that_was_not_read_twice_in_a_row(reads in prop::collection::vec((0..4_usize, 0..3_000_u32), 0..60)) {
            let texts = ["28", "29", "30", "10"];
            let mut now_ms = 0.0;
            let reads: Vec<(&str, f64)> = reads.into_iter().map(|(text, gap)| {
                now_ms += f64::from(gap);
                (texts[text], now_ms)
            }).collect();
            for (index, is_given) in given(&reads).into_iter().enumerate() {
                let is_twice = 0 < index && reads[index - 1].0 == reads[index].0;
                prop_assert!(!is_given || is_twice);
            }
        }
    }
}
