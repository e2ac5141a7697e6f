//! The account and what it can do, as the API writes them.

use crate::api::render::object::{Object, object};
use crate::api::render::{created, currency};
use crate::model::account::Account;
use crate::model::money::{Currency, SourceType};
use crate::model::version::Version;

/// Recorded: the limits of the account as a whole; those of a source are narrower.
const CHARGE_AMOUNT_MAX: i64 = 500_000_000_000;
const CHARGE_AMOUNT_MIN: i64 = 2_000;

pub(crate) fn view(account: &Account, version: Version) -> Object {
    let owner = &account.owner;
    let currencies: Vec<String> = Currency::ALL.into_iter().map(|it| currency(it, version)).collect();
    let email = format!("{}@example.com", owner.name);
    let head = object("account").with("id", owner.account_id());
    match version {
        Version::V2017 => head
            .with("livemode", owner.livemode)
            .with("location", "/account")
            .with("email", email)
            .with("currency", currency(Currency::Thb, version))
            .with("supported_currencies", currencies)
            .with(created(version), account.created_at.iso()),
        Version::V2019 => head
            .with("team", owner.team_id())
            .with("livemode", owner.livemode)
            .with("location", "/account")
            .with("country", "TH")
            .with("currency", "THB")
            .with("email", email)
            .with(created(version), account.created_at.iso())
            .with("supported_currencies", currencies)
            .with("api_version", account.version.name())
            .with("auto_activate_recipients", false)
            .with("chain_enabled", false)
            .with("zero_interest_installments", false)
            .with_nulls(&["chain_return_uri", "webhook_uri"])
            .with("metadata_export_keys", export_keys())
            .with("chaining_allowed", false),
    }
}

pub(crate) fn capability(types: &[SourceType], version: Version) -> Object {
    let limits = Object::default()
        .with(
            "charge_amount",
            Object::default().with("max", CHARGE_AMOUNT_MAX).with("min", CHARGE_AMOUNT_MIN),
        )
        .with("transfer_amount", Object::default().with("max", 100_000_000_000_i64).with("min", 3_000_i64))
        .with("installment_amount", Object::default().with("min", 200_000_i64));
    let methods: Vec<Object> = types.iter().map(|kind| payment_method(*kind, version)).collect();
    object("capability")
        .with("location", "/capability")
        .with("banks", Vec::<String>::new())
        .with("limits", limits)
        .with("payment_methods", methods)
        .with("country", "TH")
        .with("tokenization_methods", Vec::<String>::new())
        .with("zero_interest_installments", false)
}

fn payment_method(kind: SourceType, version: Version) -> Object {
    let currencies: Vec<String> = kind.currencies().into_iter().map(|it| currency(it, version)).collect();
    object("payment_method")
        .with("name", kind.name())
        .with("currencies", currencies)
        .with_nulls(&["card_brands", "installment_terms", "loan_installment_terms"])
        .with("banks", Vec::<String>::new())
        .with_null("provider")
}

fn export_keys() -> Object {
    let kinds = ["charge", "transfer", "refund", "dispute"];
    kinds.into_iter().fold(Object::default(), |keys, kind| keys.with(kind, Vec::<String>::new()))
}
