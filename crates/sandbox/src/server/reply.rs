//! HTTP answers: their headers as recorded, their bodies whole or byte by byte.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER, SERVER, VARY};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;

use crate::api::call::Answer;
use crate::api::error::ApiError;
use crate::clock::Moment;

pub(crate) type Body = UnsyncBoxBody<Bytes, Infallible>;
pub(crate) type Reply = Response<Body>;

const JSON: &str = "application/json; charset=utf-8";
const TRANSPORT_SECURITY: &str = "max-age=31536000; includeSubdomains; preload";

/// What every answer of the API carries, whatever it says.
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) now: Moment,
    pub(crate) request_id: String,
    pub(crate) took_ms: i64,
}

impl Envelope {
    pub(crate) fn answer(&self, answer: &Answer) -> Reply {
        let mut reply = self.wrap(200, answer.body.clone());
        set(&mut reply, "omise-version", answer.version.name());
        set(&mut reply, "strict-transport-security", TRANSPORT_SECURITY);
        reply
    }

    /// As recorded, an error names no version.
    pub(crate) fn error(&self, error: &ApiError) -> Reply {
        self.wrap(error.status, error.body())
    }

    pub(crate) fn too_many_requests(&self, retry_after_s: Option<u64>) -> Reply {
        let mut reply = self.error(&ApiError::too_many_requests());
        if let Some(seconds) = retry_after_s {
            set(&mut reply, RETRY_AFTER.as_str(), &seconds.to_string());
        }
        reply
    }

    /// A gateway in front of the API has failed, and says so in its own way.
    pub(crate) fn html_bad_gateway(&self) -> Reply {
        let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n\
            <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
        let mut reply = text(502, "text/html", page.to_owned());
        set(&mut reply, DATE.as_str(), &self.now.http_date());
        set(&mut reply, SERVER.as_str(), "nginx");
        reply
    }

    fn wrap(&self, status: u16, body: String) -> Reply {
        let mut reply = text(status, JSON, body);
        let reason = reply.status().canonical_reason().unwrap_or_default();
        let runtime = format!("{}.{:06}", self.took_ms / 1000, self.took_ms % 1000 * 1000);
        set(&mut reply, DATE.as_str(), &self.now.http_date());
        set(&mut reply, SERVER.as_str(), "nginx");
        set(&mut reply, CACHE_CONTROL.as_str(), "no-cache, no-store");
        set(&mut reply, "status", &format!("{status} {reason}"));
        set(&mut reply, VARY.as_str(), "Accept-Encoding");
        set(&mut reply, "x-request-id", &self.request_id);
        set(&mut reply, "x-runtime", &runtime);
        reply
    }
}

pub(crate) fn text(status: u16, content_type: &'static str, body: String) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from(body)).boxed_unsync());
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

pub(crate) fn redirect(to: &'static str) -> Reply {
    let mut reply = text(303, "text/plain", String::new());
    set(&mut reply, LOCATION.as_str(), to);
    reply
}

pub(crate) fn never_stored(mut reply: Reply) -> Reply {
    set(&mut reply, CACHE_CONTROL.as_str(), "no-store");
    reply
}

/// The same answer, its body sent byte by byte with a wait after each.
pub(crate) async fn slowly(reply: Reply, pause_ms: u64) -> Reply {
    let (mut parts, body) = reply.into_parts();
    // The error type says that this cannot fail.
    let whole = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
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

fn set(reply: &mut Reply, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        reply.headers_mut().insert(name, value);
    }
}
