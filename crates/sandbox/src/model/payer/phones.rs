//! Payers' phones: each shows a code that changes every minute, and is asked when that code was scanned.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::model::owner::Owner;
use crate::clock::Moment;
use crate::model::charge::Charge;
use crate::model::money::Currency;
use crate::model::payer::magic;
use crate::model::payer::outcome::{CANCELLED, Outcome};
use crate::model::transaction::Transaction;

const REPLACED_CODES_MAX: usize = 5;
/// The oldest phone is put away when there are more.
const PHONES_MAX: usize = 200;
const FREE_DIGITS: usize = 16;
const SLOW_MS: i64 = 20_000;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Phone {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) shown_since: Moment,
    /// Counts the codes, so that the page knows when to fetch new pictures.
    pub(crate) code_number: u64,
    replaced: VecDeque<(String, Moment)>,
    /// In minor units.
    pub(crate) balances: BTreeMap<Currency, i64>,
    #[serde(default)]
    pub(crate) habit: Habit,
    /// The charge that was last put to this phone.
    pub(crate) last: Option<(Owner, String)>,
    opened_at: Moment,
}

/// What the payer does when this phone is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Habit {
    /// The page shows the confirm sheet.
    #[default]
    Asks,
    /// The wallet needs no confirmation.
    Pays,
    /// Confirms after twenty seconds.
    Slow,
    Refuses,
    /// Lets it run out.
    Ignores,
}

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

impl Phone {
    pub(crate) fn expires_at(&self, lifetime_ms: i64) -> Moment {
        self.shown_since.plus_ms(lifetime_ms)
    }

    fn replace_code(&mut self, code: String, now: Moment) {
        let old = std::mem::replace(&mut self.code, code);
        self.replaced.push_back((old, now));
        if self.replaced.len() > REPLACED_CODES_MAX {
            self.replaced.pop_front();
        }
        self.shown_since = now;
        self.code_number += 1;
    }
}

impl Transaction<'_> {
    pub(crate) fn open_phone(&mut self) -> String {
        let id = format!("phone_{}", self.state.random.letters(8));
        let phone = Phone {
            id: id.clone(),
            code: self.new_code(),
            shown_since: self.now,
            code_number: 1,
            replaced: VecDeque::new(),
            balances: BTreeMap::from([
                (Currency::Thb, 500_000),
                (Currency::Sgd, 20_000),
                (Currency::Myr, 60_000),
            ]),
            habit: Habit::default(),
            last: None,
            opened_at: self.now,
        };
        let phones = &mut self.state.wallet.phones;
        phones.insert(id.clone(), phone);
        if phones.len() > PHONES_MAX {
            let oldest = phones.values().min_by_key(|phone| phone.opened_at).map(|phone| phone.id.clone());
            oldest.and_then(|oldest| phones.remove(&oldest));
        }
        id
    }

    /// The phone as it is now: a code that has run out is replaced first.
    pub(crate) fn current_phone(&mut self, id: &str) -> Result<&mut Phone, TapError> {
        let (now, lifetime_ms) = (self.now, self.options.timing.code_lifetime_ms);
        let fresh = self.new_code();
        let phone = self.state.wallet.phones.get_mut(id).ok_or(TapError::NoPhone)?;
        if phone.expires_at(lifetime_ms) <= now {
            phone.replace_code(fresh, now);
        }
        Ok(phone)
    }

    /// What a phone does when its code is presented: it asks, unless the code is too old.
    pub(crate) fn phone_outcome(&mut self, code: &str, owner: &Owner, charge: &str) -> Option<Outcome> {
        let (now, timing) = (self.now, &self.options.timing);
        let (lifetime_ms, grace_ms) = (timing.code_lifetime_ms, timing.code_grace_ms);
        let fresh = self.new_code();
        let phone = self.state.wallet.phones.values_mut().find(|phone| phone.showed(code))?;
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
    pub(crate) fn asked_on_phone(&mut self, phone: &str) -> Option<(Owner, Charge)> {
        let waiting = std::mem::take(&mut self.state.wallet.waiting);
        let mut open = Vec::with_capacity(waiting.len());
        let mut found = None;
        for (owner, id) in waiting {
            let Ok(charge) = self.find_charge(&owner, &id) else { continue };
            let Some(asked) = charge.asked.as_ref().filter(|_| charge.is_pending()) else { continue };
            let here = asked.phone.as_deref().is_none_or(|asked| asked == phone);
            if here && found.is_none() {
                found = Some((owner.clone(), charge.clone()));
            }
            open.push((owner, id));
        }
        self.state.wallet.waiting = open;
        found
    }

    /// The payer confirms: the money moves if the phone's balance allows it.
    pub(crate) fn payer_confirms(&mut self, charge: &str, phone: Option<&str>) -> Result<Charge, TapError> {
        let (owner, found) = self.charge_for_tap(charge, phone)?;
        let paying =
            phone.map(str::to_owned).or_else(|| found.asked.as_ref().and_then(|asked| asked.phone.clone()));
        if self.take_from_phone(paying.as_deref(), &owner, &found) {
            self.approve(&owner, charge, found.amount);
        } else {
            self.fail(&owner, charge, "insufficient_balance");
        }
        self.find_charge(&owner, charge).map(|charge| charge.clone()).map_err(|_| TapError::NoCharge)
    }

    pub(crate) fn payer_rejects(
        &mut self,
        charge: &str,
        phone: Option<&str>,
        code: &str,
    ) -> Result<Charge, TapError> {
        let (owner, _) = self.charge_for_tap(charge, phone)?;
        if let Some(phone) = phone.and_then(|phone| self.state.wallet.phones.get_mut(phone)) {
            phone.last = Some((owner.clone(), charge.to_owned()));
        }
        self.fail(&owner, charge, code);
        self.find_charge(&owner, charge).map(|charge| charge.clone()).map_err(|_| TapError::NoCharge)
    }

    fn charge_for_tap(&mut self, id: &str, phone: Option<&str>) -> Result<(Owner, Charge), TapError> {
        let accounts = &self.state.accounts;
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
    fn take_from_phone(&mut self, phone: Option<&str>, owner: &Owner, charge: &Charge) -> bool {
        let Some(phone) = phone.and_then(|phone| self.state.wallet.phones.get_mut(phone)) else {
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
    fn new_code(&mut self) -> String {
        loop {
            let code = format!("28{}", self.state.random.digits(FREE_DIGITS));
            if !code.starts_with(magic::PREFIX) {
                return code;
            }
        }
    }
}

impl Phone {
    fn outcome(&self) -> Outcome {
        match self.habit {
            Habit::Asks => Outcome::Ask(Some(self.id.clone())),
            Habit::Pays => Outcome::PhonePays(self.id.clone(), 0),
            Habit::Slow => Outcome::PhonePays(self.id.clone(), SLOW_MS),
            Habit::Refuses => Outcome::Fail(CANCELLED.to_owned()),
            Habit::Ignores => Outcome::Never,
        }
    }

    fn showed(&self, code: &str) -> bool {
        self.code == code || self.replaced_at(code).is_some()
    }

    fn replaced_at(&self, code: &str) -> Option<Moment> {
        self.replaced.iter().find(|(old, _)| old == code).map(|(_, at)| *at)
    }
}
