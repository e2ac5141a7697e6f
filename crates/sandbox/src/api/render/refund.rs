//! Refunds as the API writes them.

use crate::api::render::object::{Object, object};
use crate::api::render::{created, currency};
use crate::model::refund::Refund;
use crate::model::version::Version;

/// The older version has neither status, mode nor metadata.
pub(crate) fn view(refund: &Refund, version: Version) -> Object {
    let head = object("refund").with("id", refund.id.as_str());
    let location = format!("/charges/{}/refunds/{}", refund.charge, refund.id);
    match version {
        Version::V2017 => head
            .with("location", location)
            .with("amount", refund.amount)
            .with("currency", currency(refund.currency, version))
            .with("voided", refund.voided)
            .with("charge", refund.charge.as_str())
            .with("transaction", refund.transaction.as_str())
            .with(created(version), refund.created_at.iso()),
        Version::V2019 => head
            .with("livemode", refund.livemode)
            .with("location", location)
            .with(created(version), refund.created_at.iso())
            .with("status", "closed")
            .with("amount", refund.amount)
            .with("currency", refund.currency.code())
            .with("funding_amount", refund.amount)
            .with("funding_currency", refund.currency.code())
            .with("voided", refund.voided)
            .with("charge", refund.charge.as_str())
            .with("transaction", refund.transaction.as_str())
            .with_nulls(&["acquirer_reference_number", "approval_code", "capture", "terminal"])
            .with("metadata", refund.metadata.clone()),
    }
}
