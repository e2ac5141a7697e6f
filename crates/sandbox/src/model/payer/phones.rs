//! Opens phones, presents their codes, and takes the taps of their payers.

use std::collections::{BTreeMap, VecDeque};

use crate::model::accounts::find_charge;
use crate::model::charge::Charge;
use crate::model::charge_changes::{approve, fail};
use crate::model::money::Currency;
use crate::model::owner::Owner;
use crate::model::payer::magic;
use crate::model::payer::outcome::Outcome;
use crate::model::payer::phone::{Habit, Phone};
use crate::model::transaction::Transaction;

/// The oldest phone is removed when there are more.
const PHONES_MAX: usize = 200;
const FREE_DIGITS: usize = 16;

/// Why a payer's tap did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TapError {
    #[error("there is no such charge")]
    NoCharge,
    #[error("there is no such phone")]
    NoPhone,
    #[error("the charge waits for nobody: it has ended")]
    Ended,
    #[error("the charge waits on another phone")]
    OtherPhone,
}

pub(in crate::model) fn open_phone(transaction: &mut Transaction<'_>) -> String {
    let id = format!("phone_{}", transaction.state.random.letters(8));
    let phone = Phone {
        id: id.clone(),
        code: new_code(transaction),
        shown_since: transaction.now,
        code_number: 1,
        replaced: VecDeque::new(),
        balances: BTreeMap::from([
            (Currency::Thb, 500_000),
            (Currency::Sgd, 20_000),
            (Currency::Myr, 60_000),
        ]),
        habit: Habit::default(),
        last: None,
        opened_at: transaction.now,
    };
    let phones = &mut transaction.state.wallet.phones;
    phones.insert(id.clone(), phone);
    if phones.len() > PHONES_MAX {
        let oldest = phones.values().min_by_key(|phone| phone.opened_at).map(|phone| phone.id.clone());
        oldest.and_then(|oldest| phones.remove(&oldest));
    }
    id
}

/// The phone as it is now: a code that has run out is replaced first.
pub(in crate::model) fn current_phone<'a>(
    transaction: &'a mut Transaction<'_>,
    id: &str,
) -> Result<&'a mut Phone, TapError> {
    let (now, lifetime_ms) = (transaction.now, transaction.setup.timing.code_lifetime_ms);
    let fresh = new_code(transaction);
    let phone = transaction.state.wallet.phones.get_mut(id).ok_or(TapError::NoPhone)?;
    if phone.expires_at(lifetime_ms) <= now {
        phone.replace_code(fresh, now);
    }
    Ok(phone)
}

/// What a phone does when its code is presented: it asks, unless the code is too old.
pub(in crate::model) fn phone_outcome(
    transaction: &mut Transaction<'_>,
    code: &str,
    owner: &Owner,
    charge: &str,
) -> Option<Outcome> {
    let (now, timing) = (transaction.now, &transaction.setup.timing);
    let (lifetime_ms, grace_ms) = (timing.code_lifetime_ms, timing.code_grace_ms);
    let fresh = new_code(transaction);
    let phone = transaction.state.wallet.phones.values_mut().find(|phone| phone.showed(code))?;
    let good_until = match phone.replaced_at(code) {
        None => phone.expires_at(lifetime_ms).plus_ms(grace_ms),
        Some(replaced_at) => replaced_at.plus_ms(grace_ms),
    };
    phone.last = Some((owner.clone(), charge.to_owned()));
    if phone.code == code {
        phone.replace_code(fresh, now);
    }
    let expired = now > good_until;
    Some(if expired { Outcome::Fail("payment_expired".to_owned()) } else { phone.outcome() })
}

/// The charge that this phone is asked about, if any.
pub(in crate::model) fn asked_on_phone(
    transaction: &mut Transaction<'_>,
    phone: &str,
) -> Option<(Owner, Charge)> {
    let waiting = std::mem::take(&mut transaction.state.wallet.waiting);
    let mut open = Vec::with_capacity(waiting.len());
    let mut found = None;
    for (owner, id) in waiting {
        let Ok(charge) = find_charge(transaction, &owner, &id) else { continue };
        let Some(asked) = charge.asked.as_ref().filter(|_| charge.is_pending()) else { continue };
        let here = asked.phone.as_deref().is_none_or(|asked| asked == phone);
        if here && found.is_none() {
            found = Some((owner.clone(), charge.clone()));
        }
        open.push((owner, id));
    }
    transaction.state.wallet.waiting = open;
    found
}

/// The payer confirms: the money moves if the phone's balance allows it.
pub(in crate::model) fn payer_confirms(
    transaction: &mut Transaction<'_>,
    charge: &str,
    phone: Option<&str>,
) -> Result<Charge, TapError> {
    let (owner, found) = charge_for_tap(transaction, charge, phone)?;
    let paying =
        phone.map(str::to_owned).or_else(|| found.asked.as_ref().and_then(|asked| asked.phone.clone()));
    if take_from_phone(transaction, paying.as_deref(), &owner, &found) {
        approve(transaction, &owner, charge, found.amount);
    } else {
        fail(transaction, &owner, charge, "insufficient_balance");
    }
    find_charge(transaction, &owner, charge).map(|charge| charge.clone()).map_err(|_| TapError::NoCharge)
}

pub(in crate::model) fn payer_rejects(
    transaction: &mut Transaction<'_>,
    charge: &str,
    phone: Option<&str>,
    code: &str,
) -> Result<Charge, TapError> {
    let (owner, _) = charge_for_tap(transaction, charge, phone)?;
    if let Some(phone) = phone.and_then(|phone| transaction.state.wallet.phones.get_mut(phone)) {
        phone.last = Some((owner.clone(), charge.to_owned()));
    }
    fail(transaction, &owner, charge, code);
    find_charge(transaction, &owner, charge).map(|charge| charge.clone()).map_err(|_| TapError::NoCharge)
}

fn charge_for_tap(
    transaction: &mut Transaction<'_>,
    id: &str,
    phone: Option<&str>,
) -> Result<(Owner, Charge), TapError> {
    let accounts = &transaction.state.accounts;
    let found = accounts.iter().find_map(|account| Some((&account.owner, account.charges.find(id)?)));
    let (owner, charge) = found.ok_or(TapError::NoCharge)?;
    if !charge.is_pending() {
        return Err(TapError::Ended);
    }
    let asked = charge.asked.as_ref().and_then(|asked| asked.phone.as_deref());
    match (phone, asked) {
        (Some(phone), Some(asked)) if phone != asked => Err(TapError::OtherPhone),
        _ => Ok((owner.clone(), charge.clone())),
    }
}

/// False when the phone has too little; a charge without a phone has a payer with enough.
fn take_from_phone(
    transaction: &mut Transaction<'_>,
    phone: Option<&str>,
    owner: &Owner,
    charge: &Charge,
) -> bool {
    let Some(phone) = phone.and_then(|phone| transaction.state.wallet.phones.get_mut(phone)) else {
        return true;
    };
    phone.last = Some((owner.clone(), charge.id.clone()));
    let balance = phone.balances.entry(charge.currency).or_default();
    let enough = *balance >= charge.amount;
    if enough {
        *balance -= charge.amount;
    }
    enough
}

/// A code in the wallet's older grammar: 28 and 16 digits, never one that is magic.
fn new_code(transaction: &mut Transaction<'_>) -> String {
    loop {
        let code = format!("28{}", transaction.state.random.digits(FREE_DIGITS));
        if !code.starts_with(magic::PREFIX) {
            return code;
        }
    }
}
