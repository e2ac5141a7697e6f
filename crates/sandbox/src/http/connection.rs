//! One connection: its requests, and the token that aborts it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use crate::admin::{self, AdminAnswer};
use crate::http::gateway;
use crate::http::phone_page;
use crate::http::reply::{self, Reply};
use crate::shared::Shared;

/// The time that an answer under way gets when the simulator stops.
const GOODBYE: Duration = Duration::from_millis(300);

pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    shared: Arc<Shared>,
    stop: CancellationToken,
) {
    let abort = CancellationToken::new();
    let service = service_fn(|request| {
        let (shared, abort) = (Arc::clone(&shared), abort.clone());
        async move { Ok::<_, Infallible>(answer(shared, abort, request).await) }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        biased;
        ended = connection.as_mut() => {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        }
        () = abort.cancelled() => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                biased;
                _ = connection.as_mut() => {}
                () = tokio::time::sleep(GOODBYE) => {}
                () = abort.cancelled() => {}
            }
        }
    }
}

async fn answer(shared: Arc<Shared>, abort: CancellationToken, request: Request<Incoming>) -> Reply {
    let path = request.uri().path();
    if path == "/_sandbox" || path.starts_with("/_sandbox/") {
        let AdminAnswer { status, content_type, body } = admin::answer(&shared, request).await;
        return reply::never_stored(reply::text(status, content_type, body));
    }
    match phone_page::file(request.method(), path, request.headers()) {
        Some(reply) => reply,
        None => gateway::answer(&shared, &abort, request).await,
    }
}
