//! The sheet's effects in the browser: one file for each kind. Only these files use the browser's interfaces.

pub(crate) mod api;
pub(crate) mod clock;
pub(crate) mod dialog;
pub(crate) mod keyboard;
pub(crate) mod local_time;
