//! The till as a page of its own. Only this file uses location, history and title.

use scantill_till::{CheckoutRequest, Sale};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, Url, UrlSearchParams};

use crate::app::mount;
use crate::app::shell::{Address, Setup};
use scantill_till::page_address::{self, AddressProblem};

const TITLE: &str = " · Scantill";

/// Opens the till of this page, with the sale that its address names.
///
/// # Errors
/// Rejects if the element cannot hold a till.
#[wasm_bindgen(js_name = openPage, unchecked_return_type = "Till")]
pub fn open_page(element: &HtmlElement) -> Result<JsValue, JsValue> {
    let address: Address = Box::new(show);
    let setup = Setup {
        origin: base(),
        device: None,
        language: None,
        opening: asked(),
        address: Some(address),
        title: Some(entitle),
    };
    mount::start(element, setup)
}

fn href() -> String {
    web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default()
}

fn asked() -> Result<Option<CheckoutRequest>, AddressProblem> {
    let search = web_sys::window().and_then(|window| window.location().search().ok());
    let parameters = search.and_then(|search| UrlSearchParams::new_with_str(&search).ok());
    page_address::read(|name| parameters.as_ref()?.get(name))
}

/// The page's own folder. The proxy's calls are below it, since a server in front of the proxy may add a
/// path.
fn base() -> String {
    let folder = Url::new_with_base(".", &href()).map(|folder| folder.href()).unwrap_or_default();
    folder.trim_end_matches('/').to_owned()
}

/// Shows the state in the page's title, for a cashier who has another tab in front.
fn entitle(state: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(&[state, TITLE].concat());
    }
}

/// Names the sale in the address, so that a reload finds it.
fn show(sale: Option<&Sale>) {
    let Some(window) = web_sys::window() else { return };
    let Ok(address) = Url::new(&href()) else { return };
    let parameters = address.search_params();
    for (name, value) in page_address::parameters(sale) {
        match value {
            Some(value) => parameters.set(name, &value),
            None => parameters.delete(name),
        }
    }
    // A browser may refuse many changes of the address in a row. The storage knows the sale as well.
    let _ = window
        .history()
        .and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&address.href())));
}
