//! Connections: one accept loop for plain HTTP and TLS, and a limit on everything that a stranger may hold or delay.

mod connection;
mod connection_limiter;
mod descriptors;
mod endpoint;
mod framing;
mod hang_up;
mod limits;
mod reading;
mod timeout_stream;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use connection::Connection;
use connection_limiter::ConnectionLimiter;

pub(crate) use connection_limiter::Peer;
pub use descriptors::{forbid_core_files, raise_descriptor_limit};
pub use endpoint::Endpoint;
pub(crate) use framing::Arrival;
pub(crate) use hang_up::HangUp;
pub use limits::Limits;

/// Without a descriptor none can be accepted: one may be free soon.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop`, then lets what is in flight end.
pub async fn serve(endpoint: Endpoint, router: Router, limits: Limits, stop: CancellationToken) {
    let Endpoint { listener, tls } = endpoint;
    let limiter = Arc::new(ConnectionLimiter::new(&limits));
    let graceful = GracefulShutdown::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = stop.cancelled() => break,
        };
        // The newest is refused: who is served already goes on.
        let permit = match limiter.take(peer.ip()) {
            Ok(permit) => permit,
            Err(full) => {
                limiter.refuse(full);
                continue;
            }
        };
        let tls = tls.as_ref().map(|tls| tls.borrow().clone());
        let connection = Connection { tls, peer, router: router.clone(), limits, stop: stop.clone() };
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            connection.serve(stream, watcher).await;
            drop(permit);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// The peer was gone before it was accepted.
fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
