//! Charges as the API writes them.

use crate::api::render::list::Page;
use crate::api::render::object::{Object, object};
use crate::api::render::{created, currency, refund, source};
use crate::clock::Moment;
use crate::model::charge::{Charge, Status};
use crate::model::version::Version;

pub(crate) fn view(charge: &Charge, version: Version, now: Moment) -> Object {
    match version {
        Version::V2017 => old(charge, now),
        Version::V2019 => current(charge, now),
    }
}

fn old(charge: &Charge, now: Moment) -> Object {
    let version = Version::V2017;
    head(charge)
        .with("amount", charge.amount)
        .with("currency", currency(charge.currency, version))
        .with("description", charge.description.as_deref())
        .with("metadata", charge.metadata.clone())
        .with("status", charge.status.as_str())
        .with("capture", true)
        .with("authorized", charge.is_paid())
        .with("reversed", false)
        .with("paid", charge.is_paid())
        .with("transaction", charge.transaction.as_deref())
        .with("refunded", charge.refunded_amount())
        .with("refunds", refunds(charge, version, now))
        .with("return_uri", charge.return_uri.as_deref())
        .with_nulls(&["reference", "authorize_uri"])
        .with("failure_code", failure_code(charge))
        .with("failure_message", failure_message(charge))
        .with_nulls(&["card", "customer"])
        .with("ip", charge.ip.as_deref())
        .with_null("dispute")
        .with(created(version), charge.created_at.iso())
        .with("source", source::within_charge(&charge.source, &charge.status, version))
}

fn current(charge: &Charge, now: Moment) -> Object {
    let version = Version::V2019;
    let money = head(charge)
        .with("amount", charge.amount)
        .with("net", charge.amount - charge.fee() - charge.fee_vat())
        .with("fee", charge.fee())
        .with("fee_vat", charge.fee_vat())
        .with("interest", 0_i64)
        .with("interest_vat", 0_i64)
        .with("funding_amount", charge.amount)
        .with("refunded_amount", charge.refunded_amount())
        .with("transaction_fees", transaction_fees());
    let details = flags(charge, money, now)
        .with("currency", charge.currency.code())
        .with("funding_currency", charge.currency.code())
        .with("ip", charge.ip.as_deref())
        .with("refunds", refunds(charge, version, now))
        .with_null("link")
        .with("description", charge.description.as_deref())
        .with("metadata", charge.metadata.clone())
        .with_null("card")
        .with("source", source::within_charge(&charge.source, &charge.status, version))
        .with_nulls(&["schedule", "linked_account", "customer", "dispute"])
        .with("transaction", charge.transaction.as_deref())
        .with("failure_code", failure_code(charge))
        .with("failure_message", failure_message(charge))
        .with("status", charge.status.as_str());
    times(charge, details)
}

fn head(charge: &Charge) -> Object {
    object("charge")
        .with("id", charge.id.as_str())
        .with("livemode", charge.livemode)
        .with("location", format!("/charges/{}", charge.id))
}

fn flags(charge: &Charge, object: Object, now: Moment) -> Object {
    let refundable = charge.is_refundable(now);
    object
        .with("platform_fee", Object::default().with_nulls(&["fixed", "amount", "percentage"]))
        .with("authorized", charge.is_paid())
        .with("capturable", false)
        .with("capture", true)
        .with("disputable", charge.is_paid())
        .with("refundable", refundable)
        .with("partially_refundable", refundable)
        .with("can_perform_void", charge.can_be_voided(now))
        .with("reversed", false)
        .with("reversible", false)
        .with("voided", charge.is_voided())
        .with("paid", charge.is_paid())
        // As recorded, a charge that the wallet closed has failed and says `expired` too.
        .with(
            "expired",
            charge.expired_at.is_some() && matches!(charge.status, Status::Expired | Status::Failed),
        )
}

fn times(charge: &Charge, object: Object) -> Object {
    object
        .with_null("authorize_uri")
        .with("return_uri", charge.return_uri.as_deref())
        .with("created_at", charge.created_at.iso())
        .with("paid_at", charge.paid_at.map(Moment::iso))
        .with("authorized_at", charge.paid_at.map(Moment::iso))
        .with("expires_at", charge.expires_at.iso())
        .with("expired_at", charge.expired_at.map(Moment::iso))
        .with_null("reversed_at")
        .with("zero_interest_installments", false)
        .with_nulls(&["branch", "terminal", "device", "approval_code"])
        .with("webhook_endpoints", webhook_endpoints(charge))
        .with_null("merchant_name")
}

fn webhook_endpoints(charge: &Charge) -> Option<Vec<String>> {
    Some(charge.webhook_endpoints.clone()).filter(|urls| !urls.is_empty())
}

fn transaction_fees() -> Object {
    Object::default().with("fee_flat", "0.0").with("fee_rate", "1.65").with("vat_rate", "7.0")
}

fn refunds(charge: &Charge, version: Version, now: Moment) -> Object {
    let location = format!("/charges/{}/refunds", charge.id);
    Page::first(now).view(charge.refunds.iter(), location, version, |item| refund::view(item, version))
}

fn failure_code(charge: &Charge) -> Option<&str> {
    charge.failure.as_ref().map(|failure| failure.code.as_str())
}

fn failure_message(charge: &Charge) -> Option<&str> {
    charge.failure.as_ref().map(|failure| failure.message.as_str())
}
