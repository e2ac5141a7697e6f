//! Requests to the proxy, and its answers.

pub(crate) mod abort;
pub(crate) mod api_client;
pub(crate) mod calls;
pub(crate) mod event_stream;
pub(crate) mod json;
pub(crate) mod proof;
#[cfg(feature = "views")]
pub(crate) mod texts;
