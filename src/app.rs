//! The till as one thing: the shell that owns the machine, and the ways in from JavaScript.

pub(crate) mod host;
pub(crate) mod mount;
pub(crate) mod office_module;
pub(crate) mod page;
pub(crate) mod shell;
