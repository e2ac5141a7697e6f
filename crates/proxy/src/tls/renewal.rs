//! A renewed certificate is served without a restart: SIGHUP reads its files anew.

use std::sync::Arc;

use rustls::ServerConfig;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::{TlsError, TlsFiles};

/// The certificate in force, for as long as somebody holds what is returned. Files that cannot be served leave the one
/// before in force. Must be called within a runtime.
pub fn renewed_on_hangup(files: TlsFiles) -> Result<watch::Receiver<Arc<ServerConfig>>, TlsError> {
    let hangups = signal(SignalKind::hangup()).map_err(TlsError::Signal)?;
    let (sender, receiver) = watch::channel(files.load()?);
    tokio::spawn(renew(files, hangups, sender));
    Ok(receiver)
}

async fn renew(files: TlsFiles, mut hangups: Signal, sender: watch::Sender<Arc<ServerConfig>>) {
    loop {
        tokio::select! {
            _ = hangups.recv() => {}
            () = sender.closed() => return,
        }
        match files.load() {
            Ok(config) => {
                sender.send_replace(config);
                tracing::info!(certificate = %files.certificate.display(), "the certificate was read anew");
            }
            Err(error) => tracing::error!(%error, "the certificate stays as it was"),
        }
    }
}
