//! What Omise answers, in the words of the payment's machine: the one border between the two.

use scantill_omise::{Charge, LostAnswer, Refund};
use scantill_payment::{ChargeSnapshot, ChargeStatus, RefundSnapshot, UnknownReason};
use scantill_types::api::FailureCode;
use scantill_types::{Currency, Money};

/// The names of our fields in a charge's metadata (P4).
pub(super) mod metadata {
    pub(in super::super) const PAYMENT: &str = "payment_id";
    pub(in super::super) const SALE: &str = "sale_id";
    pub(in super::super) const INSTALLATION: &str = "installation_id";
    pub(in super::super) const COUNTER: &str = "counter";
    pub(in super::super) const INVOICE: &str = "invoice_id";
    pub(in super::super) const STORE: &str = "store_id";
    pub(in super::super) const STORE_NAME: &str = "store_name";
    pub(in super::super) const TERMINAL: &str = "terminal_id";
    pub(in super::super) const REFUND: &str = "refund_id";
}

/// Converts a charge. A currency that is not ours leaves the amount empty, so that it can never agree.
pub(super) fn evidence(charge: Charge) -> ChargeSnapshot {
    let text = |name| charge.metadata_text(name).map(str::to_owned);
    let status = match charge.status.as_str() {
        "pending" => ChargeStatus::Pending,
        "successful" | "success" => ChargeStatus::Successful,
        "failed" => {
            let word = charge.failure_code.as_deref().unwrap_or("undefined");
            ChargeStatus::Failed(FailureCode::parse(word))
        }
        "expired" => ChargeStatus::Expired,
        word => ChargeStatus::Unexpected(word.to_owned()),
    };
    ChargeSnapshot {
        amount: Currency::from_code(&charge.currency).map(|currency| Money::new(charge.amount, currency)),
        livemode: charge.livemode,
        payment: text(metadata::PAYMENT),
        sale: text(metadata::SALE),
        installation: text(metadata::INSTALLATION),
        status,
        refunded_amount: charge.refunded_amount,
        voided: charge.voided || charge.reversed,
        disputed: charge.disputed,
        can_perform_void: charge.can_perform_void,
        refunds: charge.refunds.iter().map(refund_snapshot).collect(),
        paid_at: charge.paid_at,
        expires_at: charge.expires_at,
        id: charge.id,
    }
}

/// Converts the reason why the answer to a money POST tells nothing.
pub(super) fn unknown_reason(lost: LostAnswer) -> UnknownReason {
    match lost {
        LostAnswer::Cut => UnknownReason::AnswerLost,
        LostAnswer::Malformed => UnknownReason::AnswerMalformed,
        LostAnswer::ServerError => UnknownReason::ServerError,
    }
}

/// Converts a refund.
pub(super) fn refund_snapshot(refund: &Refund) -> RefundSnapshot {
    let text = |name| refund.metadata_text(name).map(str::to_owned);
    RefundSnapshot {
        id: refund.id.clone(),
        charge: refund.charge.clone(),
        amount: refund.amount,
        voided: refund.voided,
        refund: text(metadata::REFUND),
        payment: text(metadata::PAYMENT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: &str, failure_code: &str) -> ChargeStatus {
        let body = format!(
            r#"{{"object":"charge","id":"chrg_1","livemode":false,"amount":1,"currency":"thb","status":"{status}",
            "failure_code":{failure_code},"paid":true,"expired":true}}"#
        );
        evidence(Charge::read(body.as_bytes()).unwrap()).status
    }

    #[test]
    fn only_the_status_word_tells_the_status() {
        assert_eq!(status("successful", "null"), ChargeStatus::Successful);
        assert_eq!(status("success", "null"), ChargeStatus::Successful);
        assert_eq!(status("pending", "null"), ChargeStatus::Pending);
        assert_eq!(status("failed", "\"timeout\""), ChargeStatus::Failed(FailureCode::Timeout));
        assert_eq!(status("reversed", "null"), ChargeStatus::Unexpected("reversed".into()));
    }
}
