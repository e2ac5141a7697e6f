//! Webhooks: the queue, the signature, and the task that sends them one after the other.

pub(crate) mod delayed;
pub(crate) mod delivery;
pub(crate) mod queue;
pub(crate) mod sender;
pub(crate) mod signature;
pub(crate) mod target;
pub(crate) mod worker;
