//! What the proxy knows of the request that is being answered: its name, which is in its refusal and in each of its lines of
//! the log, the address that sent it, and the device of its token.

use std::future::Future;
use std::net::IpAddr;
use std::sync::OnceLock;

use scantill_types::DeviceId;

use crate::clock::Entropy;
use crate::secrets::hex;

tokio::task_local! {
    static REQUEST_ID: String;
    static PEER: Option<IpAddr>;
    static DEVICE: OnceLock<DeviceId>;
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
    of_device(OnceLock::new(), id, peer, future)
}

fn of_device<F: Future>(
    device: OnceLock<DeviceId>,
    id: String,
    peer: Option<IpAddr>,
    future: F,
) -> impl Future<Output = F::Output> {
    DEVICE.scope(device, PEER.scope(peer, REQUEST_ID.scope(id, future)))
}

/// A task of its own that still belongs to this request, if to any.
pub(crate) fn carried<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let device = DEVICE.try_with(Clone::clone).unwrap_or_default();
    of_device(device, current().unwrap_or_default(), peer(), future)
}

/// The name of the request that is being answered.
pub(crate) fn current() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok().filter(|id| !id.is_empty())
}

/// Who sent it: of IPv6 the network alone, since one subscriber has all addresses of it.
pub(crate) fn peer() -> Option<IpAddr> {
    PEER.try_with(|peer| *peer).ok().flatten()
}

/// Notes whose token the request carries.
pub(crate) fn note_device(id: &DeviceId) {
    // Outside of a request there is nothing to note it for.
    let _ = DEVICE.try_with(|device| device.set(id.clone()));
}

/// Whose token it carries.
pub(crate) fn device() -> Option<DeviceId> {
    DEVICE.try_with(|device| device.get().cloned()).ok().flatten()
}
