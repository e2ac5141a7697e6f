//! Who calls, and what they say: both checked before a handler sees them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use scantill_types::PaymentId;
use scantill_types::api::ProblemCode;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use super::proof;
use crate::account::Account;
use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::quotas::Cost;
use crate::request_id;
use crate::secrets::digest;
use crate::security_log::{Kind, Subject};
use crate::session::{self, NotGood};
use crate::storage::Device;

/// The device of the token, which is used as it was given.
pub(super) struct Caller(pub(super) Device);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let revocations = app.storage.revocations();
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let credential = header.and_then(proof::credential);
        let credential = credential.ok_or_else(|| not_paired(app, &NotGood::Unknown))?;
        let looked_up = session::device_of(app, digest(credential.1)).await?;
        let device = looked_up.map_err(|not_good| not_paired(app, &not_good))?;
        proof::check(app, parts, &device, credential)?;
        request_id::note_device(&device.id);
        take_token(app, &device, Cost::of(&parts.method, parts.uri.path()))?;
        session::note_seen(app, &device);
        parts.extensions.insert(Granted { token_digest: device.session.token_digest.clone(), revocations });
        Ok(Self(device))
    }
}

/// The token was good when the request's head came.
#[derive(Clone)]
struct Granted {
    token_digest: String,
    /// What was taken away since.
    revocations: watch::Receiver<u64>,
}

impl Granted {
    /// A body may take its time: nothing is begun for a device that was revoked meanwhile.
    async fn holds(self, app: &App) -> Result<(), Refusal> {
        if self.revocations.has_changed().unwrap_or(true) {
            let looked_up = session::device_of(app, self.token_digest).await?;
            looked_up.map_err(|not_good| not_paired(app, &not_good))?;
        }
        Ok(())
    }
}

fn not_paired(app: &App, not_good: &NotGood) -> Refusal {
    let detail = match not_good {
        NotGood::Ended(device, reason) => {
            app.security.note(Kind::RevokedDevice, device.as_ref());
            format!("{reason}: pair it again with a new code of `scantill-proxy terminal add`")
        }
        NotGood::Unknown => {
            app.security.note(Kind::RefusedToken, Subject::default());
            "this device is not paired: POST /v1/pair first".to_owned()
        }
    };
    refuse(ProblemCode::Unauthenticated, detail)
}

/// A device that asks for too much is told when it may ask again. Nothing was begun.
pub(super) fn take_token(app: &App, device: &Device, cost: Cost) -> Result<(), Refusal> {
    app.quotas.take(device, cost).map_err(|wait_s| {
        app.security.note(Kind::RateLimited, device);
        let detail = format!("this device asks for too much, so nothing was begun: try again in {wait_s} s");
        refuse(ProblemCode::RateLimited, detail).retry_after_s(wait_s)
    })
}

/// The account of a device's terminal.
pub(super) fn account_of<'a>(app: &'a App, device: &Device) -> Result<&'a Arc<Account>, Refusal> {
    let gone = || refuse(ProblemCode::Unauthenticated, "the terminal's account is no longer configured");
    app.account(&device.account).ok_or_else(gone)
}

/// A JSON body of a known shape.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        if !is_json(request.headers()) {
            let detail = "send the body as JSON, with Content-Type: application/json";
            return Err(refuse(ProblemCode::UnsupportedMediaType, detail));
        }
        let granted = request.extensions().get::<Granted>().cloned();
        let bytes = whole_body(request, app).await?;
        if let Some(granted) = granted {
            granted.holds(app).await?;
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| unreadable(&error))
    }
}

/// A page can send a body of another type anywhere, without asking.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// The body, if all of it comes in time and it is no longer than this route takes.
pub(super) async fn whole_body(request: Request, app: &App) -> Result<Bytes, Refusal> {
    let wait = Duration::from_millis(app.limits.body_ms);
    let cut = || refuse(ProblemCode::InvalidJson, "the body could not be read whole; send it again");
    let read = tokio::time::timeout(wait, Bytes::from_request(request, &())).await;
    let read = read.map_err(|_| cut().with_status(StatusCode::REQUEST_TIMEOUT))?;
    read.map_err(|rejection| match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            refuse(ProblemCode::BodyTooLarge, "the body is longer than any that this address takes")
        }
        _ => cut(),
    })
}

/// The message never repeats a value: it might be a payer's code.
fn unreadable(error: &serde_json::Error) -> Refusal {
    if !error.is_data() {
        let place = format!("line {} column {}", error.line(), error.column());
        return refuse(ProblemCode::InvalidJson, format!("the body is not JSON: see {place}"));
    }
    let text = error.to_string();
    let about_a_field = text.starts_with("unknown field") || text.starts_with("missing field");
    let detail = if about_a_field {
        text
    } else {
        format!("a field has the wrong type or form: see line {} column {}", error.line(), error.column())
    };
    refuse(ProblemCode::InvalidRequest, detail)
}

/// The payment's id in the address. What no till makes names no payment, and nothing is looked up for it.
pub(super) struct PaymentPath(pub(super) PaymentId);

impl FromRequestParts<Arc<App>> for PaymentPath {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let unknown =
            || refuse(ProblemCode::PaymentNotFound, "no payment has such an id; use the till's own UUIDv7");
        payment_id(parts, app).await.map(Self).ok_or_else(unknown)
    }
}

/// The same where the id may be new: one of another shape is refused for good, before anything is recorded.
pub(super) struct NewPaymentPath(pub(super) PaymentId);

impl FromRequestParts<Arc<App>> for NewPaymentPath {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let odd = || made_by_the_till("payment").never_created();
        payment_id(parts, app).await.map(Self).ok_or_else(odd)
    }
}

/// Some addresses name more than the payment.
async fn payment_id(parts: &mut Parts, app: &Arc<App>) -> Option<PaymentId> {
    let mut path = Path::<HashMap<String, String>>::from_request_parts(parts, app).await.ok()?;
    PaymentId::parse(&path.remove("id")?).ok().filter(PaymentId::is_generated)
}

pub(super) fn made_by_the_till(what: &str) -> Refusal {
    let detail = format!("the {what}'s id is no UUID of version 7 in lower case; make a new one for each");
    refuse(ProblemCode::InvalidRequest, detail)
}
