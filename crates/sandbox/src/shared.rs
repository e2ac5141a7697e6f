//! The state behind its lock, and the notifications that wake the tasks around it.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use crate::adjustable_clock::AdjustableClock;
use crate::clock::Moment;
use crate::model::merchant::MerchantTransaction;
use crate::model::setup::Setup;
use crate::model::state::State;
use crate::model::transaction::Transaction;
use crate::options::Options;

#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    setup: Setup,
    pub(crate) options: Options,
    /// The clock of the options, made adjustable.
    pub(crate) clock: Arc<AdjustableClock>,
    pub(crate) schedule_changed: Notify,
    pub(crate) webhooks_waiting: Notify,
    pub(crate) state_changed: Notify,
    pub(crate) webhook_done: Notify,
    /// For how long connections are refused from now on.
    refusing_ms: watch::Sender<u64>,
}

impl Shared {
    pub(crate) fn new(state: State, mut options: Options) -> Self {
        let clock = Arc::new(AdjustableClock::over(Arc::clone(&options.clock)));
        options.clock = Arc::clone(&clock) as _;
        let shared = Self {
            state: Mutex::new(state),
            setup: options.setup(),
            options,
            clock,
            schedule_changed: Notify::new(),
            webhooks_waiting: Notify::new(),
            state_changed: Notify::new(),
            webhook_done: Notify::new(),
            refusing_ms: watch::Sender::new(0),
        };
        // Performs what became due while the simulator was stopped.
        shared.read(|_| ());
        shared
    }

    /// A transaction that can change the state.
    pub(crate) fn write<T>(&self, visit: impl FnOnce(&mut Transaction<'_>) -> T) -> T {
        let result = self.read(visit);
        self.state_changed.notify_one();
        result
    }

    /// A transaction that only reads. Before it, every due action runs.
    pub(crate) fn read<T>(&self, visit: impl FnOnce(&mut Transaction<'_>) -> T) -> T {
        let now = self.options.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let due_before = state.schedule.next_due();
        let webhook_due_before = state.webhooks.next_due();
        let mut transaction = Transaction { state: &mut state, now, setup: &self.setup };
        transaction.run_due_actions();
        let result = visit(&mut transaction);
        let due_after = state.schedule.next_due();
        let webhooks_wait = state.webhooks.queued() > 0;
        let webhook_due_changed = state.webhooks.next_due() != webhook_due_before;
        drop(state);
        if due_after != due_before {
            self.schedule_changed.notify_one();
            self.state_changed.notify_one();
        }
        if webhooks_wait || webhook_due_changed {
            self.webhooks_waiting.notify_one();
        }
        result
    }

    /// From now on connections are refused.
    pub(crate) fn refuse_connections(&self, for_ms: u64) {
        self.refusing_ms.send_replace(for_ms);
    }

    /// Waits until connections must be refused; returns for how many milliseconds.
    pub(crate) async fn refusing(&self) -> u64 {
        let mut ordered = self.refusing_ms.subscribe();
        let for_ms = ordered.wait_for(|for_ms| *for_ms > 0).await.map_or(0, |for_ms| *for_ms);
        self.refusing_ms.send_replace(0);
        for_ms
    }

    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.read(|transaction| transaction.state.schedule.next_due())
    }
}
