//! The door through which connections come in; a simulated network brings its own.

use std::future::Future;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

/// What the accept loop needs of a network. The machine's `TcpListener` is one.
pub trait Listener: Sized + Send + Sync + 'static {
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    fn accept(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
    fn local_addr(&self) -> io::Result<SocketAddr>;
    /// Listens again where connections were refused for a while.
    fn bind_again(address: SocketAddr) -> impl Future<Output = io::Result<Self>> + Send;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = Self::accept(self).await?;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "the connection keeps its delay");
        }
        Ok(stream)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Self::local_addr(self)
    }

    async fn bind_again(address: SocketAddr) -> io::Result<Self> {
        Self::bind(address).await
    }
}
