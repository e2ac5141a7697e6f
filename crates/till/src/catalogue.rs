//! The texts of one language, as the browser fetched them: one a line, in an order that the build fixes.

use std::cell::RefCell;

/// The languages of the till: their tags, and their own names for themselves.
pub const LANGUAGES: [(&str, &str); 3] = [("en", "English"), ("th", "ไทย"), ("zh-Hans", "中文")];

thread_local! {
    /// What this page has read. Texts never change, so that all tills of the page share them.
    static READ: RefCell<Vec<&'static Catalogue>> = const { RefCell::new(Vec::new()) };
}

/// The texts of one language. It lives as long as the page: a page knows few languages, and every view holds
/// their texts.
#[derive(Debug, PartialEq, Eq)]
pub struct Catalogue {
    tag: &'static str,
    lines: Vec<&'static str>,
}

impl Catalogue {
    /// The texts of a language, if this page has read them before: a host page may mount a till for each sale.
    pub fn known(tag: &str) -> Option<&'static Self> {
        READ.with_borrow(|read| read.iter().copied().find(|known| known.tag == tag))
    }

    /// Reads a language's file; `None` if it has another number of texts than this build names.
    pub fn read(tag: &'static str, text: String, count: usize) -> Option<&'static Self> {
        let text: &'static str = text.leak();
        let lines: Vec<&str> = text.split('\n').collect();
        if lines.len() != count {
            return None;
        }
        let catalogue: &'static Self = Box::leak(Box::new(Self { tag, lines }));
        READ.with_borrow_mut(|read| read.push(catalogue));
        Some(catalogue)
    }

    /// The language's tag, for the page and for `Intl`.
    pub fn tag(&self) -> &'static str {
        self.tag
    }

    #[inline(never)]
    pub fn line(&self, index: usize) -> &'static str {
        self.lines.get(index).copied().unwrap_or_default()
    }

    /// The text with the values in place of `{0}`, `{1}` …
    pub fn filled(&self, index: usize, values: &[&str]) -> String {
        let mut parts = self.line(index).split('{');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (number, rest) = part.split_once('}').unwrap_or_default();
            let value = number.parse().ok().and_then(|number: usize| values.get(number));
            filled.push_str(value.copied().unwrap_or_default());
            filled.push_str(rest);
        }
        filled
    }
}

/// The language of this exact tag.
pub fn named(tag: &str) -> Option<&'static str> {
    LANGUAGES.iter().map(|(known, _)| *known).find(|known| *known == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_another_number_of_texts_is_refused() {
        assert!(Catalogue::read("en", "Paid\nNot paid".to_owned(), 2).is_some());
        assert_eq!(Catalogue::read("en", "Paid".to_owned(), 2), None);
        assert_eq!(Catalogue::read("en", "<html>\n\n".to_owned(), 140), None);
    }

    #[test]
    fn a_language_is_read_once_for_all_tills_of_a_page() {
        assert_eq!(Catalogue::known("th"), None);
        let read = Catalogue::read("th", "Paid".to_owned(), 1);
        assert!(read.is_some() && Catalogue::known("th") == read);
        assert_eq!(read.map(Catalogue::tag), Some("th"));
    }

    #[test]
    fn values_take_the_place_of_their_numbers_in_any_order() {
        let texts = Catalogue::read("en", "{1} of {0}, {1}\nplain".to_owned(), 2).unwrap();
        assert_eq!(texts.filled(0, &["a", "b"]), "b of a, b");
        assert_eq!(texts.filled(1, &["a"]), "plain");
        assert_eq!(texts.filled(0, &["a"]), " of a, ");
        assert_eq!((texts.line(1), texts.line(2)), ("plain", ""));
    }

    #[test]
    fn a_tag_is_known_whole() {
        assert_eq!((named("zh-Hans"), named("zh"), named("")), (Some("zh-Hans"), None, None));
    }
}
