//! Magic codes, which force an outcome when they are charged: `28999`, two digits for the outcome, then any
//! digits.

use crate::model::charge::OnExpire;
use crate::model::payer::outcome::Outcome;

pub(crate) const PREFIX: &str = "28999";
/// The sample code of the API's examples. It can be used again and again.
pub(crate) const SAMPLE: &str = "1234567890";
const LENGTH_MAX: usize = 32;

/// The outcome of a magic code; `None` for an ordinary code.
pub(crate) fn outcome(code: &str) -> Option<Outcome> {
    let rest = code.strip_prefix(PREFIX)?;
    if code.len() > LENGTH_MAX || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(ordered(rest.get(..2)?))
}

/// An unknown outcome fails as a barcode that the wallet cannot read, so that the mistake is noticed.
fn ordered(digits: &str) -> Outcome {
    let failure = match digits {
        "00" => return Outcome::ApproveAtOnce,
        "01" => return Outcome::Ask(None),
        "02" => return Outcome::ApproveSlowly,
        "03" => return Outcome::Never,
        "10" => "insufficient_balance",
        "11" => "insufficient_fund",
        "12" => "timeout",
        "13" => "payment_expired",
        "14" => "payment_rejected",
        "15" => "payment_cancelled",
        "16" => "failed_processing",
        "18" => "failed_fraud_check",
        "19" => "internal_error",
        "20" => "undefined",
        "21" => "amount_mismatch",
        "22" => "confirmed_amount_mismatch",
        "23" => "invalid_account",
        "24" => "invalid_account_number",
        "25" => "wallet_under_review",
        "30" => return Outcome::ApproveOtherAmount,
        "31" => return Outcome::TurnUnderReview,
        "40" => return Outcome::OnExpire(OnExpire::RefusedThenPaid),
        "41" => return Outcome::OnExpire(OnExpire::LosesTheRace),
        "42" => return Outcome::OnExpire(OnExpire::ExpiredThenPaid),
        _ => "invalid_barcode",
    };
    Outcome::Fail(failure.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, expected: Option<&Outcome>) {
        assert_eq!(outcome(code).as_ref(), expected, "{code}");
    }

    #[test]
    fn a_magic_code_orders_its_outcome() {
        check("289990000000000000", Some(&Outcome::ApproveAtOnce));
        check("2899910", Some(&Outcome::Fail("insufficient_balance".to_owned())));
        check("289991712345", Some(&Outcome::Fail("invalid_barcode".to_owned())));
        check("289999900000000000", Some(&Outcome::Fail("invalid_barcode".to_owned())));
        check("289994100000000000", Some(&Outcome::OnExpire(OnExpire::LosesTheRace)));
    }

    #[test]
    fn other_codes_are_ordinary() {
        check("281234567890123456", None);
        check("28999", None);
        check("289990", None);
        check("2899900x", None);
        check(&format!("2899900{}", "0".repeat(30)), None);
    }
}
