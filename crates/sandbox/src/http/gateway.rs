//! The gateway of the API: reads a request, applies faults, and writes the log.

use std::future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use tokio_util::sync::CancellationToken;

use crate::api::call::{Answer, Call};
use crate::api::key::Credentials;
use crate::api::parameters::Parameters;
use crate::api::render::list::Visibility;
use crate::api::routes;
use crate::clock::Moment;
use crate::faults::kind::{FaultKind, Stage};
use crate::faults::registry::{ActiveFault, Answered, REFUSED_FOR_MS, Run};
use crate::http::corrupted;
use crate::http::reply::{Envelope, Reply};
use crate::model::error::ApiError;
use crate::model::merchant::MerchantTransaction;
use crate::model::request_log::{RequestLine, without_secrets};
use crate::model::transaction::Transaction;
use crate::model::version::Version;
use crate::shared::Shared;
use crate::webhooks::outbox::WebhookTransaction;

const BODY_LENGTH_MAX: usize = 1024 * 1024;
/// `lagging` and `stale_read` without `lag_ms`.
const LAG_MS: u64 = 10_000;
const DELAY_MS: u64 = 2_000;
/// How long an answer waits for its webhook at most.
const WEBHOOK_PATIENCE: Duration = Duration::from_secs(5);

/// One request from its arrival to its line in the log.
struct RequestContext<'a> {
    shared: &'a Arc<Shared>,
    abort: &'a CancellationToken,
    parts: Parts,
    began: Moment,
    request_id: String,
    fault: Option<ActiveFault>,
    /// What a second delivery of the same request made.
    made_again: Option<String>,
}

pub(crate) async fn answer(
    shared: &Arc<Shared>,
    abort: &CancellationToken,
    request: Request<Incoming>,
) -> Reply {
    let (parts, body) = request.into_parts();
    let body = read_body(body).await;
    let began = shared.options.clock.now();
    let (request_id, fault) = shared.read(|transaction| {
        let fault = transaction.state.faults.take(parts.method.as_str(), parts.uri.path());
        (transaction.state.random.request_id(), fault)
    });
    let context = RequestContext { shared, abort, parts, began, request_id, fault, made_again: None };
    match context.fault.filter(|fault| fault.kind.stage() == Stage::Before) {
        Some(fault) => context.instead(fault).await,
        None => context.process(body).await,
    }
}

