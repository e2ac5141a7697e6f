//! The name of a request, in its refusal and in each of its lines of the log.

use std::future::Future;

use tokio::task::futures::TaskLocalFuture;

use crate::clock::Entropy;
use crate::secrets::hex;

tokio::task_local! {
    static REQUEST_ID: String;
}

/// A new name; without randomness there is none.
pub(crate) fn draw(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes).map(|()| hex(&bytes)).unwrap_or_default()
}

/// Names all that is done in a future.
pub(crate) fn scope<F: Future>(id: String, future: F) -> TaskLocalFuture<String, F> {
    REQUEST_ID.scope(id, future)
}

/// The name of the request that is being answered.
pub(crate) fn current() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}
