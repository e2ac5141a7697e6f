//! Answers that a fault corrupts.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::Response;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue, LOCATION};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use tokio_util::sync::CancellationToken;

use crate::clock::Moment;
use crate::faults::corrupt;
use crate::faults::kind::FaultKind;
use crate::http::reply::{self, Reply};
use crate::random::Random;

/// More than is sent, by this.
const MISSING_BYTES: usize = 64;

/// The whole body of an answer, so that it can be sent in another way.
pub(crate) async fn taken_apart(reply: Reply) -> (http::response::Parts, Bytes) {
    let (parts, body) = reply.into_parts();
    // The error type says that this cannot fail.
    let whole = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    (parts, whole)
}

/// The same answer with another body of the same kind.
pub(crate) async fn rewritten(reply: Reply, kind: FaultKind, size_bytes: Option<u64>) -> Reply {
    let (parts, whole) = taken_apart(reply).await;
    let text = String::from_utf8_lossy(&whole);
    let corrupted = corrupt::corrupt(&text, kind, size_bytes).map_or_else(|| whole.clone(), Bytes::from);
    Response::from_parts(parts, Full::new(corrupted).boxed_unsync())
}

/// Byte by byte, with a wait after each.
pub(crate) async fn slowly(reply: Reply, pause_ms: u64) -> Reply {
    let (mut parts, whole) = taken_apart(reply).await;
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let pause = Duration::from_millis(pause_ms);
    let bytes = stream::unfold(whole, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        let byte = rest.split_to(1);
        tokio::time::sleep(pause).await;
        Some((Ok::<_, Infallible>(Frame::data(byte)), rest))
    });
    Response::from_parts(parts, StreamBody::new(bytes).boxed_unsync())
}

/// Half the body is sent, and then the connection is cut.
pub(crate) async fn cut_in_mid_body(reply: Reply, abort: CancellationToken) -> Reply {
    let (parts, whole) = taken_apart(reply).await;
    let (promised, half) = (whole.len(), whole.slice(..whole.len() / 2));
    cut_after(parts, half, promised, abort)
}

/// The length promises more than comes before the connection ends.
pub(crate) async fn with_wrong_length(reply: Reply, abort: CancellationToken) -> Reply {
    let (parts, whole) = taken_apart(reply).await;
    let promised = whole.len() + MISSING_BYTES;
    cut_after(parts, whole, promised, abort)
}

fn cut_after(
    mut parts: http::response::Parts,
    sent: Bytes,
    promised: usize,
    abort: CancellationToken,
) -> Reply {
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(promised));
    let cutting = stream::once(async move {
        // What came before is written out while this waits.
        tokio::task::yield_now().await;
        abort.cancel();
        std::future::pending::<Result<Frame<Bytes>, Infallible>>().await
    });
    let bytes = stream::iter([Ok(Frame::data(sent))]).chain(cutting);
    Response::from_parts(parts, StreamBody::new(bytes).boxed_unsync())
}

/// It says gzip, and is noise of the same length.
pub(crate) async fn as_gzip_garbage(reply: Reply, seed: u64) -> Reply {
    let (mut parts, whole) = taken_apart(reply).await;
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    let mut random = Random::from_seed(seed);
    let noise: Vec<u8> = whole.iter().map(|_| random.next().to_le_bytes()[0]).collect();
    Response::from_parts(parts, Full::new(Bytes::from(noise)).boxed_unsync())
}

/// A page in place of the requested object.
pub(crate) fn page(status: u16, title: &str, now: Moment) -> Reply {
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    reply::of_gateway(reply::text(status, "text/html", page), now)
}

/// To the same path on the same host: a client that follows sends its request again.
pub(crate) fn redirected(path_and_query: &str, now: Moment) -> Reply {
    let mut reply = page(307, "307 Temporary Redirect", now);
    if let Ok(path) = HeaderValue::try_from(path_and_query) {
        reply.headers_mut().insert(LOCATION, path);
    }
    reply
}
