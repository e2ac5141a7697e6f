//! Random numbers from a seed: a second run with the same seed repeats ids, codes and waits.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// Length of the part of an id after its prefix, as Omise's have it.
const ID_LENGTH: usize = 19;
/// The first letters of an id encode its time, so that ids sort by creation.
const ID_TIME_LENGTH: usize = 9;

/// `SplitMix64`: small, fast and good enough for a simulator.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = high.saturating_sub(low).saturating_add(1).max(1);
        low.saturating_add(self.next() % span)
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(BASE36[index(self.next(), 10)])).collect()
    }

    /// `chrg_test_5fzcst1rcetg7992pgq`
    pub(crate) fn id(&mut self, prefix: &str, livemode: bool, now: Moment) -> String {
        let mode = if livemode { "" } else { "test_" };
        format!("{prefix}_{mode}{}{}", time_letters(now), self.letters(ID_LENGTH - ID_TIME_LENGTH))
    }

    /// A request id in the form of a UUID.
    pub(crate) fn request_id(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xFFFF,
            high & 0xFFF,
            0x8000 | ((low >> 48) & 0x3FFF),
            low & 0xFFFF_FFFF_FFFF
        )
    }

    pub(crate) fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(BASE36[index(self.next(), 36)])).collect()
    }
}

fn time_letters(now: Moment) -> String {
    let mut rest = u64::try_from(now.ms()).unwrap_or(0);
    let mut letters = [b'0'; ID_TIME_LENGTH];
    for letter in letters.iter_mut().rev() {
        *letter = BASE36[index(rest, 36)];
        rest /= 36;
    }
    letters.iter().map(|letter| char::from(*letter)).collect()
}

fn index(number: u64, length: u64) -> usize {
    usize::try_from(number % length).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_sequence() {
        let (mut one, mut two) = (Random::from_seed(7), Random::from_seed(7));
        assert_eq!(one.digits(16), two.digits(16));
        assert_ne!(one.digits(16), Random::from_seed(8).digits(16));
    }

    #[test]
    fn ids_look_like_those_of_the_api_and_sort_by_time() {
        let mut random = Random::from_seed(1);
        let early = random.id("chrg", false, Moment::from_ms(1_700_000_000_000));
        let late = random.id("chrg", false, Moment::from_ms(1_700_000_000_001));
        assert!(early.starts_with("chrg_test_") && early.len() == "chrg_test_".len() + 19, "{early}");
        assert!(early < late);
        assert!(random.id("chrg", true, Moment::EPOCH).starts_with("chrg_0"));
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut random = Random::from_seed(3);
        assert!((0..1000).all(|_| (1000..=2000).contains(&random.between(1000, 2000))));
        assert_eq!(random.between(5, 5), 5);
        assert_eq!(random.request_id().len(), 36);
    }
}
