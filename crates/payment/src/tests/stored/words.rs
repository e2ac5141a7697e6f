//! Facts of stored words: a variant may get another name in the code, and never in storage.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Debug;

use super::super::*;
use scantill_types::RefundId;
use scantill_types::api::{
    Disposition as DispositionName, PaymentOutcome, RefundOutcome, RefundState as RefundName,
};

/// Pins each variant to its word. The match has no wildcard, so that a new variant must be named here.
macro_rules! pinned {
    ($($fact:ident: $kind:ident { $($variant:ident $(($field:expr))? = $stored:literal),+ $(,)? })+) => {
        $(#[test]
        fn $fact() {
            let pinned = |value: &$kind| match value {
                $($kind::$variant { .. } => $stored,)+
            };
            for value in [$($kind::$variant $(($field))?),+] {
                assert_stored_as(&value, pinned(&value));
            }
        })+
    };
}

fn assert_stored_as<T: Debug + PartialEq + Serialize + DeserializeOwned>(value: &T, expected: &str) {
    let stored = serde_json::to_value(value).unwrap();
    assert_eq!(name_in(&stored), expected, "{value:?}");
    assert_eq!(serde_json::from_value::<T>(stored).unwrap(), *value);
}

/// The word alone, or beside the fields of its variant.
fn name_in(stored: &Value) -> &str {
    let fields = match stored {
        Value::String(name) => return name,
        other => other.as_object().unwrap(),
    };
    match fields.get("state") {
        Some(name) => name.as_str().unwrap(),
        None => fields.keys().next().unwrap(),
    }
}

fn refund_unknown() -> RefundUnknown {
    RefundUnknown { since: Timestamp(1), doubt: UnknownReason::AnswerLost, first_list: None }
}

fn refund_done() -> RefundDone {
    RefundDone { id: "rfnd_1".into(), voided: false, at: Timestamp(1) }
}

pinned! {
    reasons_for_a_review: ReviewReason {
        OutcomeUnknown = "outcome_unknown",
        AwaitingDecision = "awaiting_decision",
        Mismatch = "mismatch",
        ChargeMissing = "charge_missing",
        UnexpectedStatus = "unexpected_status",
        DuplicateCharge = "duplicate_charge",
        CancelRefused = "cancel_refused",
        PaidLate = "paid_late",
        DecisionOverdue = "decision_overdue",
        UnapprovedRefund = "unapproved_refund",
        PaidTwice = "paid_twice",
        RefundFailed = "refund_failed",
        SupervisorCalled = "supervisor_called",
        RefundMismatch = "refund_mismatch",
    }
    who_cancelled: CancelledBy {
        Cashier = "cashier",
        Deadline = "deadline",
        Till = "till",
        OtherPayment = "other_payment",
        Supervisor = "supervisor",
    }
    outcomes_of_a_payment: PaymentOutcome { Paid = "paid", Unpaid = "unpaid" }
    outcomes_of_a_refund: RefundOutcome { Done = "done", Absent = "absent" }
    decisions: Decision {
        Accept = "accept",
        Refund = "refund",
        SettledOtherwise = "settled_otherwise",
        CustomerGone = "customer_gone",
        CallSupervisor = "call_supervisor",
    }
    failure_codes: FailureCode {
        InsufficientBalance = "insufficient_balance",
        InsufficientFund = "insufficient_fund",
        Timeout = "timeout",
        PaymentExpired = "payment_expired",
        PaymentRejected = "payment_rejected",
        PaymentCancelled = "payment_cancelled",
        FailedProcessing = "failed_processing",
        InvalidBarcode = "invalid_barcode",
        FailedFraudCheck = "failed_fraud_check",
        InternalError = "internal_error",
        Undefined = "undefined",
        AmountMismatch = "amount_mismatch",
        ConfirmedAmountMismatch = "confirmed_amount_mismatch",
        InvalidAccount = "invalid_account",
        InvalidAccountNumber = "invalid_account_number",
        NotSent = "not_sent",
        Refused = "refused",
        NotCreated = "not_created",
        Other("a_new_code".into()) = "a_new_code",
    }
    reasons_for_a_refund: RefundReason {
        Cashier = "cashier",
        SettledOtherwise = "settled_otherwise",
        CustomerGone = "customer_gone",
        OtherPayment = "other_payment",
        Released = "released",
        DuplicateCharge = "duplicate_charge",
    }
    reasons_of_an_unknown_outcome: UnknownReason {
        AnswerLost = "answer_lost",
        AnswerMalformed = "answer_malformed",
        ServerError = "server_error",
        Restarted = "restarted",
        Mismatch = "mismatch",
    }
    names_of_states: PaymentState {
        Sending = "sending",
        Unknown = "unknown",
        Pending = "pending",
        Cancelling = "cancelling",
        Successful = "successful",
        Failed = "failed",
        Expired = "expired",
        Cancelled = "cancelled",
    }
    states: State {
        Sending(Sending { permitted: false }) = "sending",
        Unknown(Unknown { since: Timestamp(1), doubt: UnknownReason::Mismatch, first_list: None }) = "unknown",
        Pending(Pending { since: Timestamp(1), end_refused: false }) = "pending",
        Cancelling(Cancelling::begun(Timestamp(1), true)) = "cancelling",
        Successful = "successful",
        Failed(Failed { code: FailureCode::Timeout, refusal: None }) = "failed",
        Expired = "expired",
        Cancelled = "cancelled",
    }
    names_of_dispositions: DispositionName {
        AwaitingDecision = "awaiting_decision",
        Accepted = "accepted",
        RefundDue = "refund_due",
        Refunding = "refunding",
        Refunded = "refunded",
        InReview = "in_review",
    }
    dispositions: Disposition {
        AwaitingDecision(AwaitingDecision { since: Timestamp(1) }) = "awaiting_decision",
        Accepted = "accepted",
        RefundDue(RefundDue { why: RefundReason::Cashier, since: Timestamp(1), read_at: None }) = "refund_due",
        Refunding(Refunding { refund: RefundId::parse("r-1").unwrap() }) = "refunding",
        Refunded = "refunded",
        InReview = "in_review",
    }
    names_of_states_of_refunds: RefundName {
        Approved = "approved",
        Sending = "sending",
        Unknown = "unknown",
        Done = "done",
        Refused = "refused",
        Absent = "absent",
    }
    states_of_refunds: RefundState {
        Approved = "approved",
        Sending(RefundSending { since: Timestamp(1) }) = "sending",
        Unknown(refund_unknown()) = "unknown",
        Done(refund_done()) = "done",
        Refused(RefundRefused { code: "failed_refund".into() }) = "refused",
        Absent = "absent",
    }
    approvers: Approver { Supervisor("Mali".into()) = "supervisor", Rule = "rule" }
    states_of_duplicates: DuplicateState {
        Unpaid = "unpaid",
        EndedUnpaid = "ended_unpaid",
        Paid(Timestamp(1)) = "paid",
        Primary = "primary",
        Refunding = "refunding",
        Refunded = "refunded",
        RefundFailed = "refund_failed",
    }
    expires_of_duplicates: DuplicateExpire { NotDue = "not_due", Due = "due", Begun = "begun" }
    statuses_of_charges: ChargeStatus {
        Pending = "pending",
        Successful = "successful",
        Failed(FailureCode::Timeout) = "failed",
        Expired = "expired",
        Unexpected("reversed".into()) = "unexpected",
    }
}
