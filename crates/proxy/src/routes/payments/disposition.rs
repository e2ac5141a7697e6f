//! `POST /v1/payments/{id}/disposition`: what becomes of a success that came after an end was wanted (P16).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_payment::{self as payment, Input, PaymentAttempt};
use scantill_types::api::{Decide, Decision, Disposition, Payment, ProblemCode};

use super::limits::{self, Approvals};
use super::{unknown, visible};
use crate::app::App;
use crate::approval::Wish;
use crate::problem::{Refusal, refuse};
use crate::routes::extract::{Body, Caller, PaymentPath};
use crate::storage::{Cause, RETURN_APPROVED, StoredPayment};

/// Decides once: the cashier while the payment is undecided, a supervisor with a PIN once it waits for a human. The
/// same decision again is answered alike; another one is refused.
#[utoipa::path(post, path = "/v1/payments/{id}/disposition", params(("id" = String, Path)), request_body = Decide,
    responses((status = 200, body = Payment), (status = 403, description = "approval_refused, second_approval_needed"),
    (status = 409, description = "nothing_to_decide, sale_paid"), (status = 429, description = "approval_locked")))]
pub(in crate::routes) async fn disposition(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    PaymentPath(id): PaymentPath,
    Body(body): Body<Decide>,
) -> Result<Json<Payment>, Refusal> {
    let stored = visible(&app, &device, &id).await?.ok_or_else(unknown)?;
    // An unrefunded duplicate charge is refunded again, in every state of the primary charge.
    let is_stuck = stored.attempt.has_failed_duplicate_refund() && body.decision.gives_back();
    let waits_for_a_human = (word(&stored) == Some(Disposition::InReview) && stored.attempt.may_be_decided())
        || (is_stuck && !stored.attempt.awaits_decision());
    if waits_for_a_human && body.decision != Decision::CallSupervisor {
        let input = Input::DecidedBySupervisor(body.decision);
        // Before the PIN, so that the answer tells nothing of it.
        let foreseen = app.service.preview(&stored, input.clone());
        let is_kept_beside =
            body.decision == Decision::Accept && app.service.accepted_sibling(&stored).await?.is_some();
        if is_kept_beside || !is_carried_out(&foreseen, is_stuck, body.decision) {
            return Err(refusal(&app, &stored, body.decision).await?);
        }
        let first = body.approval.ok_or_else(no_approval)?;
        let approvals = Approvals { first, second: body.second_approval };
        let (mut word, mut turn) = ("decided_by_supervisor", None);
        if gives_back(&foreseen, is_stuck, body.decision) {
            turn = limits::check(&app, &device, stored.id(), stored.attempt.order.amount, &approvals).await?;
            word = RETURN_APPROVED;
        }
        let deciding = app.clone();
        let approved = async move {
            // The next return of the day is counted once this one is in storage, although its caller may hang up.
            let _turn = turn;
            let wish = Wish { action: "disposition", payment: stored.id() };
            let cause = Cause::by(word, approvals.names(&deciding, &device, wish).await?);
            let stored = deciding.service.apply(&stored, cause, input).await?;
            answer(&deciding, &stored, is_stuck, body.decision).await
        };
        return app.service.carry_out(approved).await;
    }
    let stored = app.service.apply(&stored, "decided", Input::Decided(body.decision)).await?;
    answer(&app, &stored, is_stuck, body.decision).await
}

/// Whether the decision was carried out.
async fn answer(
    app: &App,
    stored: &StoredPayment,
    was_stuck: bool,
    decision: Decision,
) -> Result<Json<Payment>, Refusal> {
    if is_carried_out(&stored.attempt, was_stuck, decision) {
        return Ok(Json(stored.as_api()));
    }
    Err(refusal(app, stored, decision).await?)
}

fn no_approval() -> Refusal {
    let detail = "this payment waits for a supervisor: send `approval` with the name and the PIN";
    refuse(ProblemCode::ApprovalRefused, detail)
}

/// Whether a payment is now as the decision wants it; one that was stuck is tried again.
fn is_carried_out(attempt: &PaymentAttempt, was_stuck: bool, decision: Decision) -> bool {
    let word = attempt.disposition.as_ref().map(payment::Disposition::to_api);
    is_tried_again(attempt, was_stuck) || word.is_some_and(|disposition| follows_from(disposition, decision))
}

/// Whether money leaves by this decision. Where it is back already, a decision only says so.
fn gives_back(foreseen: &PaymentAttempt, was_stuck: bool, decision: Decision) -> bool {
    let is_on_its_way = matches!(foreseen.disposition, Some(payment::Disposition::RefundDue(_)));
    decision.gives_back() && (is_on_its_way || is_tried_again(foreseen, was_stuck))
}

/// Whether a refund that had failed is due once more.
fn is_tried_again(attempt: &PaymentAttempt, was_stuck: bool) -> bool {
    was_stuck && !attempt.has_failed_duplicate_refund()
}

async fn refusal(app: &App, stored: &StoredPayment, decision: Decision) -> Result<Refusal, Refusal> {
    if decision == Decision::Accept
        && let Some(kept) = app.service.accepted_sibling(stored).await?
    {
        let detail = "this sale keeps another payment, and one alone: give this one back";
        return Ok(refuse(ProblemCode::SalePaid, detail).because_of(kept));
    }
    Ok(refuse(ProblemCode::NothingToDecide, "this payment waits for no such decision")
        .because_of(stored.id().clone()))
}

fn word(stored: &StoredPayment) -> Option<Disposition> {
    stored.attempt.disposition.as_ref().map(payment::Disposition::to_api)
}

/// Whether the payment stands as the decision wants it, now or by an earlier call of the same.
fn follows_from(disposition: Disposition, decision: Decision) -> bool {
    match decision {
        Decision::Accept => disposition == Disposition::Accepted,
        Decision::CallSupervisor => disposition == Disposition::InReview,
        Decision::Refund | Decision::SettledOtherwise | Decision::CustomerGone => {
            matches!(disposition, Disposition::RefundDue | Disposition::Refunding | Disposition::Refunded)
        }
    }
}
