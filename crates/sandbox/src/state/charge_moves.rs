//! What may happen to a charge after its creation, by merchant, payer or wallet.

use serde_json::{Map, Value};

use crate::api::error::ApiError;
use crate::api::key::Owner;
use crate::state::charge::{Charge, Failure, OnExpire, Status};
use crate::state::event::EventKey;
use crate::state::schedule::{Act, Deed};
use crate::state::turn::Turn;

impl Turn<'_> {
    pub(crate) fn find_charge(&mut self, owner: &Owner, id: &str) -> Result<&mut Charge, ApiError> {
        let found = self.account(owner).charges.find_mut(id);
        found.ok_or_else(|| ApiError::not_found("charge", id))
    }

    /// The merchant ends a charge that nobody has paid yet. The answer may say more than is true.
    pub(crate) fn expire_charge(&mut self, owner: &Owner, id: &str) -> Result<Charge, ApiError> {
        let (now, paid_after_ms) = (self.now, self.options.timing.paid_after_expire_ms);
        let charge = self.find_charge(owner, id)?;
        let on_expire = charge.on_expire;
        let refused = || ApiError::new(400, "failed_expire", "expire failed");
        if !charge.is_pending() {
            return Err(refused());
        }
        if on_expire == OnExpire::RefusedThenPaid {
            self.plan(owner, id, paid_after_ms, Deed::ApproveAfterAll);
            return Err(refused());
        }
        charge.status = Status::Expired;
        charge.expired_at = Some(now);
        charge.expires_at = now;
        charge.asked = None;
        let expired = charge.clone();
        self.announce_charge(owner, EventKey::ChargeExpire, &expired);
        match on_expire {
            OnExpire::LosesTheRace => self.approve(owner, id, expired.amount),
            OnExpire::ExpiredThenPaid => self.plan(owner, id, paid_after_ms, Deed::ApproveAfterAll),
            OnExpire::Expires | OnExpire::RefusedThenPaid => {}
        }
        Ok(expired)
    }

    pub(crate) fn update_charge(
        &mut self,
        owner: &Owner,
        id: &str,
        description: Option<String>,
        metadata: Option<Map<String, Value>>,
    ) -> Result<Charge, ApiError> {
        let charge = self.find_charge(owner, id)?;
        charge.description = description.or(charge.description.take());
        if let Some(metadata) = metadata {
            charge.metadata = metadata;
        }
        let updated = charge.clone();
        self.announce_charge(owner, EventKey::ChargeUpdate, &updated);
        Ok(updated)
    }

    /// Sees to it that something happens to a charge after a while.
    pub(crate) fn plan(&mut self, owner: &Owner, charge: &str, after_ms: i64, deed: Deed) {
        let act = Act { owner: owner.clone(), charge: charge.to_owned(), deed };
        self.world.schedule.add(self.now.plus_ms(after_ms), act);
    }

    /// Does what was planned; a charge that has ended meanwhile is left alone.
    pub(crate) fn perform(&mut self, act: &Act) {
        let Act { owner, charge: id, deed } = act;
        let Ok(charge) = self.find_charge(owner, id) else { return };
        let (pending, expired, amount) =
            (charge.is_pending(), charge.status == Status::Expired, charge.amount);
        match deed {
            Deed::Approve if pending => self.approve(owner, id, amount),
            Deed::ApproveAfterAll if pending || expired => self.approve(owner, id, amount),
            Deed::ApproveOtherAmount if pending => self.approve(owner, id, amount - 1),
            Deed::Fail(code) if pending => self.fail(owner, id, code),
            Deed::CloseByWallet if pending => self.close_by_wallet(owner, id),
            Deed::TurnUnderReview if pending => charge.status = Status::UnderReview,
            Deed::Approve
            | Deed::ApproveAfterAll
            | Deed::ApproveOtherAmount
            | Deed::Fail(_)
            | Deed::CloseByWallet
            | Deed::TurnUnderReview => {}
        }
    }

    /// The money moves; `amount` is what the wallet took.
    pub(crate) fn approve(&mut self, owner: &Owner, id: &str, amount: i64) {
        let now = self.now;
        let transaction = self.world.random.id("trxn", owner.livemode, now);
        let Ok(charge) = self.find_charge(owner, id) else { return };
        charge.status = Status::Successful;
        charge.amount = amount;
        charge.amount_paid = Some(amount);
        charge.paid_at = Some(now);
        charge.transaction = Some(transaction);
        charge.asked = None;
        let paid = charge.clone();
        self.announce_charge(owner, EventKey::ChargeComplete, &paid);
    }

    pub(crate) fn fail(&mut self, owner: &Owner, id: &str, code: &str) {
        let Ok(charge) = self.find_charge(owner, id) else { return };
        charge.status = Status::Failed;
        charge.failure = Some(Failure::with_code(code));
        charge.asked = None;
        let failed = charge.clone();
        self.announce_charge(owner, EventKey::ChargeComplete, &failed);
    }

    /// As recorded, a failed charge may say `expired: true` as well: the status alone counts.
    fn close_by_wallet(&mut self, owner: &Owner, id: &str) {
        let now = self.now;
        if let Ok(charge) = self.find_charge(owner, id) {
            charge.expired_at = Some(now);
        }
        self.fail(owner, id, "timeout");
    }
}
