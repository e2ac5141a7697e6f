//! Every sentence that a supervisor reads. No view holds a sentence: the words stand in `texts/*.toml`, one file a
//! language, which the browser fetches beside this module. Here stands which of them is said when.

mod acts;
pub(crate) mod files;
mod payments;
mod troubles;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The text of a result: what was done, and what comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) title: &'static str,
    pub(crate) next: &'static str,
}

impl Language {
    fn message(self, text: MessageText) -> Message {
        let mut sentences = self.0.line(text as usize).split('\t');
        let title = sentences.next().unwrap_or_default();
        Message { title, next: sentences.next_back().unwrap_or_default() }
    }

    /// The number of typed digits, for a screen reader.
    pub(crate) fn digits(self, count: usize) -> String {
        match count {
            0 => self.word(Text::DigitsNone).to_owned(),
            1 => self.word(Text::DigitsOne).to_owned(),
            _ => self.with(TextWith::DigitsMany, &count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantill_till::catalogue::LANGUAGES;

    #[test]
    fn each_language_of_the_till_has_its_file() {
        for (tag, _) in LANGUAGES {
            let language = Language::read(tag, built(tag).to_owned()).unwrap();
            assert!(language.with(TextWith::Left, &"฿1.00").contains("฿1.00"), "{tag}");
            let Message { title, next } = language.message(MessageText::DoneAccepted);
            assert!(!title.is_empty() && !next.is_empty() && title != next, "{tag}");
        }
    }
}
