//! An account of a merchant: made when its key is first seen.

use serde::{Deserialize, Serialize};

use crate::api::key::Owner;
use crate::clock::Moment;
use crate::options::Version;
use crate::state::charge::Charge;
use crate::state::event::Event;
use crate::state::shelf::Shelf;
use crate::state::source::Source;
use crate::state::turn::Turn;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) owner: Owner,
    pub(crate) created_at: Moment,
    /// Webhooks and events are written in it, whatever a request's header says.
    pub(crate) version: Version,
    /// An account that has a store of its own takes no store fields in a source.
    pub(crate) has_store: bool,
    pub(crate) sources: Shelf<Source>,
    pub(crate) charges: Shelf<Charge>,
    pub(crate) events: Shelf<Event>,
}

impl Account {
    fn new(owner: Owner, now: Moment, version: Version) -> Self {
        Self {
            owner,
            created_at: now,
            version,
            has_store: false,
            sources: Shelf::default(),
            charges: Shelf::default(),
            events: Shelf::default(),
        }
    }
}

impl Turn<'_> {
    /// The owner's account, created on first sight.
    pub(crate) fn account(&mut self, owner: &Owner) -> &mut Account {
        let (now, version) = (self.now, self.options.version);
        let accounts = &mut self.world.accounts;
        let place = accounts.iter().position(|account| account.owner == *owner).unwrap_or_else(|| {
            accounts.push(Account::new(owner.clone(), now, version));
            accounts.len() - 1
        });
        &mut accounts[place]
    }
}
