//! Omise's API: routes, calls, parameters, errors and the rendering of objects.

pub(crate) mod call;
pub(crate) mod create_charge;
pub(crate) mod create_source;
pub(crate) mod form;
pub(crate) mod key;
pub(crate) mod parameters;
pub(crate) mod render;
pub(crate) mod routes;
pub(crate) mod search;
