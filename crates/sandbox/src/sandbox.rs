//! Starts and stops a simulator on the caller's listener.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::adjustable_clock::AdjustableClock;
use crate::autosave;
use crate::http;
use crate::http::listener::Listener;
use crate::model::state::State;
use crate::options::Options;
use crate::shared::Shared;
use crate::webhooks::worker;

/// The simulator; `start` it on a listener, port 0 for a free port.
#[derive(Debug)]
pub struct Sandbox;

/// A running simulator. It stops at `stop`, or when this is dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Sandbox {
    /// Must be called within a tokio runtime.
    pub fn start<L: Listener>(listener: L, mut options: Options) -> Running {
        let address = listener.local_addr().unwrap_or_else(|_| SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)));
        let state_file = options.state_file.take();
        let state = match state_file.clone() {
            Some(mut file) => file.state(&options.setup()),
            None => State::new(&options.setup()),
        };
        options.state_file = state_file;
        let shared = Arc::new(Shared::new(state, options));
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(http::accept(listener, address, Arc::clone(&shared), stop.clone(), tasks.clone()));
        tasks.spawn(worker::run(Arc::clone(&shared), stop.clone()));
        tasks.spawn(run_schedule(Arc::clone(&shared), stop.clone()));
        tasks.spawn(autosave::save_changes(Arc::clone(&shared), stop.clone()));
        Running { address, shared, stop, tasks }
    }
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The simulator's clock, to be stopped, moved and restarted.
    pub fn clock(&self) -> &AdjustableClock {
        &self.shared.clock
    }

    /// Ends all connections and tasks, and writes the state file a last time.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        autosave::save_now(&self.shared).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Runs the scheduled actions of payers and wallet.
async fn run_schedule(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        let next = shared.next_due();
        let due = async {
            match next {
                Some(moment) => shared.options.clock.wait_until(moment).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = shared.schedule_changed.notified() => {}
            () = due => {}
        }
    }
}
