//! The functions of `device.js`, and the object by which the till's own page offers what only a page can do.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::ShadowRoot;

#[wasm_bindgen(module = "/src/device/device.js")]
extern "C" {
    /// The id of this module's build.
    #[wasm_bindgen(js_name = ownBuild)]
    pub(crate) fn own_build() -> String;
    /// The id of the build that the proxy serves.
    #[wasm_bindgen(catch, js_name = newestBuild)]
    pub(super) async fn newest_build() -> Result<JsValue, JsValue>;
    /// The status and the body of the proxy's answer.
    #[wasm_bindgen(catch, js_name = askProxy)]
    pub(super) async fn ask_proxy(call: &Function, method: &str, path: &str) -> Result<JsValue, JsValue>;
    /// The till's own page; `None` for a till in another page.
    #[wasm_bindgen(js_name = ownPage)]
    pub(crate) fn own_page(root: &ShadowRoot) -> Option<OwnPage>;
}

#[wasm_bindgen]
extern "C" {
    /// `www/app.js` makes it.
    pub(crate) type OwnPage;
    /// Whether it fills the screen; `None` if the browser cannot.
    #[wasm_bindgen(method, getter, js_name = fullScreen)]
    pub(crate) fn full_screen(this: &OwnPage) -> Option<bool>;
    #[wasm_bindgen(method, catch, js_name = toggleFullScreen)]
    pub(crate) async fn toggle_full_screen(this: &OwnPage) -> Result<JsValue, JsValue>;
    /// After so many minutes without a touch the till goes back to an empty amount; 0 means never.
    #[wasm_bindgen(method, getter, js_name = idleMinutes)]
    pub(crate) fn idle_minutes(this: &OwnPage) -> u32;
    #[wasm_bindgen(method, setter, js_name = idleMinutes)]
    pub(crate) fn set_idle_minutes(this: &OwnPage, minutes: u32);
    /// Loads the newest till.
    #[wasm_bindgen(method, js_name = loadNewest)]
    pub(crate) fn load_newest(this: &OwnPage);
}
