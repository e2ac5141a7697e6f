//! From an input to the committed payment, and to what follows from it.

use std::sync::Arc;
use std::time::Duration;

use scantill_payment::Input;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Shared;
use super::commit::{Applied, Change, Committer};
use super::sale_conflicts::SaleConflicts;
use crate::poll_queue::Lease;
use crate::storage::{Cause, StorageError, StoredPayment};

/// An answer that could not be stored is stored again after this pause, and then after longer ones.
const WRITE_AGAIN: Duration = Duration::from_millis(200);
const WRITE_AGAIN_MAX: Duration = Duration::from_secs(10);

/// Feeds inputs to payments, and lets the sale's other payments follow.
#[derive(Debug)]
pub(super) struct Transitions {
    committer: Arc<Committer>,
    sale_conflicts: Arc<SaleConflicts>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

impl Transitions {
    pub(super) fn new(
        shared: &Shared,
        committer: Arc<Committer>,
        sale_conflicts: Arc<SaleConflicts>,
    ) -> Self {
        let Shared { tasks, shutdown, .. } = shared.clone();
        Self { committer, sale_conflicts, tasks, shutdown }
    }

    /// Feeds an input to a payment, of which the caller may hold an older version, and returns the payment after it. Once a
    /// lease is not in force any more, nothing is written under it.
    ///
    /// The caller may go away meanwhile: what follows from the commit is still done.
    pub(super) async fn apply(
        self: &Arc<Self>,
        lease: Option<&Lease>,
        held: &StoredPayment,
        cause: impl Into<Cause>,
        input: Input,
    ) -> Result<StoredPayment, StorageError> {
        Ok(self.apply_reporting(lease, held, cause, input).await?.stored)
    }

    /// The same, and reports whether this very input changed the payment.
    pub(super) async fn apply_reporting(
        self: &Arc<Self>,
        lease: Option<&Lease>,
        held: &StoredPayment,
        cause: impl Into<Cause>,
        input: Input,
    ) -> Result<Applied, StorageError> {
        let (transitions, lease, held, cause) = (self.clone(), lease.cloned(), held.clone(), cause.into());
        let task = self.tasks.spawn(async move {
            let applied = transitions.committer.commit_input(lease.as_ref(), held, &cause, &input).await?;
            if applied.change == Change::DispositionChanged {
                transitions.sale_conflicts.resolve_sale_in_background(&applied.stored);
            }
            Ok(applied)
        });
        task.await.unwrap_or_else(|error| Err(StorageError::Unavailable(error.to_string())))
    }

    /// What Omise answered is not thrown away because the disk was full for a moment.
    pub(super) async fn apply_until_stored(
        self: &Arc<Self>,
        held: &StoredPayment,
        cause: &'static str,
        input: Input,
    ) {
        let mut pause = WRITE_AGAIN;
        while let Err(error) = self.apply(None, held, cause, input.clone()).await {
            tracing::error!(payment = %held.id(), %error, "an answer of the provider cannot be written down; trying again");
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(WRITE_AGAIN_MAX),
                () = self.shutdown.cancelled() => return,
            }
        }
    }
}
