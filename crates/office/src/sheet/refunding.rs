//! The step of a refund: its amount, and its reason.

use scantill_types::api::Payment;
use scantill_types::{Currency, Money};

use super::actions::left_minor;
use super::{Order, Press};

/// A refund that the supervisor enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refunding {
    /// Minor units.
    pub(crate) amount: i64,
    /// The largest refundable amount in minor units.
    pub(crate) left: i64,
    pub(crate) reason: Reason,
    currency: Currency,
    refunded_before: i64,
    /// The amount is still the proposed one, so that the first digit replaces it.
    is_untouched: bool,
    /// Omise can still void the whole charge before settlement (P20).
    can_perform_void: bool,
}

/// The reason that is stored with a refund. Nobody types it: a scan could put a payer's code there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Returned,
    WrongAmount,
    PaidTwice,
    Other,
}

impl Reason {
    pub(crate) const ALL: [Self; 4] = [Self::Returned, Self::WrongAmount, Self::PaidTwice, Self::Other];

    /// The stored text.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Returned => "goods returned",
            Self::WrongAmount => "wrong amount",
            Self::PaidTwice => "paid twice",
            Self::Other => "other",
        }
    }
}

impl Refunding {
    /// Proposes the whole refundable amount.
    pub(super) fn of(payment: &Payment) -> Self {
        let left = left_minor(payment).unwrap_or_default();
        let charge = payment.charge.as_ref();
        Self {
            amount: left,
            left,
            reason: Reason::Returned,
            currency: payment.currency,
            refunded_before: charge.map_or(0, |charge| charge.refunded_amount),
            is_untouched: true,
            can_perform_void: charge.is_some_and(|charge| charge.can_perform_void),
        }
    }

    pub(crate) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// The whole amount is voided before settlement, so that the payer may never see a charge.
    pub(crate) fn is_expected_as_void(&self) -> bool {
        self.can_perform_void && self.refunded_before == 0 && self.amount == self.left
    }

    /// Whether this amount can be refunded.
    pub(crate) fn is_good(&self) -> bool {
        (1..=self.left).contains(&self.amount)
    }

    pub(super) fn press(&mut self, press: Press) {
        match press {
            Press::Digit(digit) => self.type_digits(&[digit]),
            Press::DoubleZero => self.type_digits(&[0, 0]),
            Press::Delete => (self.amount, self.is_untouched) = (self.amount / 10, false),
            Press::Because(reason) => self.reason = reason,
            _ => {}
        }
    }

    pub(super) fn order(&self) -> Option<Order> {
        let Self { amount, refunded_before, reason, .. } = *self;
        self.is_good().then_some(Order::Refund { amount, refunded_before, reason })
    }

    fn type_digits(&mut self, digits: &[u8]) {
        let before = if self.is_untouched { 0 } else { self.amount };
        let appended = digits
            .iter()
            .try_fold(before, |amount, digit| amount.checked_mul(10)?.checked_add(i64::from(*digit)));
        // Far above the refundable amount no further digit is needed.
        let most = self.left.saturating_mul(10);
        if let Some(amount) = appended.filter(|amount| *amount <= most) {
            (self.amount, self.is_untouched) = (amount, false);
        }
    }
}
