//! Searching charges, refunds and events: a scope, a query, filters, and a page of what was found.

pub(crate) mod filters;
pub(crate) mod query;
pub(crate) mod request;
