//! When giving money back needs two supervisors: by the store's limits, before any PIN is tried.

use std::sync::Arc;

use scantill_types::PaymentId;
use scantill_types::api::{Approval, ProblemCode};
use tokio::sync::OwnedSemaphorePermit;

use crate::app::App;
use crate::approval::{NeedsTwo, Wish, approve, key};
use crate::business_day::day_start;
use crate::problem::{Refusal, refuse};
use crate::routes::extract::account_of;
use crate::storage::Device;

/// Who approves: one supervisor, or two.
#[derive(Debug)]
pub(super) struct Approvals {
    pub(super) first: Approval,
    pub(super) second: Option<Approval>,
}

impl Approvals {
    /// Tries the PINs, and names who approved.
    pub(super) async fn names(
        self,
        app: &Arc<App>,
        device: &Device,
        wish: Wish<'_>,
    ) -> Result<String, Refusal> {
        let first = approve(app, device, self.first, wish).await?;
        let Some(second) = self.second else { return Ok(first) };
        let second = approve(app, device, second, wish).await?;
        Ok(format!("{first} and {second}"))
    }
}

/// Lets money be given back that has the approvals which it needs. While a day's sum counts, a store's refunds and returns
/// are approved one after another: the turn ends when what this gives is dropped.
pub(super) async fn check(
    app: &App,
    device: &Device,
    payment: &PaymentId,
    amount: i64,
    approvals: &Approvals,
) -> Result<Option<OwnedSemaphorePermit>, Refusal> {
    let limits = account_of(app, device)?.config.refund_limits(&device.store_id);
    let (mut turn, mut refunded) = (None, 0);
    if limits.day_amount.is_some() {
        let busy =
            |_| refuse(ProblemCode::Busy, "many refunds of this store are asked for: try again in a second");
        turn = Some(app.refunds_of_store.lock(&key(device)).await.map_err(busy)?);
        let since = day_start(app.clock.now(), device);
        let (account, store) = (device.account.clone(), device.store_id.clone());
        refunded = app.storage.refunded_since(account, store, since, payment.clone()).await?;
    }
    if let Some(second) = &approvals.second {
        return if second.supervisor == approvals.first.supervisor { Err(same()) } else { Ok(turn) };
    }
    limits.needs_two(amount, refunded).map_or(Ok(turn), |why| Err(needs_two(why)))
}

fn same() -> Refusal {
    refuse(ProblemCode::SecondApprovalNeeded, "the second supervisor must be another person than the first")
}

fn needs_two(why: NeedsTwo) -> Refusal {
    let reason = match why {
        NeedsTwo::Amount { amount } => format!("one supervisor refunds up to {amount} here"),
        NeedsTwo::DayAmount { amount, refunded } => {
            format!("one supervisor refunds up to {amount} a day here, of which {refunded} were refunded")
        }
        NeedsTwo::Requester => "who asks for a refund must not be the one who approves it".to_owned(),
    };
    let detail = format!("{reason}: send `second_approval` of another supervisor too");
    refuse(ProblemCode::SecondApprovalNeeded, detail).needs_two(why)
}
