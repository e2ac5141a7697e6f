//! The routes of the admin socket, which is open to every user who may read the data folder. The command line
//! speaks through it with the running proxy.

mod terminals;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use scantill_payment::{Input, ManualResolution, RefundAttempt, RefundResolution};
use scantill_types::api::{
    Acknowledge, Payment, PaymentPage, ProblemCode, ResolvePayment, ResolveRefund, ReviewList,
};
use scantill_types::{PaymentId, RefundId};
use serde::Deserialize;

use super::extract::{Body, PaymentPath};
use super::health;
use super::payments::acknowledge::acknowledge_by;
use super::payments::unknown;
use super::reviews::in_review;
use super::text::text;
use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::storage::{Cause, StoredPayment};

/// More payments of one reference are not looked up at once.
const FOUND_MAX: u32 = 100;

/// The routes of the admin socket.
pub fn admin_router(app: Arc<App>) -> Router {
    Router::new()
        .route("/reviews", get(reviews))
        .route("/payments", get(find))
        .route("/payments/{id}/refresh", post(refresh))
        .route("/payments/{id}/resolve", post(close))
        .route("/payments/{id}/refunds/{refund_id}/resolve", post(close_refund))
        .route("/payments/{id}/acknowledge", post(acknowledge))
        .merge(terminals::routes())
        .merge(health::operations())
        .fallback(super::not_found)
        .with_state(app)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// A payment's id, or the merchant's reference.
    of: String,
}

async fn reviews(State(app): State<Arc<App>>) -> Result<Json<ReviewList>, Refusal> {
    Ok(Json(in_review(&app, None).await?))
}

async fn find(
    State(app): State<Arc<App>>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<PaymentPage>, Refusal> {
    let by_id = match PaymentId::parse(&wanted.of) {
        Ok(id) => app.storage.payment(id).await?,
        Err(_) => None,
    };
    let payments = match by_id {
        Some(stored) => vec![stored],
        None => app.storage.payments_of_reference(wanted.of, FOUND_MAX).await?,
    };
    Ok(Json(PaymentPage {
        payments: payments.iter().map(StoredPayment::as_api).collect(),
        next_cursor: None,
    }))
}

async fn refresh(
    State(app): State<Arc<App>>,
    PaymentPath(id): PaymentPath,
) -> Result<Json<Payment>, Refusal> {
    let stored = app.storage.payment(id).await?.ok_or_else(unknown)?;
    Ok(Json(app.service.refresh(&stored).await?.as_api()))
}

/// What humans found is kept beside the state, and undone by evidence (P18).
async fn close(
    State(app): State<Arc<App>>,
    PaymentPath(id): PaymentPath,
    Body(body): Body<ResolvePayment>,
) -> Result<Json<Payment>, Refusal> {
    let ResolvePayment { finding, by, second, proof } = body;
    check_witnesses(&by, &second, &proof)?;
    let closed = ManualResolution { finding, by, second, proof, at: app.clock.now() };
    let stored = app.storage.payment(id).await?.ok_or_else(unknown)?;
    let stored = app
        .service
        .apply(&stored, Cause::by("closed_by_hand", closed.by.clone()), Input::Resolved(closed.clone()))
        .await?;
    if stored.attempt.resolution == Some(closed) {
        return Ok(Json(stored.as_api()));
    }
    let detail = "this payment is decided, or closed already: there is nothing for a human to close";
    Err(refuse(ProblemCode::NothingToDecide, detail))
}

/// The same for one refund of it (P19).
async fn close_refund(
    State(app): State<Arc<App>>,
    PaymentPath(id): PaymentPath,
    Path((_, refund_id)): Path<(String, String)>,
    Body(body): Body<ResolveRefund>,
) -> Result<Json<Payment>, Refusal> {
    let ResolveRefund { finding, by, second, proof } = body;
    check_witnesses(&by, &second, &proof)?;
    let nothing = || {
        let detail = "no refund of this id is in doubt and unclosed: there is nothing for a human to close";
        refuse(ProblemCode::NothingToDecide, detail)
    };
    let refund_id = RefundId::parse(&refund_id).map_err(|_| nothing())?;
    let closed = RefundResolution { finding, by, second, proof, at: app.clock.now() };
    let stored = app.storage.payment(id).await?.ok_or_else(unknown)?;
    let input = Input::RefundResolved(refund_id.clone(), closed.clone());
    let stored =
        app.service.apply(&stored, Cause::by("refund_closed_by_hand", closed.by.clone()), input).await?;
    let is_closed =
        |refund: &RefundAttempt| refund.order.id == refund_id && refund.resolution.as_ref() == Some(&closed);
    if stored.attempt.refunds.ours.iter().any(is_closed) { Ok(Json(stored.as_api())) } else { Err(nothing()) }
}

async fn acknowledge(
    State(app): State<Arc<App>>,
    PaymentPath(id): PaymentPath,
    Body(body): Body<Acknowledge>,
) -> Result<Json<Payment>, Refusal> {
    text("by", &body.by)?;
    let stored = app.storage.payment(id).await?.ok_or_else(unknown)?;
    Ok(Json(acknowledge_by(&app, &stored, body.by, body.review).await?.as_api()))
}

fn check_witnesses(by: &str, second: &str, proof: &str) -> Result<(), Refusal> {
    for (name, given) in [("by", by), ("second", second), ("proof", proof)] {
        text(name, given)?;
    }
    if by.trim().to_lowercase() == second.trim().to_lowercase() {
        return Err(refuse(ProblemCode::InvalidRequest, "the second person must be another than the first"));
    }
    Ok(())
}
