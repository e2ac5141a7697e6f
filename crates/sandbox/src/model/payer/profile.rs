//! How real payers behave: wallets often ask for a password, so a slow payment is ordinary.

use crate::random::Random;

/// From this amount on, in minor units, a wallet asks far more often.
const LARGE_AMOUNT: i64 = 200_000;

/// The behaviour of a payer after the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PayerProfile {
    PaysAtOnce,
    /// Is asked, and confirms after a while.
    Confirms,
    /// Is asked, and presses cancel.
    Refuses,
    IsShort,
    /// The wallet refuses.
    IsRefused,
    LetsItRunOut,
}

impl PayerProfile {
    /// Of a hundred small payments 74 pass at once and 10 after a confirmation; of large ones 40 and 44.
    pub(crate) fn draw(random: &mut Random, amount: i64) -> Self {
        let at_once = if amount < LARGE_AMOUNT { 74 } else { 40 };
        match random.between(1, 100) {
            drawn if drawn <= at_once => Self::PaysAtOnce,
            1..=84 => Self::Confirms,
            85..=88 => Self::Refuses,
            89..=94 => Self::IsShort,
            95..=96 => Self::IsRefused,
            _ => Self::LetsItRunOut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(seed: u64, amount: i64) -> Vec<PayerProfile> {
        let mut random = Random::from_seed(seed);
        (0..2_000).map(|_| PayerProfile::draw(&mut random, amount)).collect()
    }

    fn share(drawn: &[PayerProfile], manner: PayerProfile) -> usize {
        drawn.iter().filter(|one| **one == manner).count() * 100 / drawn.len()
    }

    #[test]
    fn most_pay_at_once_and_every_manner_comes_about() {
        let drawn = draw(3, 2_225);
        assert!((70..78).contains(&share(&drawn, PayerProfile::PaysAtOnce)));
        let others = [
            PayerProfile::Confirms,
            PayerProfile::Refuses,
            PayerProfile::IsShort,
            PayerProfile::IsRefused,
            PayerProfile::LetsItRunOut,
        ];
        assert!(others.into_iter().all(|manner| drawn.contains(&manner)));
        assert_eq!(drawn, draw(3, 2_225));
    }

    #[test]
    fn large_amounts_are_asked_about_more_often() {
        assert!(
            share(&draw(3, 5_000_000), PayerProfile::Confirms)
                > 2 * share(&draw(3, 2_225), PayerProfile::Confirms)
        );
    }
}
