//! `GET /v1/reviews`: what needs a human in the caller's store.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use scantill_types::StoreId;
use scantill_types::api::{PaymentInReview, ReviewList};

use super::extract::Caller;
use super::payment_view::review_case;
use crate::app::App;
use crate::problem::Refusal;
use crate::storage::{StorageError, StoredPayment};

/// More at once is no list for a human.
const ITEMS_MAX: u32 = 500;

/// All payments of the caller's store that need a human, the oldest first.
#[utoipa::path(get, path = "/v1/reviews", responses((status = 200, body = ReviewList), (status = 401)))]
pub(super) async fn of_the_store(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
) -> Result<Json<ReviewList>, Refusal> {
    Ok(Json(in_review(&app, Some((device.account, device.store_id))).await?))
}

/// Those of an account's store that need a human, or of all.
pub(super) async fn in_review(
    app: &App,
    of_store: Option<(String, StoreId)>,
) -> Result<ReviewList, StorageError> {
    let now = app.clock.now();
    let payments = app.storage.payments_in_review(of_store, ITEMS_MAX).await?;
    let call = |stored: &StoredPayment| {
        let call = review_case(stored.attempt.review_case(now)?);
        Some(PaymentInReview { payment: stored.as_api(), call })
    };
    Ok(ReviewList { items: payments.iter().filter_map(call).collect() })
}
