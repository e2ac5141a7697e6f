//! Ends a connection from outside: hyper does not ask a stream whether it is over while its reader takes nothing.

use tokio_util::sync::CancellationToken;

/// Of the connection that a request came over. It is among the request's extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct HangUp(CancellationToken);

impl HangUp {
    /// Ends the connection at once, in the middle of an answer too.
    pub(crate) fn now(&self) {
        self.0.cancel();
    }

    /// Done when somebody wants the connection to end.
    pub(super) async fn wanted(&self) {
        self.0.cancelled().await;
    }
}
