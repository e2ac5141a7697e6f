//! What a module gets from the catalogues: Rust names of its texts, and a file of lines for each language.

use std::fmt::Write;

use super::{Catalogues, placeholder};

impl Catalogues {
    /// The texts of a module in this language, one a line, in the order of the Rust names. `None` if there is no
    /// such language.
    pub fn lines(&self, tag: &str, module: &str) -> Option<String> {
        let language = self.language(tag)?;
        let texts = self.original().texts(module).map(|(key, original)| {
            let names = placeholder::names(original).unwrap_or_default();
            placeholder::numbered(language.text(module, key).unwrap_or(original), &names)
        });
        Some(texts.collect::<Vec<_>>().join("\n"))
    }

    /// The Rust source that names the texts of a module: an enum of those without placeholders, an enum of those
    /// with one, and a method of `Language` for each of the others.
    pub fn rust(&self, module: &str) -> String {
        let (mut plain, mut with_one, mut methods) = (String::new(), String::new(), String::new());
        let mut count = 0;
        for (index, (key, text)) in self.original().texts(module).enumerate() {
            count = index + 1;
            let names = placeholder::names(text).unwrap_or_default();
            // Writing to a string does not fail.
            let _ = match names.len() {
                0 => writeln!(plain, "    // {text}\n    {} = {index},", camel(key)),
                1 => writeln!(with_one, "    // {text}\n    {} = {index},", camel(key)),
                _ => writeln!(methods, "{}", method(key, text, index, &names)),
            };
        }
        format!(
            "/// How many texts there are.\npub(crate) const TEXTS: usize = {count};\n\n\
             /// A text without placeholders.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n#[repr(u16)]\n\
             pub(crate) enum Text {{\n{plain}}}\n\n\
             /// A text with one placeholder.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n#[repr(u16)]\n\
             pub(crate) enum TextWith {{\n{with_one}}}\n\nimpl Language {{\n{methods}}}\n"
        )
    }
}

fn method(key: &str, text: &str, index: usize, names: &[&str]) -> String {
    let arguments: Vec<String> = names.iter().map(|name| format!("{name}: &str")).collect();
    format!(
        "    // {text}\n    pub(crate) fn {}(self, {}) -> String {{\n        self.filled({index}, &[{}])\n    }}\n",
        key.replace(['.', '-'], "_"),
        arguments.join(", "),
        names.join(", "),
    )
}

/// `screen.pair-title` as `ScreenPairTitle`.
fn camel(key: &str) -> String {
    let parts = key.split(['.', '-', '_']).map(|part| {
        let mut signs = part.chars();
        let first = signs.next().map(|sign| sign.to_ascii_uppercase());
        first.into_iter().chain(signs).collect::<String>()
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use crate::read::{agreed, parse};

    const ORIGINAL: &str =
        "[till]\npaid = \"Paid\"\nwaits = \"{count} of {amount}\"\n[till.screen]\npair-title = \"Pair\"";
    const TRANSLATION: &str =
        "[till]\npaid = \"จ่าย\"\nwaits = \"{amount} × {count}\"\n[till.screen]\npair-title = \"จับคู่\"";

    #[test]
    fn each_language_has_its_lines_in_one_order() {
        let languages = [("en", ORIGINAL), ("th", TRANSLATION)];
        let languages = languages.map(|(tag, text)| parse(tag.to_owned(), text).unwrap());
        let catalogues = agreed(languages.to_vec()).unwrap();
        assert_eq!(catalogues.lines("en", "till").unwrap(), "Paid\nPair\n{0} of {1}");
        assert_eq!(catalogues.lines("th", "till").unwrap(), "จ่าย\nจับคู่\n{1} × {0}");
        assert_eq!(catalogues.lines("fr", "till"), None);
        assert_eq!(catalogues.lines("en", "office").as_deref(), Some(""));
    }

    #[test]
    fn rust_names_the_texts_and_asks_for_their_placeholders() {
        let catalogues = agreed(vec![parse("en".to_owned(), ORIGINAL).unwrap()]).unwrap();
        let rust = catalogues.rust("till");
        assert!(rust.contains("TEXTS: usize = 3"), "{rust}");
        assert!(rust.contains("    Paid = 0,\n") && rust.contains("    ScreenPairTitle = 1,\n"), "{rust}");
        assert!(rust.contains("fn waits(self, count: &str, amount: &str) -> String"), "{rust}");
        assert!(rust.contains("self.filled(2, &[count, amount])"), "{rust}");
        let one = agreed(vec![parse("en".to_owned(), "[till]\na = \"{b}\"").unwrap()]).unwrap();
        assert!(
            one.rust("till").contains("enum TextWith {\n    // {b}\n    A = 0,\n}"),
            "{}",
            one.rust("till")
        );
    }
}
