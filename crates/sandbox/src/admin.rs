//! The control API under `/_sandbox/`: what a test or the phone page may ask of the simulator. JSON, no key.

mod code128;
mod faults;
mod orders;
mod phones;
mod qr;
mod settings;
mod webhooks;

use std::sync::Arc;

use http::Request;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api::render::pretty;
use crate::http::reply::{self, Reply};
use crate::model::turn::Turn;
use crate::shared::Shared;

const BODY_LENGTH_MAX: usize = 64 * 1024;

/// Why an order was not carried out.
#[derive(Debug)]
pub(crate) struct ControlError {
    status: u16,
    sentence: String,
}

/// JSON, or a picture for the phone page.
#[derive(Debug)]
pub(crate) enum Shown {
    Json(Value),
    Picture(String),
}

type Controlled = Result<Shown, ControlError>;

impl ControlError {
    fn bad(sentence: impl Into<String>) -> Self {
        Self { status: 400, sentence: sentence.into() }
    }

    fn missing(sentence: impl Into<String>) -> Self {
        Self { status: 404, sentence: sentence.into() }
    }

    fn conflict(sentence: impl Into<String>) -> Self {
        Self { status: 409, sentence: sentence.into() }
    }
}

impl From<Value> for Shown {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

pub(crate) async fn answer(shared: &Arc<Shared>, request: Request<Incoming>) -> Reply {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).skip(1).collect();
    let result = match Limited::new(body, BODY_LENGTH_MAX).collect().await {
        Ok(body) => route(shared, parts.method.as_str(), &segments, &body.to_bytes()),
        Err(_) => Err(ControlError { status: 413, sentence: "the body is too large".to_owned() }),
    };
    reply::never_stored(match result {
        Ok(Shown::Json(value)) => reply::text(200, "application/json", pretty::write(&value)),
        Ok(Shown::Picture(picture)) => reply::text(200, "image/svg+xml", picture),
        Err(error) => {
            reply::text(error.status, "application/json", pretty::write(&json!({ "error": error.sentence })))
        }
    })
}

/// Reading does not count as a change, and the phone page reads twice a second.
fn route(shared: &Shared, method: &str, segments: &[&str], body: &[u8]) -> Controlled {
    match (method, segments) {
        ("GET", ["clock"]) => Ok(settings::clock(shared)),
        // Outside the turn: what the new time brings is due in the turn that follows.
        ("PUT", ["clock"]) => settings::steer_clock(shared, body),
        ("POST", ["faults"]) => shared.turn(|turn| faults::add(shared, turn, body)),
        ("GET", _) => shared.look(|turn| dispatch_read(turn, segments)),
        _ => shared.turn(|turn| dispatch_order(turn, method, segments, body)),
    }
}

fn dispatch_read(turn: &mut Turn<'_>, segments: &[&str]) -> Controlled {
    match segments {
        [] => Ok(json!({ "name": "scantill-sandbox", "version": env!("CARGO_PKG_VERSION") }).into()),
        ["ledger"] => Ok(json!({ "ledger": turn.ledger() }).into()),
        ["requests"] => Ok(json!({ "requests": turn.world.requests.lines() }).into()),
        ["faults"] => Ok(faults::show(turn)),
        ["switches"] => Ok(settings::switches(turn)),
        ["webhook"] => Ok(webhooks::target(turn)),
        ["webhooks"] => Ok(webhooks::deliveries(turn)),
        ["phones", id] => phones::show(turn, id),
        ["phones", id, "qr.svg"] => phones::qr(turn, id),
        ["phones", id, "barcode.svg"] => phones::barcode(turn, id),
        _ => Err(no_such_order()),
    }
}

fn dispatch_order(turn: &mut Turn<'_>, method: &str, segments: &[&str], body: &[u8]) -> Controlled {
    match (method, segments) {
        ("PUT", ["webhook"]) => webhooks::set_target(turn, body),
        ("POST", ["webhook", "roll"]) => webhooks::roll(turn, body),
        ("DELETE", ["webhook"]) => Ok(webhooks::clear_target(turn)),
        ("POST", ["webhooks", "drop"]) => webhooks::drop_some(turn, body),
        ("POST", ["webhooks", "resume"]) => Ok(webhooks::resume(turn)),
        ("POST", ["next"]) => orders::next(turn, body),
        ("PUT", ["accounts", name]) => orders::set_account(turn, name, body),
        ("POST", ["charges", id, "confirm"]) => orders::confirm(turn, id),
        ("POST", ["charges", id, "reject"]) => orders::reject(turn, id, body),
        ("DELETE", ["faults"]) => Ok(faults::clear(turn)),
        ("PUT", ["chaos"]) => faults::loose(turn, body),
        ("DELETE", ["chaos"]) => Ok(faults::calm(turn)),
        ("PUT", ["switches"]) => settings::move_switches(turn, body),
        ("DELETE", ["requests"]) => Ok(orders::clear_requests(turn)),
        ("POST", ["reset"]) => Ok(orders::reset(turn)),
        ("POST", ["phones"]) => phones::open(turn),
        ("PUT", ["phones", id]) => phones::set(turn, id, body),
        ("POST", ["phones", id, "confirm"]) => phones::confirm(turn, id, body),
        ("POST", ["phones", id, "reject"]) => phones::reject(turn, id, body),
        _ => Err(no_such_order()),
    }
}

fn no_such_order() -> ControlError {
    ControlError::missing("the control API has no such call: docs/sandbox.md lists them")
}

/// An empty body is an empty object, so that orders without particulars need none.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ControlError> {
    let body = if body.iter().all(u8::is_ascii_whitespace) { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| ControlError::bad(error.to_string()))
}

fn done() -> Shown {
    json!({ "done": true }).into()
}
