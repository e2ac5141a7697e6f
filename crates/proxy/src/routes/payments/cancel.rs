//! `POST /v1/payments/{id}/cancel`: ask for the end. It may end as paid.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_payment::Input;
use scantill_types::PaymentId;
use scantill_types::api::{CancelPayment, CancelledBy, Payment, PaymentState, ProblemCode};

use super::new_payment;
use super::{conflict, visible};
use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::routes::extract::{Body, Caller, NewPaymentPath, account_of};
use crate::routes::text::text_of_id;
use crate::storage::{Device, StoredPayment};

/// A quarter.
const DEADLINE_TOLERANCE_PART: u64 = 4;

/// Asks for the end of a payment. One that never arrived is recorded, so that its late PUT is refused (P8).
#[utoipa::path(post, path = "/v1/payments/{id}/cancel", params(("id" = String, Path)), request_body = CancelPayment,
    responses((status = 200, body = Payment, description = "as it stands now: the end may take a while"),
    (status = 409, description = "another terminal's")))]
pub(in crate::routes) async fn cancel(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    NewPaymentPath(id): NewPaymentPath,
    Body(body): Body<CancelPayment>,
) -> Result<Json<Payment>, Refusal> {
    let named = till_canceller(body.by)?;
    let stored = match visible(&app, &device, &id).await? {
        Some(stored) => stored,
        None => record_never_arrived(&app, &device, id, &body, named).await?,
    };
    // An end that Omise refused, so that the charge is pending again, may be asked for anew.
    let is_wanted =
        stored.attempt.cancel_request.is_some() && stored.attempt.payment_state() != PaymentState::Pending;
    if !stored.is_open() || is_wanted {
        return Ok(Json(stored.as_api()));
    }
    let request = app.service.cancel_request(&stored, named.of(&app, &stored));
    let stored = app.service.apply(&stored, "cancel_request", Input::CancelRequested(request)).await?;
    Ok(Json(stored.as_api()))
}

/// Who cancels, as a till may name it. The proxy's own clock decides about a deadline.
#[derive(Clone, Copy, Debug)]
enum TillCanceller {
    Cashier,
    Till,
    Deadline,
}

fn till_canceller(named: CancelledBy) -> Result<TillCanceller, Refusal> {
    match named {
        CancelledBy::Cashier => Ok(TillCanceller::Cashier),
        CancelledBy::Till => Ok(TillCanceller::Till),
        CancelledBy::Deadline => Ok(TillCanceller::Deadline),
        // The proxy alone knows of another payment; a supervisor decides with a PIN, by other calls.
        CancelledBy::OtherPayment | CancelledBy::Supervisor => {
            Err(refuse(ProblemCode::InvalidRequest, "`by` is `cashier`, `till` or `deadline`"))
        }
    }
}

impl TillCanceller {
    fn of(self, app: &App, stored: &StoredPayment) -> CancelledBy {
        // The till's clock began a little earlier or later.
        let deadline_ms = app.timing.till.till_deadline_ms;
        let earliest_ms = deadline_ms.saturating_sub(deadline_ms / DEADLINE_TOLERANCE_PART);
        let age_ms = app.clock.now().since_ms(stored.attempt.order.created_at);
        match self {
            Self::Deadline if earliest_ms <= age_ms => CancelledBy::Deadline,
            named => named.without_a_payment(),
        }
    }

    fn without_a_payment(self) -> CancelledBy {
        match self {
            Self::Cashier => CancelledBy::Cashier,
            Self::Till | Self::Deadline => CancelledBy::Till,
        }
    }
}

async fn record_never_arrived(
    app: &App,
    device: &Device,
    id: PaymentId,
    body: &CancelPayment,
    by: TillCanceller,
) -> Result<StoredPayment, Refusal> {
    let account = account_of(app, device)?;
    text_of_id("sale_id", body.sale_id.as_str()).map_err(Refusal::never_created)?;
    let named = new_payment::OrderTerms {
        id,
        sale: body.sale_id.clone(),
        amount: body.amount,
        currency: body.currency,
    };
    let order = new_payment::order(app, account, named);
    let new_payment =
        new_payment::never_arrived(device.clone(), order, by.without_a_payment(), app.clock.now());
    let stored = new_payment::record_never_arrived(app, new_payment).await?;
    if stored.is_visible_to(device) { Ok(stored) } else { Err(conflict()) }
}
