//! Keys, presses and scans of a hand or a scanner.

#[cfg(feature = "views")]
pub(crate) mod code_input;
pub(crate) mod event_sender;
pub(crate) mod field;
#[cfg(feature = "views")]
pub(crate) mod gestures;
pub(crate) mod input_context;
pub(crate) mod keyboard;
pub(crate) mod press_guard;
pub(crate) mod scanner_focus;
pub(crate) mod scanner_module;
