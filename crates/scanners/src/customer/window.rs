//! The window of the customer's screen on this device. It asks in a channel that no network carries.

use scantill_till::customer::{WINDOW_FRAGMENT, channel};
use wasm_bindgen::prelude::*;
use web_sys::Url;

#[wasm_bindgen(
    inline_js = "export const customerPage = () => new URL('../customer.html', import.meta.url).href"
)]
extern "C" {
    /// The address of the page, beside the till's files.
    #[wasm_bindgen(js_name = customerPage)]
    fn page() -> String;
}

/// Whether a window of this browser can hear this page: a channel has one origin.
pub(crate) fn is_of_this_page() -> bool {
    let origin = Url::new(&page()).map(|page| page.origin());
    web_sys::window().zip(origin.ok()).is_some_and(|(window, origin)| window.origin() == origin)
}

/// Opens the window, or brings it to the front. It must be called directly in the handler of a click.
pub(super) fn open(till: &str) {
    let Ok(address) = Url::new(&page()) else { return };
    address.set_hash(&format!("{WINDOW_FRAGMENT}{}", js_sys::encode_uri_component(till)));
    if let Some(window) = web_sys::window() {
        // A browser that refuses shows its own sign for it.
        let _ = window.open_with_url_and_target(&address.href(), &channel(till));
    }
}
