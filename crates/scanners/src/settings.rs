//! What this module keeps on the device for one till, beside what the till itself keeps.

use web_sys::Storage;

/// The settings of one till, by the till's name.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    name: String,
}

impl Settings {
    pub(crate) fn of(name: String) -> Self {
        Self { name }
    }

    /// The name that distinguishes this till from every other of the browser.
    pub(crate) fn till(&self) -> &str {
        &self.name
    }

    pub(crate) fn read(&self, key: &str) -> Option<String> {
        storage()?.get_item(&self.key(key)).ok()?
    }

    /// A browser may refuse to keep anything: then the setting ends with the page.
    pub(crate) fn keep(&self, key: &str, value: &str) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(&self.key(key), value);
        }
    }

    fn key(&self, key: &str) -> String {
        format!("{}:{key}", self.name)
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}
