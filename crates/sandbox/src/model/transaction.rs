//! A transaction: exclusive access to the state at one time.

use crate::clock::Moment;
use crate::model::owner::Owner;
use crate::model::schedule::{Action, ScheduledAction};
use crate::model::setup::Setup;
use crate::model::state::State;

/// The state, the time at which the transaction began, and the setup.
#[derive(Debug)]
pub(crate) struct Transaction<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) now: Moment,
    pub(crate) setup: &'a Setup,
}

impl Transaction<'_> {
    /// Schedules an action on a charge after a while.
    pub(crate) fn schedule(&mut self, owner: &Owner, charge: &str, after_ms: i64, action: Action) {
        let scheduled = ScheduledAction { owner: owner.clone(), charge: charge.to_owned(), action };
        self.state.schedule.add(self.now.plus_ms(after_ms), scheduled);
    }
}
