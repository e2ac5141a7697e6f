//! A listener that speaks TLS. `axum::serve` drives it as it drives a plain one, so that stopping and limits are the same.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A tablet that takes longer to agree on a key is gone.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// More connections than this are not taken on before one of them has agreed or is given up.
const HANDSHAKES_MAX: usize = 1_024;

type Agreed = Option<(TlsStream<TcpStream>, SocketAddr)>;

/// Accepts connections and agrees on keys with many at a time: one that stays silent holds up no other.
#[derive(Debug)]
pub struct TlsListener {
    listener: TcpListener,
    config: watch::Receiver<Arc<ServerConfig>>,
    handshakes: JoinSet<Agreed>,
}

impl TlsListener {
    /// Each connection gets the certificate that stands in `config` when it comes.
    pub fn new(listener: TcpListener, config: watch::Receiver<Arc<ServerConfig>>) -> Self {
        Self { listener, config, handshakes: JoinSet::new() }
    }

    fn begin(&mut self, stream: TcpStream, address: SocketAddr) {
        let acceptor = TlsAcceptor::from(self.config.borrow().clone());
        self.handshakes.spawn(async move {
            let agreed = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await.ok()?;
            match agreed {
                Ok(stream) => Some((stream, address)),
                // A tablet that does not trust the certificate hangs up here; it is not the proxy's failure.
                Err(error) => {
                    tracing::debug!(%address, %error, "no TLS connection came about");
                    None
                }
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let has_room = self.handshakes.len() < HANDSHAKES_MAX;
            tokio::select! {
                (stream, address) = Listener::accept(&mut self.listener), if has_room => self.begin(stream, address),
                Some(agreed) = self.handshakes.join_next() => {
                    if let Ok(Some(connection)) = agreed {
                        return connection;
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
