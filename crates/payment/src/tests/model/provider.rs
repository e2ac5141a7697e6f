//! The provider of the reference model, which alone knows what really happened.

use super::super::*;
use scantill_types::RefundId;

/// Unpaid charges are over after this long, whatever the payer does.
pub(super) const WALLET_CLOSES_MS: i64 = 180_000;

/// What really happened.
#[derive(Debug, Default)]
pub(super) struct Provider {
    /// The second one is there where somebody on the way delivered the request twice.
    pub(super) charges: Vec<TrueCharge>,
    pub(super) charges_posted: u32,
    pub(super) refunds_posted: Vec<RefundId>,
}

#[derive(Clone, Debug)]
pub(super) struct TrueCharge {
    pub(super) id: &'static str,
    pub(super) status: ChargeStatus,
    pub(super) committed_at: i64,
    pub(super) refunds: Vec<(RefundSnapshot, i64)>,
}

impl TrueCharge {
    pub(super) fn refunded(&self) -> i64 {
        self.refunds.iter().map(|(refund, _)| refund.amount).sum()
    }

    pub(super) fn evidence(&self) -> ChargeSnapshot {
        let refunds = self.refunds.iter().map(|(refund, _)| refund.clone()).collect();
        ChargeSnapshot { refunded_amount: self.refunded(), refunds, ..charge(self.id, self.status.clone()) }
    }

    pub(super) fn was_paid(&self) -> bool {
        self.status == ChargeStatus::Successful
    }
}

impl Provider {
    pub(super) fn charge(&self, id: &ChargeId) -> Option<&TrueCharge> {
        self.charges.iter().find(|charge| charge.id == id.as_str())
    }

    pub(super) fn pay(&mut self, id: &str) {
        self.end_unpaid(id, ChargeStatus::Successful);
    }

    /// What is final stays so.
    pub(super) fn end_unpaid(&mut self, id: &str, status: ChargeStatus) {
        let is_open = |charge: &&mut TrueCharge| charge.id == id && charge.status == ChargeStatus::Pending;
        if let Some(charge) = self.charges.iter_mut().find(is_open) {
            charge.status = status;
        }
    }

    pub(super) fn time_passes(&mut self, now: i64) {
        for charge in &mut self.charges {
            if charge.status == ChargeStatus::Pending && charge.committed_at + WALLET_CLOSES_MS < now {
                charge.status = ChargeStatus::Expired;
            }
        }
    }

    /// `false` if it is refused.
    pub(super) fn commit_refund(&mut self, refund: RefundSnapshot, now: i64) -> bool {
        let is_paid = |charge: &&mut TrueCharge| charge.id == refund.charge.as_str() && charge.was_paid();
        let paid = self.charges.iter_mut().find(is_paid);
        let Some(charge) = paid.filter(|charge| charge.refunded() + refund.amount <= 2_225) else {
            return false;
        };
        charge.refunds.push((refund, now));
        true
    }
}
