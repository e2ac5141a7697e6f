//! `expand=true` on a read: ids become the objects that they name.

use crate::api::render::object::{Object, object};
use crate::api::render::{charge, created, currency, refund};
use crate::clock::Moment;
use crate::model::charge::Charge;
use crate::model::refund::Refund;
use crate::model::version::Version;

/// A charge with its transaction.
pub(crate) fn charge(charge: &Charge, version: Version, now: Moment) -> Object {
    let transaction = charge.transaction.as_deref().map(|id| {
        let at = charge.paid_at.unwrap_or(charge.created_at);
        transaction(id, charge, "credit", charge.amount, at, version)
    });
    charge::view(charge, version, now).replacing("transaction", transaction)
}

/// A refund with its charge and its transaction.
pub(crate) fn refund(refund: &Refund, charge: &Charge, version: Version, now: Moment) -> Object {
    let transaction =
        transaction(&refund.transaction, charge, "debit", refund.amount, refund.created_at, version);
    refund::view(refund, version)
        .replacing("charge", Some(charge::view(charge, version, now)))
        .replacing("transaction", Some(transaction))
}

fn transaction(
    id: &str,
    charge: &Charge,
    direction: &'static str,
    amount: i64,
    at: Moment,
    version: Version,
) -> Object {
    object("transaction")
        .with("id", id)
        .with("livemode", charge.livemode)
        .with("location", format!("/transactions/{id}"))
        .with("currency", currency(charge.currency, version))
        .with("amount", amount)
        .with("direction", direction)
        .with("origin", charge.id.as_str())
        .with(created(version), at.iso())
}
