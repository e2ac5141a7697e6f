//! Fetches the texts of a language, which lie beside the till.

pub(crate) use file::{browser_language, fetch};

#[cfg(not(test))]
mod file {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::JsFuture;

    #[wasm_bindgen(module = "/src/net/module.js")]
    extern "C" {
        /// Fetches the texts of a language, of the same build.
        #[wasm_bindgen(js_name = loadTexts)]
        fn load(tag: &str) -> Promise;
        /// The tag of the till's language that the browser prefers.
        #[wasm_bindgen(js_name = browserLanguage)]
        pub(crate) fn browser_language() -> String;
    }

    pub(crate) async fn fetch(tag: &str) -> Option<String> {
        JsFuture::from(load(tag)).await.ok()?.as_string()
    }
}

/// No server of tests has the files.
#[cfg(test)]
mod file {
    pub(crate) fn browser_language() -> String {
        "en".to_owned()
    }

    #[allow(clippy::unused_async, reason = "the file is fetched elsewhere")]
    pub(crate) async fn fetch(tag: &str) -> Option<String> {
        Some(crate::texts::built(tag).to_owned())
    }
}
