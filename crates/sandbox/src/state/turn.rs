//! One locked visit to the world.

use crate::clock::Moment;
use crate::options::Options;
use crate::state::world::World;

/// The state, the time at which the visit began, and the rules of the house.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) now: Moment,
    pub(crate) options: &'a Options,
}

impl Turn<'_> {
    /// Does everything that is due by now.
    pub(crate) fn run_due_acts(&mut self) {
        while let Some(act) = self.world.schedule.take_due(self.now) {
            self.perform(&act);
        }
    }
}
