//! `/v1/payments`: one file for each verb.

pub(super) mod acknowledge;
pub(super) mod cancel;
pub(super) mod disposition;
pub(super) mod get;
pub(super) mod holder;
mod limits;
pub(super) mod list;
mod new_payment;
pub(super) mod put;
pub(super) mod refresh;
pub(super) mod refund;
pub(super) mod release;

use scantill_types::PaymentId;
use scantill_types::api::ProblemCode;

use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::security_log::Kind;
use crate::storage::{Device, StoredPayment};

/// A payment that the device may see. Another terminal's answers without detail (P3).
async fn visible(app: &App, device: &Device, id: &PaymentId) -> Result<Option<StoredPayment>, Refusal> {
    match app.storage.payment(id.clone()).await? {
        Some(stored) if stored.is_visible_to(device) => Ok(Some(stored)),
        Some(_) => {
            app.security.note(Kind::RefusedAccess, device);
            Err(conflict())
        }
        None => Ok(None),
    }
}

fn conflict() -> Refusal {
    refuse(ProblemCode::PaymentConflict, "this id belongs to another payment; make a new one")
}

pub(super) fn unknown() -> Refusal {
    refuse(
        ProblemCode::PaymentNotFound,
        "no such payment here; it may still be on its way, so cancel before you let it go",
    )
}
