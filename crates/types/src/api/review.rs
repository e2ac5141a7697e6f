//! What needs a human: what is known, what happens by itself, and what to do.

use serde::{Deserialize, Serialize};

use super::Payment;

/// `GET /v1/reviews`: the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewList {
    /// What needs a human.
    pub items: Vec<PaymentInReview>,
}

/// A payment that needs a human.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentInReview {
    /// What is known of it.
    pub payment: Payment,
    /// Why, what happens, and what to do.
    #[serde(flatten)]
    pub call: ReviewCase,
}

/// A call for a human.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewCase {
    /// Why.
    pub reason: ReviewReason,
    /// What happens without anybody.
    pub automatic_action: AutomaticAction,
    /// What to do.
    pub operator_action: OperatorAction,
}

/// Why a human is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// It has been in doubt for long.
    OutcomeUnknown,
    /// A late success waits for the cashier's word.
    AwaitingDecision,
    /// The charge's amount, currency, mode or metadata are not ours.
    Mismatch,
    /// Omise says that it does not know the charge.
    ChargeMissing,
    /// The charge has a status that no rule knows.
    UnexpectedStatus,
    /// A further charge carries this payment's id.
    DuplicateCharge,
    /// Omise refuses to end it.
    CancelRefused,
    /// It was paid after it had ended unpaid.
    PaidLate,
    /// Nobody said in time what becomes of a late success.
    DecisionOverdue,
    /// Money went back that nobody approved here, or more often than approved.
    UnapprovedRefund,
    /// Another payment of the sale is kept.
    PaidTwice,
    /// Money that was to go back did not.
    RefundFailed,
    /// The cashier called a supervisor.
    SupervisorCalled,
    /// A refund was answered with something else than what was asked for.
    RefundMismatch,
}

/// What happens without anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AutomaticAction {
    /// The till asks the cashier, for a minute.
    Asking,
    /// The proxy looks until the provider says how it ended.
    Looking,
    /// The money is being given back.
    GivingBack,
    /// Nothing more.
    Nothing,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OperatorAction {
    /// Answer on the till: hand over, or give back.
    AnswerOnTheTill,
    /// Wait; a supervisor may let the sale go on.
    Wait,
    /// A supervisor decides with a PIN: keep the money, or give it back.
    KeepOrReturn,
    /// Compare the charge in the provider's dashboard, then close it by hand with a second person.
    CompareAndClose,
    /// End the charge in the provider's dashboard.
    EndInDashboard,
    /// See why the refund failed (often the balance), then give it back again.
    ReturnAgain,
    /// Look at it once, and acknowledge it.
    Acknowledge,
    /// Compare the charge's refunds in the provider's dashboard, then close the refund by hand with a second person.
    CompareAndCloseRefund,
}

/// `POST …/resolve` of the admin socket (P18): what humans found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResolvePayment {
    /// What they found.
    pub finding: super::PaymentOutcome,
    /// Who closes it.
    pub by: String,
    /// Who confirmed it: another person.
    pub second: String,
    /// What they saw: a statement's line, a ticket's number.
    pub proof: String,
}

/// `POST …/refunds/{refund_id}/resolve` of the admin socket (P19): what humans found of a refund in doubt.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResolveRefund {
    /// What they found.
    pub finding: super::RefundOutcome,
    /// Who closes it.
    pub by: String,
    /// Who confirmed it: another person.
    pub second: String,
    /// What they saw: a statement's line, a ticket's number.
    pub proof: String,
}

/// `POST …/acknowledge` of the admin socket.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Acknowledge {
    /// Who saw it.
    pub by: String,
}
