//! Asking the upstream, and bringing its answer back as it comes: an event of a stream must not wait for the next.

use std::net::SocketAddr;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::Request;
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::{Answer, Cut};

/// Asks on a connection of its own. The answer breaks when `broken` says so.
pub(super) async fn ask(
    upstream: SocketAddr,
    request: Request<Full<Bytes>>,
    broken: CancellationToken,
) -> Result<Answer, Cut> {
    let stream = TcpStream::connect(upstream).await.map_err(|_| Cut)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|_| Cut)?;
    tokio::spawn(connection);
    let answer = sender.send_request(request).await.map_err(|_| Cut)?;
    Ok(answer.map(|body| StreamBody::new(frames(body, broken)).boxed_unsync()))
}

fn frames(
    body: Incoming,
    broken: CancellationToken,
) -> impl stream::Stream<Item = Result<Frame<Bytes>, Cut>> + Send {
    stream::unfold(Some((body, broken)), |open| async move {
        let (mut body, broken) = open?;
        let frame = tokio::select! {
            frame = body.frame() => frame?.map_err(|_| Cut),
            () = broken.cancelled() => Err(Cut),
        };
        let rest = frame.is_ok().then_some((body, broken));
        Some((frame, rest))
    })
}
