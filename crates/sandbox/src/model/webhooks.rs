//! The data of webhooks: where they go, their signature, the queue, and each delivery.

pub(crate) mod delivery;
pub(crate) mod queue;
pub(crate) mod signature;
pub(crate) mod target;
