//! Payers' phones: each shows a code that changes every minute, and asks its payer once that code was
//! scanned.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::model::money::Currency;
use crate::model::owner::Owner;
use crate::model::payer::outcome::{CANCELLED, Outcome};

const REPLACED_CODES_MAX: usize = 5;
const SLOW_MS: i64 = 20_000;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Phone {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) shown_since: Moment,
    /// Counts the codes, so that the page knows when to fetch new pictures.
    pub(crate) code_number: u64,
    pub(super) replaced: VecDeque<(String, Moment)>,
    /// In minor units.
    pub(crate) balances: BTreeMap<Currency, i64>,
    #[serde(default)]
    pub(crate) habit: Habit,
    /// The last charge that this phone was asked to confirm.
    pub(crate) last: Option<(Owner, String)>,
    pub(super) opened_at: Moment,
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
    /// Does nothing until the charge expires.
    Ignores,
}

impl Phone {
    pub(crate) fn expires_at(&self, lifetime_ms: i64) -> Moment {
        self.shown_since.plus_ms(lifetime_ms)
    }

    pub(super) fn replace_code(&mut self, code: String, now: Moment) {
        let old = std::mem::replace(&mut self.code, code);
        self.replaced.push_back((old, now));
        if self.replaced.len() > REPLACED_CODES_MAX {
            self.replaced.pop_front();
        }
        self.shown_since = now;
        self.code_number += 1;
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self.habit {
            Habit::Asks => Outcome::Ask(Some(self.id.clone())),
            Habit::Pays => Outcome::PhonePays(self.id.clone(), 0),
            Habit::Slow => Outcome::PhonePays(self.id.clone(), SLOW_MS),
            Habit::Refuses => Outcome::Fail(CANCELLED.to_owned()),
            Habit::Ignores => Outcome::Never,
        }
    }

    pub(super) fn showed(&self, code: &str) -> bool {
        self.code == code || self.replaced_at(code).is_some()
    }

    pub(super) fn replaced_at(&self, code: &str) -> Option<Moment> {
        self.replaced.iter().find(|(old, _)| old == code).map(|(_, at)| *at)
    }
}
