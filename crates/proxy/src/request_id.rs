//! The name of a request, in its refusal and in each of its lines of the log; and the address that sent it.

use std::future::Future;
use std::net::IpAddr;

use crate::clock::Entropy;
use crate::secrets::hex;

tokio::task_local! {
    static REQUEST_ID: String;
    static PEER: Option<IpAddr>;
}

/// A new name; without randomness there is none.
pub(crate) fn draw(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes).map(|()| hex(&bytes)).unwrap_or_default()
}

/// Names all that is done in a future.
pub(crate) fn scope<F: Future>(
    id: String,
    peer: Option<IpAddr>,
    future: F,
) -> impl Future<Output = F::Output> {
    PEER.scope(peer, REQUEST_ID.scope(id, future))
}

/// The name of the request that is being answered.
pub(crate) fn current() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// Who sent it: of IPv6 the network alone, since one subscriber has all addresses of it.
pub(crate) fn peer() -> Option<IpAddr> {
    PEER.try_with(|peer| *peer).ok().flatten()
}
