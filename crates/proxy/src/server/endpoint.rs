//! Where connections come in, and whether they speak TLS.

use std::sync::Arc;

use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A port, and the certificate in force if it speaks TLS.
#[derive(Debug)]
pub struct Endpoint {
    pub(super) listener: TcpListener,
    pub(super) tls: Option<watch::Receiver<Arc<ServerConfig>>>,
}

impl Endpoint {
    /// Each connection gets the certificate that is in `config` when it comes.
    pub fn with_tls(listener: TcpListener, config: watch::Receiver<Arc<ServerConfig>>) -> Self {
        Self { listener, tls: Some(config) }
    }

    /// Whether browsers may be told to come by HTTPS alone.
    pub(crate) fn speaks_tls(&self) -> bool {
        self.tls.is_some()
    }
}

impl From<TcpListener> for Endpoint {
    fn from(listener: TcpListener) -> Self {
        Self { listener, tls: None }
    }
}
