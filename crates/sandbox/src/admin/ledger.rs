//! The ledger: what really happened, for a test that compares a merchant's records with it.

use crate::api::render::object::Object;
use crate::clock::Moment;
use crate::model::account::Account;
use crate::model::charge::Charge;
use crate::model::refund::Refund;
use crate::model::transaction::Transaction;

/// Every charge and refund of every account, in the order of creation.
pub(crate) fn lines(transaction: &Transaction<'_>) -> Vec<Object> {
    let mut lines: Vec<(Moment, Object)> =
        transaction.state.accounts.iter().flat_map(account_lines).collect();
    lines.sort_by_key(|(committed_at, _)| *committed_at);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn account_lines(account: &Account) -> Vec<(Moment, Object)> {
    let lines = account.charges.items().iter().flat_map(|charge| {
        let refunds = charge.refunds.iter().map(|refund| (refund.created_at, refund_line(account, refund)));
        std::iter::once((charge.created_at, charge_line(account, charge))).chain(refunds)
    });
    lines.collect()
}

fn charge_line(account: &Account, charge: &Charge) -> Object {
    line("charge", &charge.id, account, charge.created_at)
        .with("status", charge.status.as_str())
        .with("failure_code", charge.failure.as_ref().map(|failure| failure.code.as_str()))
        .with("amount", charge.source.amount)
        .with("amount_paid", charge.amount_paid)
        .with("refunded_amount", charge.refunded_amount())
        .with("currency", charge.currency.code())
        .with("paid_at", charge.paid_at.map(Moment::iso_ms))
        .with("expired_at", charge.expired_at.map(Moment::iso_ms))
        .with("source", charge.source.id.as_str())
        .with("metadata", charge.metadata.clone())
}

fn refund_line(account: &Account, refund: &Refund) -> Object {
    line("refund", &refund.id, account, refund.created_at)
        .with("charge", refund.charge.as_str())
        .with("status", "closed")
        .with("amount", refund.amount)
        .with("voided", refund.voided)
        .with("currency", refund.currency.code())
        .with("metadata", refund.metadata.clone())
}

fn line(kind: &'static str, id: &str, account: &Account, committed_at: Moment) -> Object {
    Object::default()
        .with("kind", kind)
        .with("id", id)
        .with("account", account.owner.name.as_str())
        .with("account_id", account.owner.account_id())
        .with("livemode", account.owner.livemode)
        .with("committed_at", committed_at.iso_ms())
}
