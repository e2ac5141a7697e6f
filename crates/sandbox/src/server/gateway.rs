//! The API's front door: reads a request, lets ordered faults have their way, and writes the log.

use std::future;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use tokio_util::sync::CancellationToken;

use crate::api::call::{Answer, Call};
use crate::api::error::ApiError;
use crate::api::key::Credentials;
use crate::api::parameters::Parameters;
use crate::clock::Moment;
use crate::control::faults::{Armed, FaultKind};
use crate::control::request_log::RequestLine;
use crate::options::Version;
use crate::routes;
use crate::server::reply::{self, Envelope, Reply};
use crate::shared::Shared;

const BODY_LENGTH_MAX: usize = 1024 * 1024;

/// One request from its arrival to its line in the log.
struct Visit<'a> {
    shared: &'a Arc<Shared>,
    parts: Parts,
    began: Moment,
    request_id: String,
    fault: Option<Armed>,
}

pub(crate) async fn answer(
    shared: &Arc<Shared>,
    knife: &CancellationToken,
    request: Request<Incoming>,
) -> Reply {
    let (parts, body) = request.into_parts();
    let body = read_body(body).await;
    let began = shared.options.clock.now();
    let (request_id, fault) = shared.look(|turn| {
        let fault = turn.world.faults.take(parts.method.as_str(), parts.uri.path());
        (turn.world.random.request_id(), fault)
    });
    Visit { shared, parts, began, request_id, fault }.run(body, knife).await
}

impl Visit<'_> {
    async fn run(self, body: Result<Bytes, ApiError>, knife: &CancellationToken) -> Reply {
        match self.fault.as_ref().map(|fault| fault.kind) {
            Some(FaultKind::Hang) => {
                self.note(None, None);
                future::pending().await
            }
            Some(FaultKind::CutBeforeCommit) => {
                self.note(None, None);
                cut(knife).await
            }
            Some(FaultKind::Html502) => {
                self.note(Some(502), None);
                self.envelope().html_bad_gateway()
            }
            Some(FaultKind::TooManyRequests) => {
                self.note(Some(429), None);
                let retry_after_s = self.fault.as_ref().and_then(|fault| fault.retry_after_s);
                self.envelope().too_many_requests(retry_after_s)
            }
            _ => self.process(body, knife).await,
        }
    }

    /// The request is carried out; a fault may still spoil its answer.
    async fn process(self, body: Result<Bytes, ApiError>, knife: &CancellationToken) -> Reply {
        let result = body.and_then(|body| self.route(&body));
        let status = result.as_ref().map_or_else(|error| error.status, |_| 200);
        let made = result.as_ref().ok().and_then(|answer| answer.made.clone());
        let envelope = self.envelope();
        let reply = match &result {
            Ok(answer) => envelope.answer(answer),
            Err(error) => envelope.error(error),
        };
        match self.fault.as_ref().map(|fault| fault.kind) {
            Some(FaultKind::HangAfterCommit) => {
                self.note(None, made);
                future::pending().await
            }
            Some(FaultKind::CutAfterCommit) => {
                self.note(None, made);
                cut(knife).await
            }
            Some(FaultKind::Error500Committed) => {
                self.note(Some(500), made);
                envelope.error(&ApiError::internal())
            }
            Some(FaultKind::SlowBody) => {
                self.note(Some(status), made);
                reply::slowly(reply, self.shared.options.timing.slow_byte_ms).await
            }
            _ => {
                self.note(Some(status), made);
                reply
            }
        }
    }

    fn route(&self, body: &Bytes) -> Result<Answer, ApiError> {
        let Parts { method, uri, headers, .. } = &self.parts;
        let segments: Vec<&str> = uri.path().split('/').filter(|segment| !segment.is_empty()).collect();
        if segments.is_empty() && method == Method::GET {
            return Ok(routes::system_info());
        }
        let credentials = credentials(headers).ok_or_else(ApiError::authentication)?;
        let version = version(headers)?;
        let content_type = header(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
        let parameters = Parameters::read(uri.query().unwrap_or_default(), content_type, body)?;
        let call = Call { credentials, version, parameters };
        if method == Method::GET {
            self.shared.look(|turn| routes::dispatch(turn, method.as_str(), &segments, &call))
        } else {
            self.shared.turn(|turn| routes::dispatch(turn, method.as_str(), &segments, &call))
        }
    }

    fn envelope(&self) -> Envelope {
        let now = self.shared.options.clock.now();
        Envelope { now, request_id: self.request_id.clone(), took_ms: now.ms_since(self.began).max(0) }
    }

    /// The line in the log, and what the fault did.
    fn note(&self, status: Option<u16>, made: Option<String>) {
        let path = self.parts.uri.path();
        let account = credentials(&self.parts.headers).map(|credentials| credentials.owner.name);
        let method = self.parts.method.as_str();
        self.shared.look(|turn| {
            if let Some(fault) = &self.fault {
                turn.world.faults.report(fault, method, path, status, made.clone(), turn.now);
            }
            let fault = self.fault.as_ref().map(|fault| fault.kind);
            turn.world.requests.add(RequestLine::new(method, path, account, status, fault, made, self.began));
        });
    }
}

/// Drops the connection without a word; the request's own future never ends.
async fn cut(knife: &CancellationToken) -> Reply {
    knife.cancel();
    future::pending().await
}

async fn read_body(body: Incoming) -> Result<Bytes, ApiError> {
    let collected = Limited::new(body, BODY_LENGTH_MAX).collect().await;
    collected.map(http_body_util::Collected::to_bytes).map_err(|_| ApiError::body_too_large())
}

fn credentials(headers: &HeaderMap) -> Option<Credentials> {
    Credentials::from_header(header(headers, AUTHORIZATION.as_str()))
}

fn version(headers: &HeaderMap) -> Result<Option<Version>, ApiError> {
    let Some(name) = headers.get("omise-version") else { return Ok(None) };
    let version = name.to_str().ok().and_then(Version::parse);
    version.map(Some).ok_or_else(|| ApiError::bad_request("the API version is not supported"))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
