//! One locked visit to the state.

use crate::clock::Moment;
use crate::model::state::State;
use crate::options::Options;

/// The state, the time at which the visit began, and the rules of the house.
#[derive(Debug)]
pub(crate) struct Transaction<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) now: Moment,
    pub(crate) options: &'a Options,
}

impl Transaction<'_> {
    /// Does everything that is due by now, each at its own time: a clock may have been moved far.
    pub(crate) fn run_due_actions(&mut self) {
        let now = self.now;
        while let Some((due, scheduled)) = self.state.schedule.take_due(now) {
            self.now = due;
            self.perform(&scheduled);
        }
        self.now = now;
    }
}
