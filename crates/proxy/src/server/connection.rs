//! One connection: TLS if it is spoken, then HTTP/1.1 until either side ends it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::Limits;
use super::framing::Progress;
use super::limits::HEAD_BYTES_MAX;
use super::places::Peer;
use super::wire::Wire;

pub(super) struct Connection {
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) peer: SocketAddr,
    pub(super) router: Router,
    pub(super) limits: Limits,
    pub(super) stop: CancellationToken,
}

impl Connection {
    pub(super) async fn serve(self, stream: TcpStream, watcher: Watcher) {
        // An event must not wait for the next one.
        let _ = stream.set_nodelay(true);
        let Some(config) = self.tls.clone() else { return self.speak(stream, watcher).await };
        match self.agree(config, stream).await {
            Ok(stream) => self.speak(stream, watcher).await,
            // A tablet that does not trust the certificate hangs up here; it is not the proxy's failure.
            Err(error) => tracing::debug!(peer = %self.peer, %error, "no TLS connection came about"),
        }
    }

    async fn agree(&self, config: Arc<ServerConfig>, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let agreeing = TlsAcceptor::from(config).accept(stream);
        tokio::select! {
            agreed = tokio::time::timeout(self.limits.handshake(), agreeing) => agreed?,
            () = self.stop.cancelled() => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }

    async fn speak<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(self, stream: S, watcher: Watcher) {
        let Self { peer, router, limits, .. } = self;
        let progress = Arc::new(Progress::default());
        let wire = TokioIo::new(Wire::new(stream, progress.clone(), &limits));
        let service = service_fn(move |request: Request<Incoming>| {
            let (router, progress) = (router.clone(), progress.clone());
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(progress.arrived());
            request.extensions_mut().insert(Peer::from(peer.ip()));
            async move {
                let answer = router.oneshot(request).await;
                progress.answered();
                answer
            }
        });
        let mut http = http1::Builder::new();
        // This one also runs while a connection is idle; the wire has the shorter limit for heads.
        http.timer(TokioTimer::new()).header_read_timeout(limits.idle()).max_buf_size(HEAD_BYTES_MAX);
        if let Err(error) = watcher.watch(http.serve_connection(wire, service)).await {
            tracing::debug!(%peer, %error, "a connection ended early");
        }
    }
}
