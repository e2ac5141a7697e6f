//! A payment as everyone sees it: one and the same object in PUT, GET, list and event.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Disposition, FailureCode, ManualResolution, Refund, Released, ReviewReason};
use crate::{ChargeId, Currency, DeviceId, Money, PaymentId, SaleId, TerminalId, Timestamp};

/// `PUT /v1/payments/{id}`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreatePayment {
    /// What is being paid for; made before any scan (P2).
    pub sale_id: SaleId,
    /// Minor units.
    pub amount: i64,
    /// The account's currency.
    pub currency: Currency,
    /// The payer's code, as read. It is spent once and never kept.
    pub code: String,
    /// How long ago the code was read, by a clock that only runs forward (P8).
    pub scanned_ago_ms: u64,
    /// The merchant's own number for the sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What the payer's wallet may show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// More for the charge's metadata, beside what the proxy writes there itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// An earlier payment with the same reference that the cashier has seen and accepted (P2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_payment_id: Option<PaymentId>,
}

impl std::fmt::Debug for CreatePayment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { sale_id, amount, currency, reference, .. } = self;
        write!(formatter, "CreatePayment({sale_id}, {amount} {currency:?}, {reference:?})")
    }
}

/// `POST /v1/payments/{id}/cancel`. It says enough to record a payment that never arrived.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelPayment {
    /// The sale of the payment.
    pub sale_id: SaleId,
    /// Minor units.
    pub amount: i64,
    /// The account's currency.
    pub currency: Currency,
    /// Who wants the end.
    pub by: CancelledBy,
}

/// `POST /v1/payments/{id}/holder`: the caller is the one who takes it over, so that there is nothing to say.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TakeOver {}

/// The state of the attempt. `unknown` is money in doubt: only evidence ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "docs/payments.md draws the states")]
pub enum PaymentState {
    Sending,
    Unknown,
    Pending,
    Cancelling,
    Successful,
    Failed,
    Expired,
    Cancelled,
}

impl PaymentState {
    /// Whether the attempt is over.
    pub fn is_final(self) -> bool {
        match self {
            Self::Sending | Self::Unknown | Self::Pending | Self::Cancelling => false,
            Self::Successful | Self::Failed | Self::Expired | Self::Cancelled => true,
        }
    }
}

/// Who wanted the end of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The cashier pressed cancel.
    Cashier,
    /// The waiting time ran out.
    Deadline,
    /// The till lost the code or the answer and gave the payment up (P8).
    Till,
    /// Another payment of the same sale turned out to be paid (P2).
    OtherPayment,
    /// A supervisor let the sale go on while this payment was in doubt (P14).
    Supervisor,
}

/// That somebody wanted the end of a payment, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CancelRequest {
    /// Who.
    pub by: CancelledBy,
    /// Since when.
    pub at: Timestamp,
}

/// The charge as it was last read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Charge {
    /// Omise's id.
    pub id: ChargeId,
    /// Omise's word for the status.
    pub status: String,
    /// Minor units that went back.
    pub refunded_amount: i64,
    /// The whole charge was voided.
    pub voided: bool,
    /// A dispute is open.
    pub disputed: bool,
    /// Omise would still take the whole charge back before settlement (P20).
    #[serde(default)]
    pub can_perform_void: bool,
    /// When it was paid, as Omise says.
    #[serde(default)]
    pub paid_at: Option<Timestamp>,
    /// When Omise stops waiting for it. Not the cashier's waiting time.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl Charge {
    /// Whether Omise calls it paid, whatever went back since.
    pub fn is_paid(&self) -> bool {
        self.status == "successful"
    }

    /// Whether money went back of it, or may: voided, disputed, or refunded in part.
    pub fn is_given_back(&self) -> bool {
        self.voided || self.disputed || 0 < self.refunded_amount
    }
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Payment {
    /// Made by the till.
    pub id: PaymentId,
    /// What is being paid for.
    pub sale_id: SaleId,
    /// Grows with each change: of two readings the higher is the newer.
    pub version: u64,
    /// The state of the attempt.
    pub state: PaymentState,
    /// Why it failed.
    #[serde(default)]
    pub failure_code: Option<FailureCode>,
    /// The code of Omise's refusal, where `failure_code` is `refused`.
    #[serde(default)]
    pub refusal: Option<String>,
    /// Minor units.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: Currency,
    /// The merchant's own number.
    #[serde(default)]
    pub reference: Option<String>,
    /// The payer's code, first two and last four digits.
    pub code_masked: String,
    /// The code fits no scheme's grammar and was let through in test mode.
    #[serde(default)]
    pub code_outside_grammar: bool,
    /// The charge as last read; none while there is none that we know of. Where the payment's own was not paid and a
    /// further one was, that one.
    #[serde(default)]
    pub charge: Option<Charge>,
    /// Money given back.
    #[serde(default)]
    pub refunds: Vec<Refund>,
    /// What becomes of a success.
    #[serde(default)]
    pub disposition: Option<Disposition>,
    /// Somebody wants the end.
    #[serde(default)]
    pub cancel_request: Option<CancelRequest>,
    /// A human must look.
    #[serde(default)]
    pub review: Option<ReviewReason>,
    /// A supervisor let the sale go on (P14).
    #[serde(default)]
    pub released: Option<Released>,
    /// Humans closed it (P18).
    #[serde(default)]
    pub resolution: Option<ManualResolution>,
    /// The terminal that took it.
    pub terminal_id: TerminalId,
    /// The tablet that holds it (P3).
    pub holder: DeviceId,
    /// When the proxy took it on.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Payment {
    /// The amount with its currency.
    pub fn money(&self) -> Money {
        Money::new(self.amount, self.currency)
    }

    /// Whether money that was taken has gone back, so that nothing may be handed over (P13).
    pub fn is_given_back(&self) -> bool {
        self.charge.as_ref().is_some_and(Charge::is_given_back)
    }
}

/// `GET /v1/payments`: the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentPage {
    /// The payments of this page.
    pub payments: Vec<Payment>,
    /// The cursor of the next page; none on the last.
    pub next_cursor: Option<String>,
}
