//! Faults: ordered for some requests or webhooks, or drawn with given odds. The registry records the effect
//! of each.

pub(crate) mod chaos;
pub(crate) mod corrupt;
pub(crate) mod kind;
pub(crate) mod pattern;
pub(crate) mod registry;
