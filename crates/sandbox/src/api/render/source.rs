//! Sources as the API writes them, alone and within a charge.

use crate::api::render::currency;
use crate::api::render::object::{Object, object};
use crate::model::charge::Status;
use crate::model::source::Source;
use crate::model::version::Version;

/// The references that exist only for other kinds of source.
const EMPTY_REFERENCES: [&str; 10] = [
    "device_id",
    "customer_amount",
    "customer_currency",
    "customer_exchange_rate",
    "omise_tax_id",
    "reference_number_1",
    "reference_number_2",
    "barcode",
    "payment_code",
    "va_code",
];

/// The answer of `/sources`; `charge_status` is that of the charge that used it.
pub(crate) fn alone(source: &Source, charge_status: Option<&Status>, version: Version) -> Object {
    match version {
        Version::V2017 => {
            let store = source.store.as_ref();
            old_head(source)
                .with("livemode", source.livemode)
                .with("location", location(source))
                .with("type", source.kind.name())
                .with("flow", "offline")
                .with("amount", source.amount)
                .with("currency", currency(source.currency, version))
                .with("barcode", source.barcode.as_str())
                .with_some("store_id", store.map(|store| store.id.as_str()))
                .with_some("store_name", store.map(|store| store.name.as_str()))
                .with_some("terminal_id", source.terminal_id.as_deref())
        }
        Version::V2019 => whole(source, charge_status),
    }
}

/// The source within a charge. The older version shows little of it, and never the code.
pub(crate) fn within_charge(source: &Source, charge_status: &Status, version: Version) -> Object {
    match version {
        Version::V2017 => old_head(source)
            .with("references", Object::default().with("expires_at", source.reference_expires_at().iso()))
            .with("type", source.kind.name())
            .with("flow", "offline")
            .with("amount", source.amount)
            .with("currency", currency(source.currency, version)),
        Version::V2019 => whole(source, Some(charge_status)),
    }
}

fn whole(source: &Source, charge_status: Option<&Status>) -> Object {
    let store = source.store.as_ref();
    let references = charge_status.map(|_| {
        Object::default()
            .with("expires_at", source.reference_expires_at().iso())
            .with_nulls(&EMPTY_REFERENCES)
    });
    old_head(source)
        .with("livemode", source.livemode)
        .with("location", location(source))
        .with("amount", source.amount)
        .with("barcode", source.barcode.as_str())
        .with_null("bank")
        .with("created_at", source.created_at.iso())
        .with("currency", source.currency.code())
        .with_null("email")
        .with("flow", "offline")
        .with_nulls(&["installment_term", "ip", "absorption_type", "name", "mobile_number", "phone_number"])
        .with_nulls(&["platform_type", "scannable_code", "qr_settings", "billing", "shipping"])
        .with("items", Vec::<Object>::new())
        .with("references", references)
        .with(
            "provider_references",
            Object::default().with_nulls(&["reference_number_1", "reference_number_2"]),
        )
        .with("store_id", store.map(|store| store.id.as_str()))
        .with("store_name", store.map(|store| store.name.as_str()))
        .with("terminal_id", source.terminal_id.as_deref())
        .with("type", source.kind.name())
        .with_null("zero_interest_installments")
        .with("charge_status", charge_status.map_or("unknown", Status::as_str))
        .with_null("receipt_amount")
        .with("discounts", Vec::<Object>::new())
}

fn old_head(source: &Source) -> Object {
    object("source").with("id", source.id.as_str())
}

fn location(source: &Source) -> String {
    format!("/sources/{}", source.id)
}
