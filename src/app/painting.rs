//! Paints the views into the till's element, and again after each change of the view model.

mod root;
mod watch;

use yew::AppHandle;

use crate::app::host::Mount;
use crate::app::shell::Shell;
use root::{Root, RootProps};

/// The painted till. Dropping it removes the views.
pub(crate) struct Painting(Option<AppHandle<Root>>);

impl Painting {
    pub(crate) fn paint(place: &Mount, shell: &Shell) -> Self {
        let props = RootProps { shell: shell.clone(), outside: place.outside() };
        Self(Some(yew::Renderer::<Root>::with_root_and_props(place.root(), props).render()))
    }
}

impl Drop for Painting {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            // Yew creates what it was asked for even after an order to destroy it, and then keeps it for
            // ever.
            wasm_bindgen_futures::spawn_local(async move { handle.destroy() });
        }
    }
}
