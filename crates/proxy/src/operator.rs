//! The operator's door: a socket beside the books, for whoever may read them.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::UnixListener;

use crate::app::App;
use crate::routes;

/// Where the socket of these books is.
pub fn socket_path(books: &Path) -> PathBuf {
    books.join("operator.sock")
}

/// Serves the door until the shutdown. Without it the proxy still takes payments, so a failure is only told.
pub(crate) async fn serve(app: Arc<App>, books: PathBuf) {
    let path = socket_path(&books);
    let listener = match listen(&path) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(path = %path.display(), %error, "the operator's socket cannot be opened");
            return;
        }
    };
    let shutdown = app.shutdown.clone();
    let served = axum::serve(listener, routes::operator_router(app)).with_graceful_shutdown(async move {
        shutdown.cancelled().await;
    });
    if let Err(error) = served.await {
        tracing::error!(%error, "the operator's socket failed");
    }
    // One that stays behind is replaced at the next start.
    let _ = std::fs::remove_file(path);
}

/// Only one proxy serves the books, so a socket that is there was left behind.
fn listen(path: &Path) -> std::io::Result<UnixListener> {
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}
