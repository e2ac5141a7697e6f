//! The world behind its lock, and the bells that wake the tasks around it.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::clock::Moment;
use crate::options::Options;
use crate::state::turn::Turn;
use crate::state::world::World;

#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
    pub(crate) options: Options,
    pub(crate) schedule_changed: Notify,
    pub(crate) webhooks_waiting: Notify,
    pub(crate) state_changed: Notify,
}

impl Shared {
    pub(crate) fn new(world: World, options: Options) -> Self {
        let shared = Self {
            world: Mutex::new(world),
            options,
            schedule_changed: Notify::new(),
            webhooks_waiting: Notify::new(),
            state_changed: Notify::new(),
        };
        // What a state file still had to do is done now.
        shared.look(|_| ());
        shared
    }

    /// A visit that may change something worth keeping.
    pub(crate) fn turn<T>(&self, visit: impl FnOnce(&mut Turn<'_>) -> T) -> T {
        let result = self.look(visit);
        self.state_changed.notify_one();
        result
    }

    /// A visit that only reads; whatever is due by now has happened before it.
    pub(crate) fn look<T>(&self, visit: impl FnOnce(&mut Turn<'_>) -> T) -> T {
        let now = self.options.clock.now();
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let due_before = world.schedule.next_due();
        let mut turn = Turn { world: &mut world, now, options: &self.options };
        turn.run_due_acts();
        let result = visit(&mut turn);
        let due_after = world.schedule.next_due();
        let webhooks_wait = world.webhooks.waiting() > 0;
        drop(world);
        if due_after != due_before {
            self.schedule_changed.notify_one();
            self.state_changed.notify_one();
        }
        if webhooks_wait {
            self.webhooks_waiting.notify_one();
        }
        result
    }

    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.look(|turn| turn.world.schedule.next_due())
    }
}
