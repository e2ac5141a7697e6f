//! An account of a merchant: made when its key is first seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::error::ApiError;
use crate::api::key::Credentials;
use crate::model::owner::{KeyState, Owner};
use crate::clock::Moment;
use crate::model::charge::Charge;
use crate::model::collection::Collection;
use crate::model::event::Event;
use crate::model::source::Source;
use crate::model::transaction::Transaction;
use crate::model::version::Version;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) owner: Owner,
    pub(crate) created_at: Moment,
    /// Webhooks and events are written in it, whatever a request's header says.
    pub(crate) version: Version,
    /// An account that has a store of its own takes no store fields in a source.
    pub(crate) has_store: bool,
    /// Keys that are not good any more, by their number.
    #[serde(default)]
    pub(crate) keys: BTreeMap<u32, KeyState>,
    /// What refunds may draw on, in minor units; without a figure there is always enough.
    #[serde(default)]
    pub(crate) balance: Option<i64>,
    #[serde(skip)]
    window: RateWindow,
    pub(crate) sources: Collection<Source>,
    pub(crate) charges: Collection<Charge>,
    pub(crate) events: Collection<Event>,
}

/// How many requests came in the present span of time.
#[derive(Clone, Copy, Debug, Default)]
struct RateWindow {
    began: Option<Moment>,
    count: u64,
}

impl Account {
    fn new(owner: Owner, now: Moment, version: Version) -> Self {
        Self {
            owner,
            created_at: now,
            version,
            has_store: false,
            keys: BTreeMap::new(),
            balance: None,
            window: RateWindow::default(),
            sources: Collection::default(),
            charges: Collection::default(),
            events: Collection::default(),
        }
    }
}

impl Transaction<'_> {
    /// Lets a request in, unless its key is not good any more or too many came before it.
    pub(crate) fn admit(&mut self, credentials: &Credentials) -> Result<(), ApiError> {
        let (now, limit) = (self.now, self.state.switches.rate_limit);
        let account = self.account(&credentials.owner);
        account.keys.get(&credentials.number).copied().unwrap_or_default().check()?;
        let Some(limit) = limit else { return Ok(()) };
        let window = &mut account.window;
        if window.began.is_none_or(|began| now.ms_since(began) >= limit.per_ms || now < began) {
            *window = RateWindow { began: Some(now), count: 0 };
        }
        window.count += 1;
        if window.count > limit.requests {
            return Err(ApiError::too_many_requests(limit.retry_after_s));
        }
        Ok(())
    }

    /// The owner's account, created on first sight.
    pub(crate) fn account(&mut self, owner: &Owner) -> &mut Account {
        let (now, version) = (self.now, self.options.version);
        let accounts = &mut self.state.accounts;
        let place = accounts.iter().position(|account| account.owner == *owner).unwrap_or_else(|| {
            accounts.push(Account::new(owner.clone(), now, version));
            accounts.len() - 1
        });
        &mut accounts[place]
    }
}