impl RequestContext<'_> {
    /// Answers without carrying the request out.
    async fn instead(self, fault: ActiveFault) -> Reply {
        let now = self.date();
        let error = match fault.kind {
            FaultKind::Hang => {
                self.note(None, None);
                return future::pending().await;
            }
            FaultKind::CutBeforeCommit => return self.cut(None).await,
            FaultKind::RefuseConnections => {
                self.shared.refuse_connections(fault.options.for_ms.unwrap_or(REFUSED_FOR_MS));
                return self.cut(None).await;
            }
            FaultKind::Redirect307 => {
                self.note(Some(307), None);
                let target = self.parts.uri.path_and_query().map_or("/", |path| path.as_str());
                return corrupted::redirected(target, now);
            }
            FaultKind::Html502 => return self.gateway_page(502, "502 Bad Gateway"),
            FaultKind::Error503 => return self.gateway_page(503, "503 Service Temporarily Unavailable"),
            FaultKind::Error504 => return self.gateway_page(504, "504 Gateway Time-out"),
            FaultKind::Error400 => ApiError::bad_request("the request is invalid"),
            FaultKind::Error401 => ApiError::authentication(),
            FaultKind::Error404 => ApiError::no_such_route(),
            FaultKind::TooManyRequests => ApiError::too_many_requests(fault.options.retry_after_s),
            _ => ApiError::internal(),
        };
        self.note(Some(error.status), None);
        self.envelope().error(&error)
    }

    /// The request is carried out; a fault may still corrupt its answer.
    async fn process(mut self, body: Result<Bytes, ApiError>) -> Reply {
        let handle =
            |context: &Self| body.as_ref().map_err(Clone::clone).and_then(|body| context.route(body));
        let mut result = handle(&self);
        if let Some(fault) = self.fault.filter(|fault| fault.kind == FaultKind::DeliveredTwice) {
            let second = handle(&self);
            result = self.choose(fault, result, second);
        }
        let status = result.as_ref().map_or_else(|error| error.status, |_| 200);
        let made = result.as_ref().ok().and_then(|answer| answer.made.clone());
        let reply = match &result {
            Ok(answer) => self.envelope().answer(answer),
            Err(error) => self.envelope().error(error),
        };
        if let Some(fault) = self.fault {
            return self.corrupt(fault, reply, status, made).await;
        }
        self.note(Some(status), made);
        reply
    }

    /// The answer that the client gets of a request that was delivered twice; the other is a line in the log.
    fn choose(
        &mut self,
        fault: ActiveFault,
        first: Result<Answer, ApiError>,
        second: Result<Answer, ApiError>,
    ) -> Result<Answer, ApiError> {
        let (given, kept_back) = match fault.options.answer.unwrap_or_default() {
            Answered::First => (first, second),
            Answered::Second => (second, first),
        };
        let (status, made) = match kept_back {
            Ok(answer) => (200, answer.made),
            Err(error) => (error.status, None),
        };
        self.log(Some(status), made.clone());
        self.made_again = made;
        given
    }

    async fn corrupt(self, fault: ActiveFault, reply: Reply, status: u16, made: Option<String>) -> Reply {
        if let Some(error) = false_error(fault.kind) {
            self.note(Some(error.status), made);
            return self.envelope().error(&error);
        }
        let shown = match fault.kind {
            FaultKind::HangAfterCommit | FaultKind::CutAfterCommit => None,
            FaultKind::Error504Committed => Some(504),
            FaultKind::Html200 => Some(200),
            _ => Some(status),
        };
        if fault.kind == FaultKind::CutAfterCommit {
            return self.cut(made).await;
        }
        if fault.kind == FaultKind::WebhookBeforeAnswer {
            self.webhooks_of(made.as_deref()).await;
        }
        self.note(shown, made);
        match fault.kind {
            FaultKind::HangAfterCommit => future::pending().await,
            FaultKind::CutMidBody => corrupted::cut_in_mid_body(reply, self.abort.clone()).await,
            FaultKind::Delay => {
                let delay_ms = fault.options.delay_ms.unwrap_or(DELAY_MS);
                tokio::time::sleep(Duration::from_millis(delay_ms)).await;
                reply
            }
            FaultKind::SlowBody => {
                let pause_ms = fault.options.delay_ms.unwrap_or(self.shared.options.timing.slow_byte_ms);
                corrupted::slowly(reply, pause_ms).await
            }
            FaultKind::WrongContentLength => corrupted::with_wrong_length(reply, self.abort.clone()).await,
            FaultKind::GzipGarbage => corrupted::as_gzip_garbage(reply, fault.count).await,
            FaultKind::Html200 => corrupted::page(200, "Welcome", self.date()),
            FaultKind::Error504Committed => corrupted::page(504, "504 Gateway Time-out", self.date()),
            kind => corrupted::rewritten(reply, kind, fault.options.size_bytes).await,
        }
    }

    fn route(&self, body: &Bytes) -> Result<Answer, ApiError> {
        let Parts { method, uri, headers, .. } = &self.parts;
        // The HTTP server omits the body of an answer to HEAD.
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let segments: Vec<&str> = uri.path().split('/').filter(|segment| !segment.is_empty()).collect();
        if segments.is_empty() && method == Method::GET {
            return Ok(routes::system_info());
        }
        let credentials = credentials(headers).ok_or_else(ApiError::authentication)?;
        let context = |transaction: &mut Transaction<'_>| {
            transaction.admit(&credentials.owner, credentials.number)?;
            let version = version(headers)?;
            let content_type = header(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
            let parameters = Parameters::read(uri.query().unwrap_or_default(), content_type, body)?;
            let visibility = self.visibility(transaction);
            let call = Call { credentials, version, parameters, visibility };
            routes::dispatch(transaction, method.as_str(), &segments, &call)
        };
        if method == Method::GET { self.shared.read(context) } else { self.shared.write(context) }
    }

    /// What this request can see, by the switches and its fault.
    fn visibility(&self, transaction: &Transaction<'_>) -> Visibility {
        let mut visibility = Visibility {
            list_ahead_ms: transaction.state.switches.list_clock_ahead_ms,
            ..Visibility::clear()
        };
        let Some(fault) = self.fault else { return visibility };
        let lag_ms = i64::try_from(fault.options.lag_ms.unwrap_or(LAG_MS)).unwrap_or(i64::MAX);
        let then = transaction.now.plus_ms(-lag_ms);
        match fault.kind {
            FaultKind::Lagging => visibility.list_until = then,
            FaultKind::StaleRead => visibility.charge_as_of = then,
            FaultKind::Flapping if fault.count % 2 == 1 => visibility.charge_as_of = Moment::EPOCH,
            _ => {}
        }
        visibility
    }

    fn envelope(&self) -> Envelope {
        let took_ms = self.shared.options.clock.now().ms_since(self.began).max(0);
        Envelope { now: self.date(), request_id: self.request_id.clone(), took_ms }
    }

    fn date(&self) -> Moment {
        let ahead_ms = self.shared.read(|transaction| transaction.state.switches.date_header_ahead_ms);
        self.shared.options.clock.now().plus_ms(ahead_ms)
    }

    fn gateway_page(&self, status: u16, title: &str) -> Reply {
        self.note(Some(status), None);
        corrupted::page(status, title, self.date())
    }

    /// Closes the connection without an answer; the request's own future never ends.
    async fn cut(self, made: Option<String>) -> Reply {
        self.note(None, made);
        self.abort.cancel();
        future::pending().await
    }

    /// Ends when every webhook about this object is sent, or after `WEBHOOK_PATIENCE`.
    async fn webhooks_of(&self, made: Option<&str>) {
        let Some(object) = made else { return };
        let gone = async {
            loop {
                let done = self.shared.webhook_done.notified();
                if !self.shared.read(|transaction| transaction.has_webhook_for(object)) {
                    return;
                }
                done.await;
            }
        };
        let _ = tokio::time::timeout(WEBHOOK_PATIENCE, gone).await;
    }

    /// The line in the log, and what the fault did.
    fn note(&self, status: Option<u16>, made: Option<String>) {
        self.log(status, made.clone());
        let Some(fault) = &self.fault else { return };
        let (method, path) = (self.parts.method.as_str().to_owned(), without_secrets(self.parts.uri.path()));
        // In the order of creation, for either of the two answers.
        let (committed, committed_again) = match (fault.options.answer.unwrap_or_default(), &self.made_again)
        {
            (Answered::Second, Some(first)) => (Some(first.clone()), made),
            (_, again) => (made, again.clone()),
        };
        self.shared.read(|transaction| {
            let at = transaction.now.iso_ms();
            let run = Run::Request { at, method, path, status, committed, committed_again };
            transaction.state.faults.report(fault, run);
        });
    }

    fn log(&self, status: Option<u16>, made: Option<String>) {
        let line = RequestLine {
            at: self.began.iso_ms(),
            method: self.parts.method.as_str().to_owned(),
            path: without_secrets(self.parts.uri.path()),
            account: credentials(&self.parts.headers).map(|credentials| credentials.owner.name),
            status,
            fault: self.fault.map(|fault| fault.kind),
            made,
        };
        self.shared.read(|transaction| transaction.state.requests.add(line));
    }
}

/// The gateway's error although the request was carried out.
fn false_error(kind: FaultKind) -> Option<ApiError> {
    match kind {
        FaultKind::BackendErrorCommitted => Some(ApiError::new(400, "backend_error", "backend error")),
        FaultKind::Error500Committed => Some(ApiError::internal()),
        _ => None,
    }
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
