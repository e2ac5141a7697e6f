//! What the cashier sees: a root that subscribes to the shell, and below it pure functions of the view model.
//!
//! They are functions and no components. A component costs a tablet about 2 kB of code, and a screen that
//! changes a few times in a payment gains nothing from it.

mod code_field;
mod context;
mod digit_groups;
mod element;
mod facts;
mod frame;
mod icons;
mod keypad;
mod message;
mod outcome;
mod pair;
mod root;
mod sale;
mod scan;
mod scanner;
mod supervisor;
mod waiting;
mod watch;

use yew::AppHandle;

use crate::app::host::Mount;
use crate::app::shell::Shell;
use root::{Root, RootProps};

/// All styles of the till. They apply only below its shadow root.
pub(crate) const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/styles.css"));

/// The painted till. Dropping it removes the views.
pub(crate) struct Views(Option<AppHandle<Root>>);

impl Views {
    pub(crate) fn paint(place: &Mount, shell: &Shell) -> Self {
        let props = RootProps { shell: shell.clone(), outside: place.outside() };
        Self(Some(yew::Renderer::<Root>::with_root_and_props(place.root(), props).render()))
    }
}

impl Drop for Views {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            // Yew creates what it was asked for even after an order to destroy it, and then keeps it for
            // ever.
            wasm_bindgen_futures::spawn_local(async move { handle.destroy() });
        }
    }
}
