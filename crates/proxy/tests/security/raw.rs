//! A peer who sends bytes, and not always the right ones.

use std::time::{Duration, Instant};

use scantill_testkit::world::World;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Far longer than any limit that a test sets.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);
/// A head that has not come to its end.
pub(crate) const HALF_A_HEAD: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\nX";
pub(crate) const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

pub(crate) fn address(world: &World) -> String {
    world.proxy.trim_start_matches("http://").to_owned()
}

/// Connects and sends.
pub(crate) async fn send(address: &str, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Where the proxy is full it may be closed already.
    let _ = stream.write_all(bytes.as_bytes()).await;
    stream
}

/// The same from another address of this machine.
pub(crate) async fn send_from(source: &str, address: &str, bytes: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{source}:0").parse().unwrap()).unwrap();
    let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
    let _ = stream.write_all(bytes.as_bytes()).await;
    stream
}

/// All that comes until the proxy closes, and how long that took.
pub(crate) async fn until_closed(mut stream: impl AsyncRead + Unpin) -> (String, Duration) {
    let (began, mut came) = (Instant::now(), Vec::new());
    let reading = async {
        let mut buffer = [0; 4_096];
        // A reset is an end too.
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            came.extend_from_slice(&buffer[..count]);
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("the proxy keeps the connection open");
    (String::from_utf8_lossy(&came).into_owned(), began.elapsed())
}

/// The status that is answered to a whole request, and the rest of the answer; the proxy closes after it.
pub(crate) async fn answer(address: &str, request: &str) -> (u16, String) {
    let (said, _) = until_closed(send(address, request).await).await;
    let status = said.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("no answer to {request:.200}: {said}")), said)
}

/// Reads one answer whose body is the health's, and leaves the connection open.
pub(crate) async fn is_healthy(stream: &mut TcpStream) -> bool {
    let mut came = Vec::new();
    let reading = async {
        let mut buffer = [0; 4_096];
        while !came.ends_with(b"alive\n") {
            match stream.read(&mut buffer).await {
                Ok(count @ 1..) => came.extend_from_slice(&buffer[..count]),
                _ => return false,
            }
        }
        true
    };
    tokio::time::timeout(PATIENCE, reading).await.unwrap_or(false)
}
