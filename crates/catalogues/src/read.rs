//! Reads the folder of catalogues, and refuses languages that do not agree.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{Catalogue, Catalogues, ORIGINAL, placeholder};

/// Why the catalogues cannot be used. Each sentence says what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CatalogueError {
    /// The folder or a file cannot be read.
    #[error("{file} cannot be read: {reason}")]
    Unreadable {
        /// Which file.
        file: String,
        /// The reader's own words.
        reason: String,
    },
    /// There is no original.
    #[error("the folder has no en.toml, the original of all texts")]
    NoOriginal,
    /// A text is missing in a language.
    #[error("{tag}.toml has no `{key}`: translate it")]
    Missing {
        /// The language.
        tag: String,
        /// The key.
        key: String,
    },
    /// A language has a text that the original does not have.
    #[error("{tag}.toml has `{key}`, which en.toml does not have: delete it")]
    Unknown {
        /// The language.
        tag: String,
        /// The key.
        key: String,
    },
    /// The placeholders of a text are not those of the original.
    #[error("`{key}` in {tag}.toml must have the placeholders of en.toml, and no others: {names}")]
    OtherPlaceholders {
        /// The language.
        tag: String,
        /// The key.
        key: String,
        /// Those of the original.
        names: String,
    },
    /// A text cannot be a line of the language's file.
    #[error("`{key}` in {tag}.toml {fault}")]
    BadText {
        /// The language.
        tag: String,
        /// The key.
        key: String,
        /// What is wrong.
        fault: &'static str,
    },
}

/// Reads every `*.toml` of the folder.
///
/// # Errors
/// All faults that were found, not the first alone.
pub fn read(folder: &Path) -> Result<Catalogues, Vec<CatalogueError>> {
    let unreadable = |error: std::io::Error| {
        let file = folder.display().to_string();
        vec![CatalogueError::Unreadable { file, reason: error.to_string() }]
    };
    let mut languages = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let tag = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).map_err(unreadable)?;
            languages.push(parse(tag, &text).map_err(|error| vec![error])?);
        }
    }
    agreed(languages)
}

/// The languages, if they agree.
pub(crate) fn agreed(mut languages: Vec<Catalogue>) -> Result<Catalogues, Vec<CatalogueError>> {
    languages.sort_by_key(|language| (language.tag != ORIGINAL, language.tag.clone()));
    let Some(original) = languages.first().filter(|language| language.tag == ORIGINAL) else {
        return Err(vec![CatalogueError::NoOriginal]);
    };
    let faults: Vec<CatalogueError> =
        languages.iter().flat_map(|language| faults(original, language)).collect();
    if faults.is_empty() { Ok(Catalogues { languages }) } else { Err(faults) }
}

pub(crate) fn parse(tag: String, text: &str) -> Result<Catalogue, CatalogueError> {
    let unreadable = |reason: String| CatalogueError::Unreadable { file: format!("{tag}.toml"), reason };
    let tables: toml::Table = text.parse().map_err(|error: toml::de::Error| unreadable(error.to_string()))?;
    let mut modules = BTreeMap::new();
    for (module, value) in tables {
        let mut texts = BTreeMap::new();
        collect("", &value, &mut texts).map_err(|key| unreadable(format!("`{module}{key}` is no text")))?;
        modules.insert(module, texts);
    }
    Ok(Catalogue { tag, modules })
}

/// Collects the texts of a table and of its tables. The error is the key of a value that is neither a text nor a table.
fn collect(key: &str, value: &toml::Value, texts: &mut BTreeMap<String, String>) -> Result<(), String> {
    match value {
        toml::Value::String(text) => {
            texts.insert(key.trim_start_matches('.').to_owned(), text.clone());
            Ok(())
        }
        toml::Value::Table(table) => {
            table.iter().try_for_each(|(name, value)| collect(&format!("{key}.{name}"), value, texts))
        }
        _ => Err(key.to_owned()),
    }
}

