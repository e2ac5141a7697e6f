//! Takes up what was unsettled when the proxy last stopped.

use std::sync::Arc;

use scantill_payment::Input;

use super::Shared;
use super::sale_conflicts::SaleConflicts;
use super::transition::Transitions;
use crate::clock::Clock;
use crate::storage::{Storage, StorageError};

/// The pace of overdue polls of finished payments after a stop.
const WATCH_PACE_MS: u64 = 200;

/// Resumes payments at start.
#[derive(Debug)]
pub(super) struct Recovery {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    transitions: Arc<Transitions>,
    sale_conflicts: Arc<SaleConflicts>,
}

impl Recovery {
    pub(super) fn new(
        shared: &Shared,
        transitions: Arc<Transitions>,
        sale_conflicts: Arc<SaleConflicts>,
    ) -> Self {
        let Shared { storage, clock, .. } = shared.clone();
        Self { storage, clock, transitions, sale_conflicts }
    }

    /// Nothing is sent again. Returns how many payments were unsettled.
    pub(super) async fn recover(&self) -> Result<usize, StorageError> {
        let unsettled = self.storage.unsettled_payments().await?;
        let count = unsettled.len();
        for stored in unsettled {
            let restarted = self.transitions.apply(None, &stored, "restarted", Input::Restarted).await?;
            self.sale_conflicts.resolve_sale(&restarted).await?;
            // What was planned before the stop may lie far off; a first look costs one read.
            self.storage.expedite(&restarted, self.clock.now()).await?;
        }
        let spread = self.storage.stagger_overdue(self.clock.now(), WATCH_PACE_MS).await?;
        if 0 < spread {
            tracing::info!(spread, "polls of finished payments are overdue, and are spread over some time");
        }
        Ok(count)
    }
}
