//! The HTTP side. The accept loop is our own, since only its owner can cut a connection or refuse one.

pub(crate) mod connection;
pub(crate) mod corrupted;
pub(crate) mod gateway;
pub(crate) mod listener;
pub(crate) mod phone_page;
pub(crate) mod reply;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::http::listener::Listener;
use crate::shared::Shared;

/// After a refused accept (no file handle left, for one) the loop rests.
const ACCEPT_REST: Duration = Duration::from_millis(50);

pub(crate) async fn accept<L: Listener>(
    mut listener: L,
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    loop {
        let refusing = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            refusing = accept_until_refused(&listener, &shared, &stop, &tasks) => refusing,
        };
        drop(listener);
        let held = L::delay(address);
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = tokio::time::sleep(refusing) => {}
        }
        drop(held);
        listener = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            listener = bind_again(address) => listener,
        };
    }
}

/// Accepts connections until a fault refuses them; returns for how many milliseconds.
async fn accept_until_refused<L: Listener>(
    listener: &L,
    shared: &Arc<Shared>,
    stop: &CancellationToken,
    tasks: &TaskTracker,
) -> Duration {
    // Connections that are open then end after their present answer.
    let ends = stop.child_token();
    loop {
        let accepted = tokio::select! {
            biased;
            for_ms = shared.refusing() => {
                ends.cancel();
                return Duration::from_millis(for_ms);
            }
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok(stream) => {
                tasks.spawn(connection::serve(stream, Arc::clone(shared), ends.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_REST).await;
            }
        }
    }
}

async fn bind_again<L: Listener>(address: SocketAddr) -> L {
    loop {
        match L::bind_again(address).await {
            Ok(listener) => return listener,
            Err(error) => {
                tracing::warn!(%error, "the address cannot be listened on again");
                tokio::time::sleep(ACCEPT_REST).await;
            }
        }
    }
}
