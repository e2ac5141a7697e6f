//! Fetches the texts of a language, which lie beside the module.

pub(crate) use file::fetch;

#[cfg(not(test))]
mod file {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::JsFuture;

    #[wasm_bindgen(module = "/src/texts/files.js")]
    extern "C" {
        /// Fetches the texts of a language, of the same build.
        #[wasm_bindgen(js_name = loadTexts)]
        fn load(tag: &str) -> Promise;
    }

    pub(crate) async fn fetch(tag: &str) -> Option<String> {
        JsFuture::from(load(tag)).await.ok()?.as_string()
    }
}

/// No server of tests has the files.
#[cfg(test)]
mod file {
    use crate::texts::built;

    #[allow(clippy::unused_async, reason = "the file is fetched elsewhere")]
    pub(crate) async fn fetch(tag: &str) -> Option<String> {
        Some(built(tag).to_owned())
    }
}
