//! `POST /webhooks/omise/{account}`: signed hints from the provider. Nothing in them is believed; a read follows.
//!
//! Anyone may send one, so what it costs before its signature is known to hold is bounded: a head of two signatures, a
//! body of 64 KiB, and one MAC for each secret.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use scantill_omise::Event;
use scantill_omise::signature::{self, Signed};
use scantill_types::api::ProblemCode;

use super::extract::whole_body;
use crate::account::Account;
use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::security_log::{Kind, Subject};

/// A MAC over a longer body is made on a thread on which nobody else waits.
const MAC_AT_ONCE_BYTES_MAX: usize = 4 * 1024;

/// Takes a webhook: verified over the raw bytes, kept, answered, and only then followed.
pub(super) async fn receive(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let unknown = || refuse(ProblemCode::NotFound, "no account of this name is configured");
    let account = app.account(&name).ok_or_else(unknown)?;
    let refused = |refusal| refused(&app, account, refusal);
    let signed = signed(&app, account, request.headers()).map_err(refused)?;
    let body = whole_body(request, &app).await?;
    if !is_genuine(account, signed, &body).await {
        return Err(refused(signature::Refusal::Forged));
    }
    let event = Event::read(&body).map_err(|error| {
        tracing::warn!(account = name, %error, "a signed webhook cannot be read");
        refuse(ProblemCode::InvalidJson, "this is not an event")
    })?;
    app.service.receive_webhook(account, &event).await?;
    Ok(StatusCode::OK)
}

fn signed(app: &App, account: &Account, headers: &HeaderMap) -> Result<Signed, signature::Refusal> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let now = app.clock.now();
    // The provider stamps its deliveries by its own clock; ours may be wrong by hours.
    let theirs = account.clock.now().map_or(now, |theirs| theirs.earliest);
    let seconds = u64::try_from(theirs.0 / 1_000).unwrap_or(0);
    Signed::read(header("omise-signature"), header("omise-signature-timestamp"), seconds)
}

async fn is_genuine(account: &Arc<Account>, signed: Signed, body: &Bytes) -> bool {
    let (account, body) = (account.clone(), body.clone());
    let is_long = MAC_AT_ONCE_BYTES_MAX < body.len();
    let verify = move || {
        account.webhook_secrets.iter().any(|secret| {
            metrics::counter!("scantill_webhook_macs_total").increment(1);
            signed.is_by(secret, &body)
        })
    };
    if is_long { tokio::task::spawn_blocking(verify).await.unwrap_or(false) } else { verify() }
}

fn refused(app: &App, account: &Account, refusal: signature::Refusal) -> Refusal {
    metrics::counter!("scantill_webhooks_refused_total").increment(1);
    app.security.note(Kind::RefusedWebhook, Subject { account: Some(&account.name), ..Subject::default() });
    tracing::debug!(account = account.name, %refusal, "a webhook was refused");
    refuse(ProblemCode::WebhookRefused, "the signature does not hold; check the webhook secret")
}
