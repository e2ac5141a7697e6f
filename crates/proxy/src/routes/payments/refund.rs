//! `PUT /v1/payments/{id}/refunds/{refund_id}`: money is given back, with a supervisor's approval (P19).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use scantill_payment::{Approver, RefundOrder, RefundRefusal};
use scantill_types::RefundId;
use scantill_types::api::{CreateRefund, Payment, ProblemCode};

use super::limits::{self, Approvals};
use super::{unknown, visible};
use crate::app::App;
use crate::approval::Wish;
use crate::problem::{Refusal, refuse};
use crate::routes::extract::{Body, Caller, PaymentPath, made_by_the_till};
use crate::routes::text::text;
use crate::service::{Applied, Change};
use crate::storage::{Device, StoredPayment};

/// Asks for a refund, or shows the one that is there. It never waits for the provider: `refunds` of the payment tells
/// how it went.
#[utoipa::path(put, path = "/v1/payments/{id}/refunds/{refund_id}",
    params(("id" = String, Path), ("refund_id" = String, Path)), request_body = CreateRefund, responses(
    (status = 201, body = Payment), (status = 200, description = "it was there", body = Payment),
    (status = 403, description = "approval_refused, second_approval_needed"),
    (status = 409, description = "charge_in_doubt, not_refundable, refund_under_way, refund_changed, refund_conflict"),
    (status = 422, description = "amount_too_large, amount_too_small"), (status = 429, description = "approval_locked")))]
pub(in crate::routes) async fn put(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    PaymentPath(id): PaymentPath,
    Path((_, refund_id)): Path<(String, String)>,
    Body(body): Body<CreateRefund>,
) -> Result<(StatusCode, Json<Payment>), Refusal> {
    let refund_id = RefundId::parse(&refund_id).ok().filter(RefundId::is_generated);
    let refund_id = refund_id.ok_or_else(|| made_by_the_till("refund"))?;
    let stored = visible(&app, &device, &id).await?.ok_or_else(unknown)?;
    if let Some(known) = known(&stored, &refund_id, &body)? {
        return Ok((StatusCode::OK, Json(known)));
    }
    check(&stored, &body)?;
    // State and limits come before the PINs, so that an answer tells nothing of them.
    let unapproved = order(&app, &stored, refund_id, String::new(), &body)?;
    stored.attempt.may_refund(&unapproved).map_err(refusal)?;
    let approvals = Approvals { first: body.approval.clone(), second: body.second_approval.clone() };
    let turn = limits::check(&app, &device, stored.id(), body.amount, &approvals).await?;
    let asking = app.clone();
    let asked = async move {
        // The next refund of the day is counted once this one is in storage, although its caller may hang up.
        let _turn = turn;
        ask(&asking, &device, &stored, unapproved, approvals, &body).await
    };
    app.service.carry_out(asked).await
}

/// Asks for a refund that its approvers approve.
async fn ask(
    app: &Arc<App>,
    device: &Device,
    stored: &StoredPayment,
    unapproved: RefundOrder,
    approvals: Approvals,
    body: &CreateRefund,
) -> Result<(StatusCode, Json<Payment>), Refusal> {
    let wish = Wish { action: "refund", payment: stored.id() };
    let approver = approvals.names(app, device, wish).await?;
    let order = RefundOrder { approver: Approver::Supervisor(approver), ..unapproved };
    let Applied { stored, change } = app.service.request_refund(stored, order.clone()).await?;
    let status = if change == Change::Unchanged { StatusCode::OK } else { StatusCode::CREATED };
    match known(&stored, &order.id, body)? {
        Some(payment) => Ok((status, Json(payment))),
        // Another refund was faster, and is the reason.
        None => Err(refusal(stored.attempt.may_refund(&order).err().unwrap_or(RefundRefusal::InFlight))),
    }
}

/// The payment, if this refund is in it already; the PIN is not part of what is compared.
fn known(stored: &StoredPayment, id: &RefundId, body: &CreateRefund) -> Result<Option<Payment>, Refusal> {
    let Some(known) = stored.attempt.refunds.ours.iter().find(|refund| refund.order.id == *id) else {
        return Ok(None);
    };
    let order = &known.order;
    let same = (order.amount, order.refunded_before, order.void, &order.reason)
        == (body.amount, body.refunded_before, body.void, &body.reason);
    if same && stored.attempt.order.currency == body.currency {
        return Ok(Some(stored.as_api()));
    }
    Err(refuse(ProblemCode::RefundConflict, "this id was used for another refund; make a new one for each"))
}

fn check(stored: &StoredPayment, body: &CreateRefund) -> Result<(), Refusal> {
    if body.currency != stored.attempt.order.currency {
        let detail = format!("this payment is in {}", stored.attempt.order.currency.code());
        return Err(refuse(ProblemCode::CurrencyNotTaken, detail));
    }
    body.reason.as_deref().map(|given| text("reason", given)).transpose()?;
    Ok(())
}

fn order(
    app: &App,
    stored: &StoredPayment,
    id: RefundId,
    approver: String,
    body: &CreateRefund,
) -> Result<RefundOrder, Refusal> {
    let charge = stored.attempt.money().ok_or_else(|| refusal(RefundRefusal::ChargeInDoubt))?;
    Ok(RefundOrder {
        id,
        charge: charge.id.clone(),
        amount: body.amount,
        refunded_before: body.refunded_before,
        void: body.void,
        reason: body.reason.clone(),
        approver: Approver::Supervisor(approver),
        created_at: app.clock.now(),
    })
}

fn refusal(reason: RefundRefusal) -> Refusal {
    let code = match reason {
        RefundRefusal::ChargeInDoubt => ProblemCode::ChargeInDoubt,
        RefundRefusal::NotPaid | RefundRefusal::Disputed | RefundRefusal::TooMany => {
            ProblemCode::NotRefundable
        }
        RefundRefusal::InFlight => ProblemCode::RefundUnderWay,
        RefundRefusal::TooLarge { .. } => ProblemCode::AmountTooLarge,
        RefundRefusal::TooSmall => ProblemCode::AmountTooSmall,
        RefundRefusal::Changed { .. } => ProblemCode::RefundChanged,
    };
    refuse(code, reason.to_string())
}
