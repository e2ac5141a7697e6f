//! What the code names: a plain text, a text with placeholders, or a message of up to three sentences.

use super::{Catalogue, placeholder};

/// The ends of the keys of a message: one thing to know, whether money was taken, and one thing to do.
const PARTS: [&str; 3] = ["-title", "-money", "-next"];

/// One line of a language's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry<'a> {
    /// A text, by its key.
    Text(&'a str),
    /// A message, by what its keys begin with. Only its title must exist.
    Message(&'a str),
}

impl<'a> Entry<'a> {
    /// The entries of a module, in the order of its keys.
    pub(crate) fn all(original: &'a Catalogue, module: &'a str) -> Vec<Self> {
        let has_title = |name: &str| original.text(module, &format!("{name}-title")).is_some();
        let entry = |key: &'a str| {
            let part = PARTS.iter().find_map(|part| Some((key.strip_suffix(part)?, *part)));
            match part.filter(|(name, _)| has_title(name)) {
                Some((name, "-title")) => Some(Self::Message(name)),
                Some(_) => None,
                None => Some(Self::Text(key)),
            }
        };
        original.texts(module).filter_map(|(key, _)| entry(key)).collect()
    }

    /// What the Rust name is made of.
    pub(crate) fn name(self) -> &'a str {
        match self {
            Self::Text(name) | Self::Message(name) => name,
        }
    }

    /// The line in a language. The sentences of a message have tabs between them.
    pub(crate) fn line(self, original: &Catalogue, language: &Catalogue, module: &str) -> String {
        match self {
            Self::Text(key) => {
                let names = placeholder::names(original.text(module, key).unwrap_or_default());
                placeholder::numbered(
                    language.text(module, key).unwrap_or_default(),
                    &names.unwrap_or_default(),
                )
            }
            Self::Message(name) => {
                let part = |part: &str| language.text(module, &format!("{name}{part}")).unwrap_or_default();
                PARTS.map(part).join("\t")
            }
        }
    }
}
