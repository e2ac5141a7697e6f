//! Webhooks: whom to tell, the signature, and the task that carries events out one after the other.

pub(crate) mod carrier;
pub(crate) mod courier;
pub(crate) mod desk;
pub(crate) mod errand;
pub(crate) mod held;
pub(crate) mod signature;
pub(crate) mod target;
