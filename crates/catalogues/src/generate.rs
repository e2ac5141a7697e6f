//! What a module gets from the catalogues: Rust names of its texts, and a file of lines for each language.

use std::fmt;

use super::entry::Entry;
use super::{Catalogue, Catalogues, placeholder};

impl Catalogues {
    /// The texts of a module in this language, one a line, in the order of the Rust names. `None` if there is no
    /// such language.
    pub fn lines(&self, tag: &str, module: &str) -> Option<String> {
        let (original, language) = (self.original(), self.language(tag)?);
        let entries = Entry::all(original, module).into_iter();
        let lines: Vec<String> = entries.map(|entry| entry.line(original, language, module)).collect();
        Some(lines.join("\n"))
    }

    /// The Rust source that names the texts of a module: an enum of those without placeholders, an enum of those
    /// with one, an enum of messages, and a method of `Language` for each other text.
    pub fn rust(&self, module: &str) -> String {
        let original = self.original();
        let entries = Entry::all(original, module);
        let mut names = Names::default();
        for (index, entry) in entries.iter().enumerate() {
            names.add(index, *entry, &entry.line(original, original, module), original, module);
        }
        let built: String = self.tags().map(built).collect();
        format!(
            "/// How many texts there are.\nconst TEXTS: usize = {};\n\n{LANGUAGE}\n\
             /// The files of this build, for tests: elsewhere they are fetched.\n#[cfg(test)]\n\
             pub(crate) fn built(tag: &str) -> &'static str {{\n    match tag {{\n{built}        _ => \"\",\n    }}\n}}\n{names}",
            entries.len()
        )
    }
}

/// What every module does with its texts.
const LANGUAGE: &str = include_str!("language.rs.txt");

/// What a module does that has texts with one placeholder.
const WITH_ONE: &str = "impl Language {
    /// A text with its value.
    pub(crate) fn with(self, text: TextWith, value: &impl ToString) -> String {
        self.0.filled(text as usize, &[&value.to_string()])
    }
}
";

/// The arm that gives a test the file of a language.
fn built(tag: &str) -> String {
    format!("        \"{tag}\" => include_str!(concat!(env!(\"OUT_DIR\"), \"/{tag}.txt\")),\n")
}

/// The Rust names of each kind.
#[derive(Default)]
struct Names {
    plain: String,
    with_one: String,
    messages: String,
    methods: String,
}

impl Names {
    fn add(&mut self, index: usize, entry: Entry, line: &str, original: &Catalogue, module: &str) {
        let text = original.text(module, entry.name()).unwrap_or_default();
        let placeholders = placeholder::names(text).unwrap_or_default();
        let variant =
            format!("    // {}\n    {} = {index},\n", line.replace('\t', " | "), camel(entry.name()));
        match (entry, placeholders.len()) {
            (Entry::Message(_), _) => self.messages.push_str(&variant),
            (Entry::Text(_), 0) => self.plain.push_str(&variant),
            (Entry::Text(_), 1) => self.with_one.push_str(&variant),
            (Entry::Text(key), _) => self.methods.push_str(&method(key, text, index, &placeholders)),
        }
    }
}

impl fmt::Display for Names {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            ("A text without placeholders.", "Text", &self.plain),
            ("A text with one placeholder.", "TextWith", &self.with_one),
            ("A message: a title, whether money was taken, and what to do.", "MessageText", &self.messages),
        ];
        for (what, name, variants) in kinds.iter().filter(|(_, _, variants)| !variants.is_empty()) {
            let derives = "#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n#[repr(u16)]\n\
                           #[allow(clippy::enum_variant_names, reason = \"a table of the catalogue is the prefix\")]";
            writeln!(formatter, "\n/// {what}\n{derives}\npub(crate) enum {name} {{\n{variants}}}")?;
        }
        if !self.with_one.is_empty() {
            writeln!(formatter, "\n{WITH_ONE}")?;
        }
        if self.methods.is_empty() {
            return Ok(());
        }
        let filled = "    fn filled(self, index: usize, values: &[&str]) -> String {\n        \
                      self.0.filled(index, values)\n    }\n\n";
        write!(formatter, "\nimpl Language {{\n{filled}{}}}\n", self.methods)
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

    const ORIGINAL: &str = "[till]\npaid = \"Paid\"\nwaits = \"{count} of {amount}\"\n[till.screen]\npair-title = \"Pair\"\npair-next = \"Type\"";
    const TRANSLATION: &str = "[till]\npaid = \"จ่าย\"\nwaits = \"{amount} × {count}\"\n[till.screen]\npair-title = \"จับคู่\"\npair-next = \"พิมพ์\"";

    #[test]
    fn each_language_has_its_lines_in_one_order() {
        let languages = [("en", ORIGINAL), ("th", TRANSLATION)];
        let languages = languages.map(|(tag, text)| parse(tag.to_owned(), text).unwrap());
        let catalogues = agreed(languages.to_vec()).unwrap();
        assert_eq!(catalogues.lines("en", "till").unwrap(), "Paid\nPair\t\tType\n{0} of {1}");
        assert_eq!(catalogues.lines("th", "till").unwrap(), "จ่าย\nจับคู่\t\tพิมพ์\n{1} × {0}");
        assert_eq!(catalogues.lines("fr", "till"), None);
        assert_eq!(catalogues.lines("en", "office").as_deref(), Some(""));
    }

    #[test]
    fn rust_names_the_texts_and_asks_for_their_placeholders() {
        let catalogues = agreed(vec![parse("en".to_owned(), ORIGINAL).unwrap()]).unwrap();
        let rust = catalogues.rust("till");
        assert!(rust.contains("TEXTS: usize = 3"), "{rust}");
        assert!(rust.contains("    Paid = 0,\n") && rust.contains("    ScreenPair = 1,\n"), "{rust}");
        assert!(rust.contains("fn waits(self, count: &str, amount: &str) -> String"), "{rust}");
        assert!(rust.contains("self.filled(2, &[count, amount])"), "{rust}");
        let one = agreed(vec![parse("en".to_owned(), "[till]\na = \"{b}\"").unwrap()]).unwrap();
        assert!(
            one.rust("till").contains("enum TextWith {\n    // {0}\n    A = 0,\n}"),
            "{}",
            one.rust("till")
        );
    }
}
