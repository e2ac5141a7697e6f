//! Webhooks: what goes out next, its faults, and the task that sends one after the other.

pub(crate) mod faults;
pub(crate) mod finish;
pub(crate) mod outbox;
pub(crate) mod prepare;
pub(crate) mod sender;
pub(crate) mod worker;
