//! The calls of the phone page: its code, its pictures, and the charge that it is asked to confirm.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::orders::charge_outcome;
use crate::admin::reply::{AdminError, AdminReply, AdminResult, done, read};
use crate::admin::{code128, qr};
use crate::model::charge::Charge;
use crate::model::merchant::MerchantTransaction;
use crate::model::money::Currency;
use crate::model::owner::Owner;
use crate::model::payer::outcome::CANCELLED;
use crate::model::payer::phone::Habit;
use crate::model::payer::taps::PayerTransaction;
use crate::model::transaction::Transaction;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tap {
    charge: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetPhone {
    balance: Option<i64>,
    #[serde(default = "baht")]
    currency: String,
    habit: Option<Habit>,
}

fn baht() -> String {
    Currency::Thb.code().to_owned()
}

pub(crate) fn open(transaction: &mut Transaction<'_>) -> AdminResult {
    let id = transaction.open_phone();
    show(transaction, &id)
}

pub(crate) fn show(transaction: &mut Transaction<'_>, id: &str) -> AdminResult {
    let (now, lifetime_ms) = (transaction.now, transaction.setup.timing.code_lifetime_ms);
    let till_url = transaction.setup.till_url.clone();
    let phone = transaction.current_phone(id)?.clone();
    let asked = transaction.asked_on_phone(id).map(|(owner, charge)| charge_view(&owner, &charge));
    let last = phone.last.as_ref().and_then(|(owner, charge)| {
        let charge = transaction.find_charge(owner, charge).ok()?.clone();
        Some(charge_view(owner, &charge))
    });
    let currency = asked.as_ref().and_then(|asked| asked["currency"].as_str()).and_then(Currency::parse);
    let currency = currency.unwrap_or(Currency::Thb);
    Ok(json!({
        "id": phone.id,
        "code": phone.code,
        "code_number": phone.code_number,
        "expires_in_ms": phone.expires_at(lifetime_ms).ms_since(now),
        "lifetime_ms": lifetime_ms,
        "balance": { "amount": phone.balances.get(&currency), "currency": currency.code() },
        "habit": phone.habit,
        "asked": asked,
        "last": last,
        "till_url": till_url,
    })
    .into())
}

pub(crate) fn qr(transaction: &mut Transaction<'_>, id: &str) -> AdminResult {
    let code = transaction.current_phone(id)?.code.clone();
    qr::svg(&code).map(AdminReply::Picture).ok_or_else(no_picture)
}

pub(crate) fn barcode(transaction: &mut Transaction<'_>, id: &str) -> AdminResult {
    let code = transaction.current_phone(id)?.code.clone();
    code128::svg(&code).map(AdminReply::Picture).ok_or_else(no_picture)
}

pub(crate) fn set(transaction: &mut Transaction<'_>, id: &str, body: &[u8]) -> AdminResult {
    let order: SetPhone = read(body)?;
    let currency = Currency::parse(&order.currency)
        .ok_or_else(|| AdminError::bad("currency must be THB, SGD or MYR"))?;
    if order.balance.is_some_and(|balance| balance < 0) {
        return Err(AdminError::bad("balance must not be negative"));
    }
    let phone = transaction.current_phone(id)?;
    if let Some(balance) = order.balance {
        phone.balances.insert(currency, balance);
    }
    phone.habit = order.habit.unwrap_or(phone.habit);
    Ok(done())
}

pub(crate) fn confirm(transaction: &mut Transaction<'_>, id: &str, body: &[u8]) -> AdminResult {
    let tap: Tap = read(body)?;
    transaction.current_phone(id)?;
    Ok(charge_outcome(&transaction.payer_confirms(&tap.charge, Some(id))?))
}

pub(crate) fn reject(transaction: &mut Transaction<'_>, id: &str, body: &[u8]) -> AdminResult {
    let tap: Tap = read(body)?;
    transaction.current_phone(id)?;
    Ok(charge_outcome(&transaction.payer_rejects(&tap.charge, Some(id), CANCELLED)?))
}

/// What the payer sees of a charge.
fn charge_view(owner: &Owner, charge: &Charge) -> Value {
    json!({
        "charge": charge.id,
        "merchant": owner.display_name(),
        "store": charge.store_name(),
        "terminal": charge.terminal_name(),
        "amount": charge.amount,
        "currency": charge.currency.code(),
        "status": charge.status.as_str(),
        "failure_code": charge.failure.as_ref().map(|failure| failure.code.as_str()),
        "paid_at": charge.paid_at.map(crate::clock::Moment::iso_ms),
    })
}

fn no_picture() -> AdminError {
    AdminError { status: 500, sentence: "the code could not be drawn".to_owned() }
}
