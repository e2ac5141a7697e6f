//! The catalogues of texts, as the build reads them: `texts/en.toml` and its translations.
//!
//! English is the original. Every other language must have the same keys, and the same placeholders in each
//! text; otherwise the build fails. From English a module gets its Rust names (`rust`), so that a text that
//! is used and missing does not compile, and one that nobody uses is a warning. From each language it gets
//! one small file (`lines`), which the browser fetches.

mod entry;
mod generate;
mod placeholder;
mod read;

pub use read::{CatalogueError, read};

use std::collections::BTreeMap;

/// The language of the originals.
pub const ORIGINAL: &str = "en";

/// All languages, the original first.
#[derive(Clone, Debug)]
pub struct Catalogues {
    languages: Vec<Catalogue>,
}

/// The texts of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    /// The language's tag, as in `zh-Hans`.
    pub tag: String,
    /// For each module its texts by their keys, as in `screen.pair-title`.
    modules: BTreeMap<String, BTreeMap<String, String>>,
}

impl Catalogues {
    /// The tags of the languages.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(|language| language.tag.as_str())
    }

    fn original(&self) -> &Catalogue {
        &self.languages[0]
    }

    fn language(&self, tag: &str) -> Option<&Catalogue> {
        self.languages.iter().find(|language| language.tag == tag)
    }
}

impl Catalogue {
    /// The texts of a module, in the order of their keys.
    fn texts(&self, module: &str) -> impl Iterator<Item = (&str, &str)> {
        let texts = self.modules.get(module).into_iter().flatten();
        texts.map(|(key, text)| (key.as_str(), text.as_str()))
    }

    fn text(&self, module: &str, key: &str) -> Option<&str> {
        self.modules.get(module)?.get(key).map(String::as_str)
    }
}
