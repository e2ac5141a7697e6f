//! Writes the state file soon after the state changed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::shared::Shared;
use crate::state_file;

/// Writes the state soon after it changed, and once more at the end.
pub(crate) async fn save_changes(shared: Arc<Shared>, stop: CancellationToken) {
    let Some(file) = shared.options.state_file.clone() else { return };
    let pause = Duration::from_millis(shared.options.timing.save_every_ms);
    while !stop.is_cancelled() {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            () = shared.state_changed.notified() => {}
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
        }
        save(&shared, &file.path).await;
    }
}

pub(crate) async fn save_now(shared: &Arc<Shared>) {
    if let Some(file) = &shared.options.state_file {
        save(shared, &file.path.clone()).await;
    }
}

async fn save(shared: &Arc<Shared>, path: &Path) {
    let (shared, path) = (Arc::clone(shared), path.to_owned());
    let saving = tokio::task::spawn_blocking(move || {
        let text = shared.read(|transaction| state_file::write(transaction.state))?;
        state_file::save(&path, &text)
    });
    match saving.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "the state file could not be written"),
        Err(error) => tracing::error!(%error, "writing the state file broke off"),
    }
}
