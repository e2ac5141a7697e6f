//! What the answers of all routes have in common.

use std::any::Any;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use scantill_types::api::ProblemCode;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::clock::Entropy;
use crate::problem::{Refusal, refuse};
use crate::request_id;
use crate::server::{Arrival, Limits, Peer};

/// A route may say otherwise. Camera, scanner and wake lock are for the till's own page, and for a frame to which a host
/// page gives them.
const UNLESS_SAID: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), hid=(self), screen-wake-lock=(self), microphone=(), geolocation=(), payment=(), usb=(), \
         serial=(), bluetooth=(), midi=(), display-capture=()",
    ),
];
/// A year.
const HTTPS_ALONE: HeaderValue = HeaderValue::from_static("max-age=31536000");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How one listener answers.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    pub(crate) entropy: Arc<dyn Entropy>,
    /// Browsers learn to come by HTTPS alone.
    pub(crate) by_tls: bool,
    pub(crate) limits: Limits,
}

/// Answers like no other part of the router: named, in time, with the headers of all, and also where a handler panics.
pub(crate) fn around(router: Router, answers: Answers) -> Router {
    router.layer(CatchPanicLayer::custom(panicked)).layer(middleware::from_fn_with_state(answers, answer))
}

async fn answer(State(answers): State<Answers>, request: Request, next: Next) -> Response {
    let id = request_id::draw(answers.entropy.as_ref());
    let is_local = is_local(request.headers());
    let peer: Option<IpAddr> = request.extensions().get::<Peer>().map(|peer| peer.0);
    let span = tracing::info_span!("request", id);
    let answering = in_time(request, next, Duration::from_millis(answers.limits.request_ms));
    let mut response = request_id::scope(id.clone(), peer, answering).instrument(span).await;
    let headers = response.headers_mut();
    for (name, value) in UNLESS_SAID {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if answers.by_tls && !is_local {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ALONE);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// A stream begins in time and goes on.
async fn in_time(request: Request, next: Next, wait: Duration) -> Response {
    let (parts, body) = request.into_parts();
    if let Some(fault) = parts.extensions.get::<Arrival>().and_then(|arrival| arrival.fault(&parts)) {
        let refusal = refuse(ProblemCode::InvalidRequest, fault.to_string());
        let close = [(header::CONNECTION, "close")];
        return (close, refusal.with_status(StatusCode::BAD_REQUEST)).into_response();
    }
    let answered = tokio::time::timeout(wait, next.run(Request::from_parts(parts, body))).await;
    answered.unwrap_or_else(|_| {
        tracing::error!(wait_ms = wait.as_millis(), "a request was not answered in time");
        late().into_response()
    })
}

fn late() -> Refusal {
    let detail = "the proxy did not answer in time: what was begun goes on, so ask again with the same id";
    refuse(ProblemCode::Busy, detail).with_status(StatusCode::SERVICE_UNAVAILABLE)
}

/// What was panicked about may hold anything: it is not told.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    metrics::counter!("scantill_panics_total").increment(1);
    tracing::error!("ALARM: a handler panicked; report it with this request's id");
    refuse(ProblemCode::Internal, "the proxy failed at this request: report it with its request_id")
        .into_response()
}

/// `localhost` is every developer's: it must not be bound to HTTPS for a year.
fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
#[path = "answers/tests.rs"]
mod tests;
