//! An account of a merchant, created when its key is first used.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::model::charge::Charge;
use crate::model::collection::Collection;
use crate::model::event::Event;
use crate::model::owner::{KeyState, Owner};
use crate::model::source::Source;
use crate::model::version::Version;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) owner: Owner,
    pub(crate) created_at: Moment,
    /// Webhooks and events are written in it, also if a request's header names another.
    pub(crate) version: Version,
    /// An account with its own store takes no store fields in a source.
    pub(crate) has_store: bool,
    /// Keys that are no longer valid, by their number.
    #[serde(default)]
    pub(crate) keys: BTreeMap<u32, KeyState>,
    /// The balance for refunds, in minor units; `None` is unlimited.
    #[serde(default)]
    pub(crate) balance: Option<i64>,
    #[serde(skip)]
    pub(super) window: RateWindow,
    pub(crate) sources: Collection<Source>,
    pub(crate) charges: Collection<Charge>,
    pub(crate) events: Collection<Event>,
}

/// How many requests came in the present rate window.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RateWindow {
    pub(super) began: Option<Moment>,
    pub(super) count: u64,
}

impl Account {
    pub(super) fn new(owner: Owner, now: Moment, version: Version) -> Self {
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
