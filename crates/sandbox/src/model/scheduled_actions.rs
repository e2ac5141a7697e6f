//! Performs the scheduled actions that are due.

use crate::model::accounts::find_charge;
use crate::model::charge::Status;
use crate::model::charge_changes::{approve, close_by_wallet, end_as_expired, fail};
use crate::model::payer::phones::payer_confirms;
use crate::model::schedule::{Action, ScheduledAction};
use crate::model::transaction::Transaction;

/// Performs all due actions, each at its own time, since the clock can be moved far.
pub(in crate::model) fn run_due_actions(transaction: &mut Transaction<'_>) {
    let now = transaction.now;
    while let Some((due, scheduled)) = transaction.state.schedule.take_due(now) {
        transaction.now = due;
        perform(transaction, &scheduled);
    }
    transaction.now = now;
}

/// Performs one action. A charge that has ended meanwhile stays as it is.
fn perform(transaction: &mut Transaction<'_>, scheduled: &ScheduledAction) {
    let (ScheduledAction { owner, charge: id, action }, now) = (scheduled, transaction.now);
    let Ok(charge) = find_charge(transaction, owner, id) else { return };
    let (pending, expired, amount) = (charge.is_pending(), charge.status == Status::Expired, charge.amount);
    match action {
        Action::Approve if pending => approve(transaction, owner, id, amount),
        Action::PhoneConfirms(phone) if pending => {
            let _ = payer_confirms(transaction, id, Some(phone));
        }
        Action::ApproveAfterAll if pending || expired => approve(transaction, owner, id, amount),
        Action::ApproveOtherAmount if pending => approve(transaction, owner, id, amount - 1),
        Action::Fail(code) if pending => fail(transaction, owner, id, code),
        Action::CloseByWallet if pending => close_by_wallet(transaction, owner, id),
        Action::ExpireInTime if pending => {
            let _ = end_as_expired(transaction, owner, id);
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
