//! Payments that need review: the data, the automatic action, and the operator's action.

use serde::{Deserialize, Serialize};

use super::Payment;

/// `GET /v1/reviews`: the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewList {
    /// The payments that need review.
    pub items: Vec<PaymentInReview>,
}

/// A payment that needs review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentInReview {
    /// The payment with all its data.
    pub payment: Payment,
    /// Why it needs review, and what to do.
    #[serde(flatten)]
    pub call: ReviewCase,
}

/// Why a payment needs review, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewCase {
    /// Why a person must look at it.
    pub reason: ReviewReason,
    /// What happens without a person.
    pub automatic_action: AutomaticAction,
    /// What a person should do.
    pub operator_action: OperatorAction,
}

/// Why a payment needs review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// It has been in doubt for a long time.
    OutcomeUnknown,
    /// A late success waits for the cashier's decision.
    AwaitingDecision,
    /// The charge's amount, currency, mode or metadata are not ours.
    Mismatch,
    /// Omise answers that it does not know the charge.
    ChargeMissing,
    /// The charge has a status that no rule knows.
    UnexpectedStatus,
    /// A duplicate charge carries this payment's id.
    DuplicateCharge,
    /// Omise refuses to expire the charge.
    CancelRefused,
    /// It was paid after it had ended unpaid.
    PaidLate,
    /// Nobody decided in time what becomes of a late success.
    DecisionOverdue,
    /// A refund was made that nobody approved here, or more often than approved.
    UnapprovedRefund,
    /// The sale was paid by another payment too, whose money is kept.
    PaidTwice,
    /// A refund failed.
    RefundFailed,
    /// The cashier called a supervisor.
    SupervisorCalled,
    /// Omise answered a refund with other values than requested.
    RefundMismatch,
}

/// What happens without a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AutomaticAction {
    /// The till asks the cashier for a minute.
    Asking,
    /// The proxy reads the charge until the outcome is known.
    Looking,
    /// The money is being refunded.
    GivingBack,
    /// Nothing.
    Nothing,
}

/// What a person should do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OperatorAction {
    /// Answer on the till: hand over, or refund.
    AnswerOnTheTill,
    /// Wait. A supervisor may release the sale.
    Wait,
    /// A supervisor decides with a PIN: keep the money, or refund it.
    KeepOrReturn,
    /// Compare the charge in the provider's dashboard, then make a manual resolution with a second person.
    CompareAndClose,
    /// Expire the charge in the provider's dashboard.
    EndInDashboard,
    /// Find out why the refund failed (often the balance), then refund again.
    ReturnAgain,
    /// Read it once, and acknowledge it.
    Acknowledge,
    /// Compare the charge's refunds in the provider's dashboard, then make a manual resolution of the refund
    /// with a second person.
    CompareAndCloseRefund,
}

/// `POST …/resolve` of the admin socket (P18): a manual resolution.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResolvePayment {
    /// What the two people found.
    pub finding: super::PaymentOutcome,
    /// Who resolves it.
    pub by: String,
    /// Who confirmed it: another person.
    pub second: String,
    /// What they saw: a line of a statement, the number of a ticket.
    pub proof: String,
}

/// `POST …/refunds/{refund_id}/resolve` of the admin socket (P19): a manual resolution of a refund in doubt.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResolveRefund {
    /// What the two people found.
    pub finding: super::RefundOutcome,
    /// Who resolves it.
    pub by: String,
    /// Who confirmed it: another person.
    pub second: String,
    /// What they saw: a line of a statement, the number of a ticket.
    pub proof: String,
}

/// `POST …/acknowledge` of the admin socket.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Acknowledge {
    /// Who acknowledges it.
    pub by: String,
    /// The reason that this person saw; left out, the first one of the payment. Other reasons stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewReason>,
}
