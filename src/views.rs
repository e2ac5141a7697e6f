//! What the cashier sees: pure functions of the view model, which `app::painting` calls.
//!
//! They are functions and no components. A component costs a tablet about 2 kB of code, and a screen that
//! changes a few times in a payment gains nothing from it.

mod code_field;
mod context;
#[cfg(test)]
mod contrast;
mod element;
mod facts;
mod frame;
mod icons;
mod keypad;
mod message;
mod outcome;
mod pair;
mod sale;
mod scan;
mod scanner;
mod supervisor;
mod waiting;

pub(crate) use context::{Deed, Deeds, ViewContext};
pub(crate) use frame::{frame, title, without_words};

/// All styles of the till. They apply only below its shadow root.
pub(crate) const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/styles.css"));
