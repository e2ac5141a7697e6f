//! The planned action of a payer on a charge.

use serde::{Deserialize, Serialize};

use crate::model::charge::OnExpire;

/// The payer pressed "cancel" in the wallet.
pub(crate) const CANCELLED: &str = "payment_cancelled";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    ApproveAtOnce,
    /// The payer is asked, on this phone or on any.
    Ask(Option<String>),
    ApproveSlowly,
    Never,
    Fail(String),
    ApproveOtherAmount,
    TurnUnderReview,
    OnExpire(OnExpire),
    /// This phone pays without a tap, so many milliseconds later than usual.
    PhonePays(String, i64),
    /// The payer of an ordinary code follows the switch `payers`.
    Default,
}

impl Outcome {
    /// The names of `POST /_sandbox/next`.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        if let Some(code) = name.strip_prefix("fail:") {
            let is_code =
                !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            return is_code.then(|| Self::Fail(code.to_owned()));
        }
        Some(match name {
            "approve" => Self::ApproveAtOnce,
            "approve_after_confirm" => Self::Ask(None),
            "slow" => Self::ApproveSlowly,
            "never" => Self::Never,
            "other_amount" => Self::ApproveOtherAmount,
            "under_review" => Self::TurnUnderReview,
            "expire_refused" => Self::OnExpire(OnExpire::RefusedThenPaid),
            "expire_loses_race" => Self::OnExpire(OnExpire::LosesTheRace),
            "paid_after_expire" => Self::OnExpire(OnExpire::ExpiredThenPaid),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_outcomes_are_read_by_name() {
        assert_eq!(
            Outcome::parse("fail:insufficient_balance"),
            Some(Outcome::Fail("insufficient_balance".to_owned()))
        );
        assert_eq!(Outcome::parse("approve_after_confirm"), Some(Outcome::Ask(None)));
        assert_eq!(Outcome::parse("fail:"), None);
        assert_eq!(Outcome::parse("fail:<b>"), None);
        assert_eq!(Outcome::parse("perhaps"), None);
    }
}
