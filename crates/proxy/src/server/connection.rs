//! One connection: TLS if it is spoken, then HTTP/1.1 until either side ends it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request};
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
use super::connection_limiter::Peer;
use super::framing::Progress;
use super::hang_up::HangUp;
use super::limits::HEAD_BYTES_MAX;
use super::reading::{Read, Reading};
use super::timeout_stream::TimeoutStream;

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
        let stream = TokioIo::new(TimeoutStream::new(stream, progress.clone(), &limits));
        let hang_up = HangUp::default();
        let of_requests = hang_up.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let (router, progress) = (router.clone(), progress.clone());
            let (head, body) = request.into_parts();
            let (body, left) = Reading::new(body);
            let mut request = Request::from_parts(head, Body::new(body));
            request.extensions_mut().insert(progress.arrived());
            request.extensions_mut().insert(Peer::from(peer.ip()));
            request.extensions_mut().insert(of_requests.clone());
            async move {
                let mut answer = router.oneshot(request).await;
                if left.read().await == Read::Partly
                    && let Ok(answer) = &mut answer
                {
                    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                progress.answered();
                answer
            }
        });
        let mut http = http1::Builder::new();
        // This one also runs while a connection is idle; the stream has the shorter limit for heads.
        http.timer(TokioTimer::new()).header_read_timeout(limits.idle()).max_buf_size(HEAD_BYTES_MAX);
        let served = tokio::select! {
            served = watcher.watch(http.serve_connection(stream, service)) => served,
            () = hang_up.wanted() => return,
        };
        if let Err(error) = served {
            tracing::debug!(%peer, %error, "a connection ended early");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use axum::Extension;
    use axum::body::Bytes;
    use axum::routing::get;
    use futures_util::stream;
    use hyper_util::server::graceful::GracefulShutdown;
    use tokio::io::AsyncWriteExt;
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_stalled_connection_ends_when_a_handler_wants_it() {
        let (handlers, mut called) = mpsc::unbounded_channel();
        let endless = get(move |Extension(hang_up): Extension<HangUp>| async move {
            handlers.send(hang_up).unwrap();
            Body::from_stream(stream::repeat(Ok::<_, Infallible>(Bytes::from_static(&[0; 1_024]))))
        });
        let connection = Connection {
            tls: None,
            peer: "127.0.0.1:1".parse().unwrap(),
            router: Router::new().route("/", endless),
            limits: Limits::default(),
            stop: CancellationToken::new(),
        };
        let (mut reader, stream) = tokio::io::duplex(4_096);
        let graceful = GracefulShutdown::new();
        let mut served = tokio::spawn(connection.speak(stream, graceful.watcher()));
        reader.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let hang_up = called.recv().await.unwrap();
        let goes_on = tokio::time::timeout(Duration::from_millis(100), &mut served).await;
        goes_on.expect_err("it ended by itself");
        hang_up.now();
        tokio::time::timeout(Duration::from_secs(5), served).await.expect("it goes on").unwrap();
    }
}
