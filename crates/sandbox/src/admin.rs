//! The control API under `/_sandbox/`: what a test or the phone page may ask of the simulator. JSON, no key.

mod code128;
mod faults;
mod ledger;
mod orders;
mod phones;
mod qr;
mod reply;
mod settings;
mod webhooks;

use std::sync::Arc;

use http::Request;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde_json::{Value, json};

use crate::admin::reply::{AdminError, AdminReply, AdminResult};
use crate::api::render::json;
use crate::model::transaction::Transaction;
use crate::shared::Shared;

const BODY_LENGTH_MAX: usize = 64 * 1024;

/// The answer that the HTTP side sends.
#[derive(Debug)]
pub(crate) struct AdminAnswer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

pub(crate) async fn answer(shared: &Arc<Shared>, request: Request<Incoming>) -> AdminAnswer {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).skip(1).collect();
    let result = match Limited::new(body, BODY_LENGTH_MAX).collect().await {
        Ok(body) => route(shared, parts.method.as_str(), &segments, &body.to_bytes()),
        Err(_) => Err(AdminError { status: 413, sentence: "the body is too large".to_owned() }),
    };
    match result {
        Ok(AdminReply::Json(value)) => AdminAnswer::json(200, &value),
        Ok(AdminReply::Picture(body)) => AdminAnswer { status: 200, content_type: "image/svg+xml", body },
        Err(error) => AdminAnswer::json(error.status, &json!({ "error": error.sentence })),
    }
}

impl AdminAnswer {
    fn json(status: u16, value: &Value) -> Self {
        Self { status, content_type: "application/json", body: json::write(value) }
    }
}

/// Reading does not count as a change, and the phone page reads twice a second.
fn route(shared: &Shared, method: &str, segments: &[&str], body: &[u8]) -> AdminResult {
    match (method, segments) {
        ("GET", ["clock"]) => Ok(settings::clock(shared)),
        // Outside a transaction: the next transaction runs the actions that are due at the new time.
        ("PUT", ["clock"]) => settings::adjust_clock(shared, body),
        ("POST", ["faults"]) => shared.write(|transaction| faults::add(shared, transaction, body)),
        ("GET", _) => shared.read(|transaction| dispatch_read(transaction, segments)),
        _ => shared.write(|transaction| dispatch_order(transaction, method, segments, body)),
    }
}

fn dispatch_read(transaction: &mut Transaction<'_>, segments: &[&str]) -> AdminResult {
    match segments {
        [] => Ok(json!({ "name": "scantill-sandbox", "version": env!("CARGO_PKG_VERSION") }).into()),
        ["ledger"] => Ok(json!({ "ledger": ledger::lines(transaction) }).into()),
        ["requests"] => Ok(json!({ "requests": transaction.state.requests.lines() }).into()),
        ["faults"] => Ok(faults::show(transaction)),
        ["switches"] => Ok(settings::switches(transaction)),
        ["webhook"] => Ok(webhooks::target(transaction)),
        ["webhooks"] => Ok(webhooks::deliveries(transaction)),
        ["phones", id] => phones::show(transaction, id),
        ["phones", id, "qr.svg"] => phones::qr(transaction, id),
        ["phones", id, "barcode.svg"] => phones::barcode(transaction, id),
        _ => Err(no_such_order()),
    }
}

fn dispatch_order(
    transaction: &mut Transaction<'_>,
    method: &str,
    segments: &[&str],
    body: &[u8],
) -> AdminResult {
    match (method, segments) {
        ("PUT", ["webhook"]) => webhooks::set_target(transaction, body),
        ("POST", ["webhook", "roll"]) => webhooks::roll(transaction, body),
        ("DELETE", ["webhook"]) => Ok(webhooks::clear_target(transaction)),
        ("POST", ["webhooks", "drop"]) => webhooks::drop_some(transaction, body),
        ("POST", ["webhooks", "resume"]) => Ok(webhooks::resume(transaction)),
        ("POST", ["next"]) => orders::next(transaction, body),
        ("PUT", ["accounts", name]) => orders::set_account(transaction, name, body),
        ("POST", ["charges", id, "confirm"]) => orders::confirm(transaction, id),
        ("POST", ["charges", id, "reject"]) => orders::reject(transaction, id, body),
        ("DELETE", ["faults"]) => Ok(faults::clear(transaction)),
        ("PUT", ["chaos"]) => faults::start(transaction, body),
        ("DELETE", ["chaos"]) => Ok(faults::stop(transaction)),
        ("PUT", ["switches"]) => settings::set_switches(transaction, body),
        ("DELETE", ["requests"]) => Ok(orders::clear_requests(transaction)),
        ("POST", ["reset"]) => Ok(orders::reset(transaction)),
        ("POST", ["phones"]) => phones::open(transaction),
        ("PUT", ["phones", id]) => phones::set(transaction, id, body),
        ("POST", ["phones", id, "confirm"]) => phones::confirm(transaction, id, body),
        ("POST", ["phones", id, "reject"]) => phones::reject(transaction, id, body),
        _ => Err(no_such_order()),
    }
}

fn no_such_order() -> AdminError {
    AdminError::missing("the control API has no such call: docs/sandbox.md lists them")
}
