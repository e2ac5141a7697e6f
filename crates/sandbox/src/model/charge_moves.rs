//! What may happen to a charge after its creation, by merchant, payer or wallet.

use serde_json::{Map, Value};

use crate::model::error::ApiError;
use crate::model::owner::Owner;
use crate::model::charge::{Charge, Failure, OnExpire, Status};
use crate::model::event::EventKey;
use crate::model::refund::CreateRefund;
use crate::model::schedule::{Action, ScheduledAction};
use crate::model::switches::{Expiring, ExpiringPaid, MetadataOnPatch};
use crate::model::transaction::Transaction;

impl Transaction<'_> {
    pub(crate) fn find_charge(&mut self, owner: &Owner, id: &str) -> Result<&mut Charge, ApiError> {
        let found = self.account(owner).charges.find_mut(id);
        found.ok_or_else(|| ApiError::not_found("charge", id))
    }

    /// The merchant ends a charge that nobody has paid yet. The answer may say more than is true.
    pub(crate) fn expire_charge(&mut self, owner: &Owner, id: &str) -> Result<Charge, ApiError> {
        let paid_after_ms = self.options.timing.paid_after_expire_ms;
        let switched = OnExpire::from(self.state.switches.expire);
        let charge = self.find_charge(owner, id)?;
        let on_expire = if charge.on_expire == OnExpire::Expires { switched } else { charge.on_expire };
        let refused = || ApiError::new(400, "failed_expire", "expire failed");
        if charge.is_paid() && self.state.switches.expire_of_paid == ExpiringPaid::GivesBack {
            return self.give_back_whole(owner, id);
        }
        let charge = self.find_charge(owner, id)?;
        if !charge.is_pending() {
            return Err(refused());
        }
        if on_expire == OnExpire::RefusedThenPaid {
            self.plan(owner, id, paid_after_ms, Action::ApproveAfterAll);
            return Err(refused());
        }
        let expired = self.end_as_expired(owner, id)?;
        match on_expire {
            OnExpire::LosesTheRace => self.approve(owner, id, expired.amount),
            OnExpire::ExpiredThenPaid => self.plan(owner, id, paid_after_ms, Action::ApproveAfterAll),
            OnExpire::Expires | OnExpire::RefusedThenPaid => {}
        }
        Ok(expired)
    }

    fn end_as_expired(&mut self, owner: &Owner, id: &str) -> Result<Charge, ApiError> {
        let now = self.now;
        let charge = self.find_charge(owner, id)?;
        charge.status = Status::Expired;
        charge.expired_at = Some(now);
        charge.expires_at = now;
        charge.ended_at = Some(now);
        charge.asked = None;
        let expired = charge.clone();
        self.announce_charge(owner, EventKey::ChargeExpire, &expired);
        Ok(expired)
    }

    /// A cancel in the manner of some wallets: the money goes back.
    fn give_back_whole(&mut self, owner: &Owner, id: &str) -> Result<Charge, ApiError> {
        let charge = self.find_charge(owner, id)?;
        let amount = charge.amount - charge.refunded_amount();
        let request = CreateRefund { amount, metadata: Map::new(), only_as_void: false };
        self.create_refund(owner, id, request)?;
        Ok(self.find_charge(owner, id)?.clone())
    }

    pub(crate) fn update_charge(
        &mut self,
        owner: &Owner,
        id: &str,
        description: Option<String>,
        metadata: Option<Map<String, Value>>,
    ) -> Result<Charge, ApiError> {
        self.check_metadata(metadata.as_ref())?;
        let merges = self.state.switches.metadata_on_patch == MetadataOnPatch::Merge;
        let charge = self.find_charge(owner, id)?;
        charge.description = description.or(charge.description.take());
        match metadata {
            Some(more) if merges => charge.metadata.extend(more),
            Some(metadata) => charge.metadata = metadata,
            None => {}
        }
        let updated = charge.clone();
        self.announce_charge(owner, EventKey::ChargeUpdate, &updated);
        Ok(updated)
    }

    /// Sees to it that something happens to a charge after a while.
    pub(crate) fn plan(&mut self, owner: &Owner, charge: &str, after_ms: i64, action: Action) {
        let scheduled = ScheduledAction { owner: owner.clone(), charge: charge.to_owned(), action };
        self.state.schedule.add(self.now.plus_ms(after_ms), scheduled);
    }

    /// Does what was planned; a charge that has ended meanwhile is left alone.
    pub(crate) fn perform(&mut self, scheduled: &ScheduledAction) {
        let (ScheduledAction { owner, charge: id, action }, now) = (scheduled, self.now);
        let Ok(charge) = self.find_charge(owner, id) else { return };
        let (pending, expired, amount) =
            (charge.is_pending(), charge.status == Status::Expired, charge.amount);
        match action {
            Action::Approve if pending => self.approve(owner, id, amount),
            Action::PhoneConfirms(phone) if pending => {
                let _ = self.payer_confirms(id, Some(phone));
            }
            Action::ApproveAfterAll if pending || expired => self.approve(owner, id, amount),
            Action::ApproveOtherAmount if pending => self.approve(owner, id, amount - 1),
            Action::Fail(code) if pending => self.fail(owner, id, code),
            Action::CloseByWallet if pending => self.close_by_wallet(owner, id),
            Action::ExpireInTime if pending => {
                let _ = self.end_as_expired(owner, id);
            }
            Action::TurnUnderReview if pending => {
                charge.status = Status::UnderReview;
                charge.ended_at = Some(now);
            }
            Action::Approve
            | Action::PhoneConfirms(_)
            | Action::ApproveAfterAll
            | Action::ApproveOtherAmount
            | Action::Fail(_)
            | Action::CloseByWallet
            | Action::ExpireInTime
            | Action::TurnUnderReview => {}
        }
    }

    /// The money moves; `amount` is what the wallet took.
    pub(crate) fn approve(&mut self, owner: &Owner, id: &str, amount: i64) {
        let now = self.now;
        let transaction = self.state.random.id("trxn", owner.livemode, now);
        let Ok(charge) = self.find_charge(owner, id) else { return };
        charge.status = Status::Successful;
        charge.amount = amount;
        charge.amount_paid = Some(amount);
        charge.paid_at = Some(now);
        charge.ended_at = Some(now);
        charge.transaction = Some(transaction);
        charge.asked = None;
        let paid = charge.clone();
        self.announce_charge(owner, EventKey::ChargeComplete, &paid);
    }

    pub(crate) fn fail(&mut self, owner: &Owner, id: &str, code: &str) {
        let now = self.now;
        let Ok(charge) = self.find_charge(owner, id) else { return };
        charge.status = Status::Failed;
        charge.ended_at = Some(now);
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

impl From<Expiring> for OnExpire {
    fn from(expiring: Expiring) -> Self {
        match expiring {
            Expiring::Expires => Self::Expires,
            Expiring::RefusedThenPaid => Self::RefusedThenPaid,
            Expiring::LosesRace => Self::LosesTheRace,
            Expiring::ExpiredThenPaid => Self::ExpiredThenPaid,
        }
    }
}
