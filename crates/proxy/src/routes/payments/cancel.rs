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
    let said = ender(body.by)?;
    let stored = match visible(&app, &device, &id).await? {
        Some(stored) => stored,
        None => record_never_arrived(&app, &device, id, &body, said).await?,
    };
    // An end that Omise refused, so that the charge is pending again, may be asked for anew.
    let is_wanted =
        stored.attempt.cancel_request.is_some() && stored.attempt.payment_state() != PaymentState::Pending;
    if !stored.is_open() || is_wanted {
        return Ok(Json(stored.as_api()));
    }
    let request = app.service.cancel_request(&stored, said.of(&app, &stored));
    let stored = app.service.apply(stored.id(), "cancel_request", Input::CancelRequested(request)).await?;
    Ok(Json(stored.as_api()))
}

/// Who a till may say wants the end. Of a deadline the proxy's own clock decides.
#[derive(Clone, Copy, Debug)]
enum Said {
    Cashier,
    Till,
    Deadline,
}

fn ender(said: CancelledBy) -> Result<Said, Refusal> {
    match said {
        CancelledBy::Cashier => Ok(Said::Cashier),
        CancelledBy::Till => Ok(Said::Till),
        CancelledBy::Deadline => Ok(Said::Deadline),
        // The proxy alone knows of another payment; a supervisor decides with a PIN, by other calls.
        CancelledBy::OtherPayment | CancelledBy::Supervisor => {
            Err(refuse(ProblemCode::InvalidRequest, "`by` is `cashier`, `till` or `deadline`"))
        }
    }
}

impl Said {
    fn of(self, app: &App, stored: &StoredPayment) -> CancelledBy {
        // The till's clock began a little earlier or later.
        let deadline_ms = app.timing.till.till_deadline_ms;
        let earliest_ms = deadline_ms.saturating_sub(deadline_ms / DEADLINE_TOLERANCE_PART);
        let age_ms = app.clock.now().since_ms(stored.attempt.order.created_at);
        match self {
            Self::Deadline if earliest_ms <= age_ms => CancelledBy::Deadline,
            said => said.without_a_payment(),
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
    by: Said,
) -> Result<StoredPayment, Refusal> {
    let account = account_of(app, device)?;
    text_of_id("sale_id", body.sale_id.as_str()).map_err(Refusal::never_created)?;
    let said =
        new_payment::Said { id, sale: body.sale_id.clone(), amount: body.amount, currency: body.currency };
    let order = new_payment::order(app, account, said);
    let new_payment =
        new_payment::never_arrived(device.clone(), order, by.without_a_payment(), app.clock.now());
    let stored = new_payment::record_never_arrived(app, new_payment).await?;
    if stored.is_visible_to(device) { Ok(stored) } else { Err(conflict()) }
}
