//! A payment: the same object in PUT, GET, list and event.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Disposition, FailureCode, ManualResolution, Refund, Released, ReviewReason};
use crate::{ChargeId, Currency, DeviceId, Money, PaymentId, SaleId, TerminalId, Timestamp};

/// `PUT /v1/payments/{id}`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreatePayment {
    /// The sale that the customer pays for. Its id is made before any scan (P2).
    pub sale_id: SaleId,
    /// Minor units.
    pub amount: i64,
    /// The account's currency.
    pub currency: Currency,
    /// The payer's code, as read. It is spent once and never stored.
    pub code: String,
    /// How long ago the code was read, by a monotonic clock (P8).
    pub scanned_ago_ms: u64,
    /// The merchant's own reference of the sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The text that the payer's wallet may show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Additional metadata of the charge. The proxy writes its own fields too.
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

/// `POST /v1/payments/{id}/cancel`. The body suffices to record a payment that never arrived.
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
    /// Who cancels the payment.
    pub by: CancelledBy,
}

/// `POST /v1/payments/{id}/holder`. The body is empty: the caller takes the payment over.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TakeOver {}

/// The state of the payment. `unknown` is money in doubt: only evidence ends it.
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
    /// Whether the payment is over.
    pub fn is_final(self) -> bool {
        match self {
            Self::Sending | Self::Unknown | Self::Pending | Self::Cancelling => false,
            Self::Successful | Self::Failed | Self::Expired | Self::Cancelled => true,
        }
    }
}

/// Who cancelled a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The cashier pressed cancel.
    Cashier,
    /// The waiting time ran out.
    Deadline,
    /// The till lost the code or the answer and gave up the payment (P8).
    Till,
    /// Another payment of the same sale turned out to be paid (P2).
    OtherPayment,
    /// A supervisor released the sale while this payment was in doubt (P14).
    Supervisor,
}

/// A cancel request: somebody wants the payment to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CancelRequest {
    /// Who cancelled.
    pub by: CancelledBy,
    /// When the request was recorded.
    pub at: Timestamp,
}

/// The charge as the proxy last read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Charge {
    /// Omise's id.
    pub id: ChargeId,
    /// Omise's word for the status.
    pub status: String,
    /// Refunded minor units.
    pub refunded_amount: i64,
    /// The whole charge was voided.
    pub voided: bool,
    /// A dispute is open.
    pub disputed: bool,
    /// Omise can still void the whole charge before settlement (P20).
    #[serde(default)]
    pub can_perform_void: bool,
    /// When it was paid, by Omise's data.
    #[serde(default)]
    pub paid_at: Option<Timestamp>,
    /// When the charge expires at Omise. This is not the cashier's waiting time.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl Charge {
    /// Whether Omise's data say that it was paid, refunded since or not.
    pub fn is_paid(&self) -> bool {
        self.status == "successful"
    }

    /// Whether money of it was refunded, or may be: voided, disputed, or refunded in part.
    pub fn is_given_back(&self) -> bool {
        self.voided || self.disputed || 0 < self.refunded_amount
    }
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Payment {
    /// The id that the till made.
    pub id: PaymentId,
    /// The sale that the customer pays for.
    pub sale_id: SaleId,
    /// Grows with each change: the higher of two versions is the newer.
    pub version: u64,
    /// The state of the payment.
    pub state: PaymentState,
    /// Why it failed.
    #[serde(default)]
    pub failure_code: Option<FailureCode>,
    /// The code of Omise's refusal, if `failure_code` is `refused`.
    #[serde(default)]
    pub refusal: Option<String>,
    /// Minor units.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: Currency,
    /// The merchant's own reference.
    #[serde(default)]
    pub reference: Option<String>,
    /// The payer's code, first two and last four digits.
    pub code_masked: String,
    /// The code fits no scheme's grammar and was accepted in test mode.
    #[serde(default)]
    pub code_outside_grammar: bool,
    /// The charge as last read; `null` if no charge is known. If the primary charge was not paid and a
    /// duplicate charge was, the duplicate.
    #[serde(default)]
    pub charge: Option<Charge>,
    /// The refunds of the charge.
    #[serde(default)]
    pub refunds: Vec<Refund>,
    /// What becomes of captured money.
    #[serde(default)]
    pub disposition: Option<Disposition>,
    /// The cancel request, if somebody cancelled the payment.
    #[serde(default)]
    pub cancel_request: Option<CancelRequest>,
    /// Why the payment needs review, if it does.
    #[serde(default)]
    pub review: Option<ReviewReason>,
    /// The release, if a supervisor let the sale go on (P14).
    #[serde(default)]
    pub released: Option<Released>,
    /// The manual resolution, if two people made one (P18).
    #[serde(default)]
    pub resolution: Option<ManualResolution>,
    /// The terminal that took it.
    pub terminal_id: TerminalId,
    /// The device that holds it (P3).
    pub holder: DeviceId,
    /// When the proxy recorded it.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Payment {
    /// The amount with its currency.
    pub fn money(&self) -> Money {
        Money::new(self.amount, self.currency)
    }

    /// Whether captured money was refunded, so that nothing may be handed over (P13).
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
    /// The cursor of the next page; `null` on the last.
    pub next_cursor: Option<String>,
}
