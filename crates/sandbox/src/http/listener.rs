//! Accepts connections; a simulated network has its own listener.

use std::future::Future;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// What the accept loop needs of a network. The machine's `TcpListener` is one.
pub trait Listener: Sized + Send + Sync + 'static {
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    fn accept(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
    fn local_addr(&self) -> io::Result<SocketAddr>;
    /// Reserves the address while connections are refused there; not every network can.
    fn delay(_address: SocketAddr) -> Option<Box<dyn Send>> {
        None
    }
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

    fn delay(address: SocketAddr) -> Option<Box<dyn Send>> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.ok()?;
        // Old connections to the port may still be closing: they share it with this socket; no later socket does.
        socket.set_reuseaddr(true).ok()?;
        socket.bind(address).ok()?;
        socket.set_reuseaddr(false).ok()?;
        Some(Box::new(socket))
    }

    async fn bind_again(address: SocketAddr) -> io::Result<Self> {
        Self::bind(address).await
    }
}
