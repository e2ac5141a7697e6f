//! Charges: the merchant's request, and the state of the payment.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::model::collection::Entity;
use crate::model::money::Currency;
use crate::model::refund::Refund;
use crate::model::source::Source;

/// Recorded: 1.65 % and 7 % tax on it.
const FEE_BASIS_POINTS: i64 = 165;
const FEE_VAT_PERCENT: i64 = 7;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// A full refund is a void until this time of the day in UTC.
const VOID_UNTIL_MS: i64 = (16 * 60 + 15) * 60 * 1000;
pub(super) const REFUNDS_MAX: usize = 15;
const REFUND_DAYS_MAX: i64 = 365;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) livemode: bool,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) ip: Option<String>,
    pub(crate) return_uri: Option<String>,
    /// Further addresses that get the webhooks of this charge.
    #[serde(default)]
    pub(crate) webhook_endpoints: Vec<String>,
    pub(crate) source: Source,
    pub(crate) status: Status,
    pub(crate) failure: Option<Failure>,
    pub(crate) created_at: Moment,
    /// The time from creation until it expires.
    #[serde(default)]
    pub(crate) lifetime_ms: i64,
    /// When it left `pending`.
    #[serde(default)]
    pub(crate) ended_at: Option<Moment>,
    pub(crate) expires_at: Moment,
    pub(crate) expired_at: Option<Moment>,
    pub(crate) paid_at: Option<Moment>,
    /// The amount that the wallet moved. It may differ from the requested amount.
    pub(crate) amount_paid: Option<i64>,
    pub(crate) transaction: Option<String>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) on_expire: OnExpire,
    /// Set while the payer's phone shows the confirm sheet.
    pub(crate) asked: Option<Asked>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Pending,
    Successful,
    Failed,
    Expired,
    /// A status that no document lists.
    UnderReview,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) message: String,
}

/// What an expire does to this charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OnExpire {
    #[default]
    Expires,
    /// Refused, and paid a while later.
    RefusedThenPaid,
    /// Answered as expired, but the payer was faster: the next read says paid.
    LosesTheRace,
    /// Answered and read as expired, and paid a while later.
    ExpiredThenPaid,
}

/// The phone that is asked to confirm; without a phone, any phone can confirm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) phone: Option<String>,
    pub(crate) since: Moment,
}

impl Status {
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::UnderReview => "under_review",
        }
    }
}

impl Charge {
    pub(crate) fn is_pending(&self) -> bool {
        self.status == Status::Pending
    }

