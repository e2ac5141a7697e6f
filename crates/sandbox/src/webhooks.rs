//! Webhooks: the next one to send, its faults, and the task that sends them in order.

pub(crate) mod faults;
pub(crate) mod finish;
pub(crate) mod outbox;
pub(crate) mod prepare;
pub(crate) mod sender;
pub(crate) mod worker;
