//! HTTP answers, with the headers that were recorded.

use std::convert::Infallible;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER, SERVER, VARY};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};

use crate::api::call::Answer;
use crate::api::render;
use crate::clock::Moment;
use crate::model::error::ApiError;

pub(crate) type Body = UnsyncBoxBody<Bytes, Infallible>;
pub(crate) type Reply = Response<Body>;

const JSON: &str = "application/json; charset=utf-8";
const TRANSPORT_SECURITY: &str = "max-age=31536000; includeSubdomains; preload";

/// The headers of every answer of the API.
#[derive(Debug)]
pub(crate) struct Envelope {
    /// The time in the `Date` header.
    pub(crate) now: Moment,
    pub(crate) request_id: String,
    pub(crate) took_ms: i64,
}

impl Envelope {
    pub(crate) fn answer(&self, answer: &Answer) -> Reply {
        let mut reply = self.wrap(200, answer.body.clone());
        set(&mut reply, "omise-version", answer.version.name());
        set(&mut reply, "strict-transport-security", TRANSPORT_SECURITY);
        set(&mut reply, VARY.as_str(), "Accept-Encoding");
        reply
    }

    /// As recorded, an error has fewer headers: it names no version.
    pub(crate) fn error(&self, error: &ApiError) -> Reply {
        let mut reply = self.wrap(error.status, render::error::body(error));
        if let Some(seconds) = error.retry_after_s {
            set(&mut reply, RETRY_AFTER.as_str(), &seconds.to_string());
        }
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

/// What a gateway in front of the API puts on its own answers.
pub(crate) fn of_gateway(mut reply: Reply, now: Moment) -> Reply {
    set(&mut reply, DATE.as_str(), &now.http_date());
    set(&mut reply, SERVER.as_str(), "nginx");
    reply
}

fn set(reply: &mut Reply, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        reply.headers_mut().insert(name, value);
    }
}
