//! The shell, which owns the machine, and the functions that JavaScript calls.

pub(crate) mod host;
pub(crate) mod mount;
pub(crate) mod office_module;
pub(crate) mod page;
#[cfg(feature = "views")]
mod painting;
pub(crate) mod shell;