fn faults(original: &Catalogue, language: &Catalogue) -> Vec<CatalogueError> {
    let tag = || language.tag.clone();
    let mut faults = Vec::new();
    for (module, texts) in &original.modules {
        for key in texts.keys().filter(|key| language.text(module, key).is_none()) {
            faults.push(CatalogueError::Missing { tag: tag(), key: format!("{module}.{key}") });
        }
    }
    for (module, texts) in &language.modules {
        for (name, text) in texts {
            let key = format!("{module}.{name}");
            match original.text(module, name) {
                None => faults.push(CatalogueError::Unknown { tag: tag(), key }),
                Some(known) => faults.extend(fault(known, text, tag(), key)),
            }
        }
    }
    faults
}

/// What is wrong with a text, beside its original.
fn fault(original: &str, text: &str, tag: String, key: String) -> Option<CatalogueError> {
    if text.trim() != text || text.is_empty() || text.contains(['\n', '\r']) {
        let fault = "must be one line of text without blanks around it";
        return Some(CatalogueError::BadText { tag, key, fault });
    }
    let mut names = match placeholder::names(text) {
        Ok(names) => names,
        Err(fault) => return Some(CatalogueError::BadText { tag, key, fault }),
    };
    // A fault of the original is told of the original.
    let mut expected = placeholder::names(original).ok()?;
    names.sort_unstable();
    expected.sort_unstable();
    let told = || if expected.is_empty() { "none".to_owned() } else { expected.join(", ") };
    (names != expected).then(|| CatalogueError::OtherPlaceholders { tag, key, names: told() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(tag: &str, text: &str) -> Catalogue {
        parse(tag.to_owned(), text).unwrap()
    }

    fn faults_beside(original: &str, translation: &str) -> Vec<String> {
        let languages = vec![language("th", translation), language("en", original)];
        agreed(languages).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn languages_with_the_same_keys_and_placeholders_agree() {
        let catalogues = agreed(vec![
            language("th", "[till]\npaid = \"จ่ายแล้ว\"\ncharge = \"เก็บ {amount}\""),
            language("en", "[till]\npaid = \"Paid\"\ncharge = \"Charge {amount}\""),
        ])
        .unwrap();
        assert_eq!(catalogues.tags().collect::<Vec<_>>(), ["en", "th"]);
    }

    #[test]
    fn each_disagreement_is_named_with_what_to_do() {
        let original = "[till]\npaid = \"Paid\"\n[till.screen]\ntitle = \"Charge {amount}\"";
        assert_eq!(
            faults_beside(original, "[till]\npaid = \"x\"\n[till.screen]\ntitle = \"{amount}\""),
            [""; 0]
        );
        let told = faults_beside(original, "[till]\npaid = \"x {who}\"\nold = \"x\"");
        assert_eq!(
            told,
            [
                "th.toml has no `till.screen.title`: translate it",
                "th.toml has `till.old`, which en.toml does not have: delete it",
                "`till.paid` in th.toml must have the placeholders of en.toml, and no others: none",
            ]
        );
    }

    #[test]
    fn a_text_is_one_line_without_blanks_around_it() {
        for bad in ["", " x", "x ", "a\\nb"] {
            let told = faults_beside("[till]\na = \"x\"", &format!("[till]\na = \"{bad}\""));
            assert_eq!(told.len(), 1, "{bad:?}");
        }
        assert_eq!(faults_beside("[till]\na = \"{\"", "[till]\na = \"x\"").len(), 1);
    }

    #[test]
    fn what_is_no_catalogue_is_refused() {
        assert!(parse("en".to_owned(), "[till]\na = 7").is_err());
        assert!(parse("en".to_owned(), "a b").is_err());
        assert_eq!(agreed(Vec::new()).unwrap_err(), [CatalogueError::NoOriginal]);
    }

    #[test]
    fn the_projects_own_languages_agree() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../texts");
        assert!(read(&folder).is_ok());
    }
}
