//! The admin socket: a Unix socket in the data folder, for every user who may read that folder.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use tokio::net::UnixListener;

use crate::app::App;

/// Where the socket of this storage is.
pub fn socket_path(database: &Path) -> PathBuf {
    database.join("admin.sock")
}

/// Opens the socket. Without it the proxy still takes payments, so a failure is only told.
pub(crate) fn open(database: &Path) -> Option<UnixListener> {
    let path = socket_path(database);
    let failed =
        |error| tracing::error!(path = %path.display(), %error, "the operator's socket cannot be opened");
    listen(&path).map_err(failed).ok()
}

/// Serves it until the shutdown.
pub(crate) async fn serve(listener: UnixListener, router: Router, app: Arc<App>, database: PathBuf) {
    let path = socket_path(&database);
    let shutdown = app.shutdown.clone();
    let served = axum::serve(listener, router).with_graceful_shutdown(async move {
        shutdown.cancelled().await;
    });
    if let Err(error) = served.await {
        tracing::error!(%error, "the operator's socket failed");
    }
    // One that stays behind is replaced at the next start.
    let _ = std::fs::remove_file(path);
}

/// Only one proxy serves the storage, so a socket that is there was left behind.
fn listen(path: &Path) -> std::io::Result<UnixListener> {
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}
