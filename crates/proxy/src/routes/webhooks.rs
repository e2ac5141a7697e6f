//! `POST /webhooks/omise/{account}`: signed hints from the provider. Nothing in them is believed; a read follows.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use scantill_core::api::ProblemCode;
use scantill_omise::Event;
use scantill_omise::signature;

use crate::app::App;
use crate::problem::{Refusal, refuse};

/// Takes a webhook: verified over the raw bytes, kept, answered, and only then followed.
pub(super) async fn receive(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Refusal> {
    let body = body.map_err(|_| refuse(ProblemCode::BodyTooLarge, "no event of Omise's is so long"))?;
    let unknown = || refuse(ProblemCode::NotFound, "no account of this name is configured");
    let account = app.account(&name).ok_or_else(unknown)?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let now = app.clock.now();
    // The provider stamps its deliveries by its own clock; ours may be wrong by hours.
    let theirs = account.clock.now().map_or(now, |theirs| theirs.earliest);
    let seconds = u64::try_from(theirs.0 / 1_000).unwrap_or(0);
    let (signatures, timestamp) = (header("omise-signature"), header("omise-signature-timestamp"));
    signature::verify(&account.webhook_secrets, signatures, timestamp, &body, seconds).map_err(
        |refusal| {
            metrics::counter!("scantill_webhooks_refused_total").increment(1);
            let count = app.refused_webhooks.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            // A flood of forgeries fills no log.
            if count.is_power_of_two() {
                tracing::warn!(account = name, %refusal, count, "webhooks are refused");
            }
            refuse(ProblemCode::WebhookRefused, "the signature does not hold; check the webhook secret")
        },
    )?;
    let event = Event::read(&body).map_err(|error| {
        tracing::warn!(account = name, %error, "a signed webhook cannot be read");
        refuse(ProblemCode::InvalidJson, "this is not an event")
    })?;
    app.driver.hint(account, &event).await?;
    Ok(StatusCode::OK)
}
