//! What a webhook claims, as it is kept until it was followed.

use scantill_omise::{Charge, Event, Refund};
use scantill_types::{ChargeId, Currency, PaymentId};
use serde::{Deserialize, Serialize};

use super::super::evidence::metadata;
use crate::storage::StoredPayment;

/// What a webhook claims.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in super::super) struct WebhookAssertion {
    /// The charge that it is about.
    pub(super) charge: ChargeId,
    /// From the charge's metadata; a refund's event names the charge alone.
    pub(super) payment: Option<PaymentId>,
    /// What it says of the charge.
    pub(super) says: AssertedFact,
    /// What an event says was charged.
    pub(super) terms: Option<AssertedTerms>,
}

/// What an event says was charged. It decides nothing, but one that differs from the order is a lie or a mistake.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct AssertedTerms {
    pub(super) amount: i64,
    pub(super) currency: Option<Currency>,
    pub(super) livemode: bool,
}

/// What it says of the charge.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum AssertedFact {
    /// The charge has this status.
    Status(String),
    /// The charge has this refund.
    Refund(String),
}

impl WebhookAssertion {
    /// None where the event is about nothing that can be read.
    pub(super) fn of_event(event: &Event) -> Option<Self> {
        if let Some(charge) = &event.charge {
            let named = charge.metadata_text(metadata::PAYMENT).and_then(|id| PaymentId::parse(id).ok());
            let currency = Currency::from_code(&charge.currency);
            let terms = Some(AssertedTerms { amount: charge.amount, currency, livemode: charge.livemode });
            return named.map(|payment| Self { terms, ..Self::of_charge(charge, payment) });
        }
        event.refund.as_ref().map(Self::of_refund)
    }

    /// As a list shows a charge.
    pub(super) fn of_charge(charge: &Charge, payment: PaymentId) -> Self {
        let says = AssertedFact::Status(charge.status.clone());
        Self { charge: charge.id.clone(), payment: Some(payment), says, terms: None }
    }

    /// As a list or an event shows a refund.
    pub(super) fn of_refund(refund: &Refund) -> Self {
        let says = AssertedFact::Refund(refund.id.clone());
        Self { charge: refund.charge.clone(), payment: None, says, terms: None }
    }

    /// That a charge exists, and nothing more.
    pub(super) fn says_only_pending(&self) -> bool {
        self.says == AssertedFact::Status("pending".to_owned())
    }

    /// Whether the storage has read of this charge what is asserted of it.
    pub(super) fn is_confirmed_by(&self, stored: &StoredPayment) -> bool {
        match &self.says {
            AssertedFact::Status(status) => {
                let mut known = stored.attempt.charges.iter();
                let is_older = self.says_only_pending();
                known.any(|facts| facts.id == self.charge && (is_older || facts.status.as_str() == status))
            }
            AssertedFact::Refund(id) => stored.attempt.refunds.is_known(id),
        }
    }
}
