//! What the sheet asks of the browser: one file for each kind, the only places where its interfaces are named.

pub(crate) mod api;
pub(crate) mod clock;
pub(crate) mod dialog;
pub(crate) mod keyboard;
pub(crate) mod local_time;
