//! Connections: one accept loop for plain HTTP and TLS, and a limit on everything that a stranger may hold or delay.

mod connection;
mod descriptors;
mod endpoint;
mod framing;
mod hang_up;
mod limits;
mod places;
mod reading;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use connection::Connection;
use places::Places;

pub use descriptors::{forbid_core_files, raise_descriptor_limit};
pub use endpoint::Endpoint;
pub(crate) use framing::Arrival;
pub(crate) use hang_up::HangUp;
pub use limits::Limits;
pub(crate) use places::Peer;

/// Without a descriptor none can be accepted: one may be free soon.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop`, then lets what is in flight end.
pub async fn serve(endpoint: Endpoint, router: Router, limits: Limits, stop: CancellationToken) {
    let Endpoint { listener, tls } = endpoint;
    let places = Arc::new(Places::new(&limits));
    let graceful = GracefulShutdown::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = stop.cancelled() => break,
        };
        // The newest is refused: who is served already goes on.
        let place = match places.take(peer.ip()) {
            Ok(place) => place,
            Err(full) => {
                places.refuse(full);
                continue;
            }
        };
        let tls = tls.as_ref().map(|tls| tls.borrow().clone());
        let connection = Connection { tls, peer, router: router.clone(), limits, stop: stop.clone() };
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            connection.serve(stream, watcher).await;
            drop(place);
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
