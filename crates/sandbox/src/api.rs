//! The language of the API: routes, calls, parameters, errors and the way in which objects are written.

pub(crate) mod call;
pub(crate) mod create_charge;
pub(crate) mod create_source;
pub(crate) mod form;
pub(crate) mod key;
pub(crate) mod parameters;
pub(crate) mod render;
pub(crate) mod routes;
pub(crate) mod search;