    /// The charge as it was at `moment`, with today's description and metadata.
    pub(crate) fn as_of(&self, moment: Moment) -> Cow<'_, Self> {
        let refunded_since = self.refunds.iter().any(|refund| refund.created_at > moment);
        if self.ended_at.is_none_or(|ended_at| ended_at <= moment) && !refunded_since {
            return Cow::Borrowed(self);
        }
        let mut then = self.clone();
        then.refunds.retain(|refund| refund.created_at <= moment);
        if self.ended_at.is_some_and(|ended_at| ended_at > moment) {
            (then.failure, then.paid_at, then.transaction, then.ended_at) = (None, None, None, None);
            then.amount = self.source.amount;
            if self.expired_at.is_some_and(|expired_at| expired_at <= moment) {
                then.status = Status::Expired;
            } else {
                then.status = Status::Pending;
                then.expires_at = self.created_at.plus_ms(self.lifetime_ms);
                then.expired_at = None;
            }
        }
        Cow::Owned(then)
    }

    pub(crate) fn is_refundable(&self, now: Moment) -> bool {
        let in_time = self.paid_at.is_some_and(|paid_at| now.ms_since(paid_at) <= REFUND_DAYS_MAX * DAY_MS);
        self.is_paid() && in_time && self.refunded_amount() < self.amount && self.refunds.len() < REFUNDS_MAX
    }

    /// Until 16:15 UTC after it was paid, and only the whole amount.
    pub(crate) fn can_be_voided(&self, now: Moment) -> bool {
        let closes_at = self.paid_at.map(void_closes_at);
        self.is_paid() && self.refunds.is_empty() && closes_at.is_some_and(|closes_at| now < closes_at)
    }

    pub(crate) fn is_paid(&self) -> bool {
        self.status == Status::Successful
    }

    pub(crate) fn refunded_amount(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }

    pub(crate) fn is_voided(&self) -> bool {
        self.refunds.iter().any(|refund| refund.voided)
    }

    pub(crate) fn fee(&self) -> i64 {
        self.amount.saturating_mul(FEE_BASIS_POINTS) / 10_000
    }

    pub(crate) fn fee_vat(&self) -> i64 {
        self.fee().saturating_mul(FEE_VAT_PERCENT) / 100
    }

    /// The shop's name on the payer's sheet: the source's, else that of the metadata.
    pub(crate) fn store_name(&self) -> Option<String> {
        let from_metadata =
            || ["store_name", "store"].iter().find_map(|key| self.metadata.get(*key)?.as_str());
        let from_source = self.source.store.as_ref().map(|store| store.name.as_str());
        from_source.or_else(from_metadata).map(str::to_owned)
    }

    pub(crate) fn terminal_name(&self) -> Option<String> {
        let from_metadata =
            || ["terminal_id", "terminal"].iter().find_map(|key| self.metadata.get(*key)?.as_str());
        self.source.terminal_id.as_deref().or_else(from_metadata).map(str::to_owned)
    }
}

impl Entity for Charge {
    fn id(&self) -> &str {
        &self.id
    }

    fn created_at(&self) -> Moment {
        self.created_at
    }
}

impl Failure {
    /// The failure code with a sentence as the wallet might word it.
    pub(crate) fn with_code(code: &str) -> Self {
        let message = match code {
            "timeout" => "Timeout",
            "insufficient_balance" | "insufficient_fund" => "insufficient funds in the account or the wallet",
            "payment_expired" => "payment expired",
            "payment_rejected" => "payment was rejected by the wallet",
            "payment_cancelled" => "payment was cancelled by the payer",
            "failed_processing" => "general payment processing failure",
            "invalid_barcode" => "the barcode is invalid",
            "failed_fraud_check" => "payment failed the fraud check",
            "amount_mismatch" | "confirmed_amount_mismatch" => "the amounts do not match",
            "invalid_account" | "invalid_account_number" => "the account is invalid",
            "internal_error" => "an internal error occurred",
            _ => "payment failed",
        };
        Self { code: code.to_owned(), message: message.to_owned() }
    }
}

/// The next 16:15 UTC after the payment.
fn void_closes_at(paid_at: Moment) -> Moment {
    let midnight_ms = paid_at.ms().div_euclid(DAY_MS) * DAY_MS;
    let same_day = Moment::from_ms(midnight_ms + VOID_UNTIL_MS);
    if paid_at < same_day { same_day } else { same_day.plus_ms(DAY_MS) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_words_are_the_recorded_ones() {
        let written = |status: Status| serde_json::to_value(&status).unwrap();
        for status in
            [Status::Pending, Status::Successful, Status::Failed, Status::Expired, Status::UnderReview]
        {
            assert_eq!(written(status.clone()), status.as_str());
        }
    }

    #[test]
    fn a_void_is_possible_until_a_quarter_past_four_in_the_afternoon() {
        let check = |paid_at: &str, expected: &str| {
            assert_eq!(void_closes_at(Moment::parse(paid_at).unwrap()).iso(), expected);
        };
        check("2026-11-23T08:00:00Z", "2026-11-23T16:15:00Z");
        check("2026-11-23T16:14:59Z", "2026-11-23T16:15:00Z");
        check("2026-11-23T16:15:00Z", "2026-11-24T16:15:00Z");
    }
}
