//! The words of the screen in each language. They stand in `texts/*.toml`.

use scantill_till::catalogue::LANGUAGES;
use scantill_types::api::CustomerScreen;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The words of each language, in the order of `LANGUAGES`.
const WORDS: [(&str, &str); LANGUAGES.len()] = [
    ("en", include_str!(concat!(env!("OUT_DIR"), "/en.txt"))),
    ("th", include_str!(concat!(env!("OUT_DIR"), "/th.txt"))),
    ("zh-Hans", include_str!(concat!(env!("OUT_DIR"), "/zh-Hans.txt"))),
];

/// The languages of these tags that the screen knows; all of them if it knows none.
pub(crate) fn languages(tags: &[String]) -> Vec<Language> {
    let known = |(tag, words): &(&'static str, &'static str)| {
        Language::known(tag).or_else(|| Language::read(tag, (*words).to_owned()))
    };
    let of_tag = |tag: &String| WORDS.iter().find(|(known, _)| known == tag);
    let wanted: Vec<Language> = tags.iter().filter_map(of_tag).filter_map(known).collect();
    if wanted.is_empty() { WORDS.iter().filter_map(known).collect() } else { wanted }
}

/// What a screen says; nothing beside the shop's own name.
pub(crate) fn said(screen: Option<CustomerScreen>) -> Option<Text> {
    Some(match screen {
        None => Text::NotConnected,
        Some(CustomerScreen::Unknown | CustomerScreen::OneMoment) => Text::OneMoment,
        Some(CustomerScreen::Idle) => return None,
        Some(CustomerScreen::ShowCode) => Text::ShowCode,
        Some(CustomerScreen::Confirm) => Text::Confirm,
        Some(CustomerScreen::Paid) => Text::Paid,
        Some(CustomerScreen::NotPaid) => Text::NotPaid,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_has_the_words_of_each_language() {
        assert_eq!(WORDS.map(|(tag, _)| tag), LANGUAGES.map(|(tag, _)| tag));
        for (tag, words) in WORDS {
            assert_eq!((words, words.split('\n').count()), (built(tag), TEXTS), "{tag}");
        }
    }

    #[test]
    fn languages_are_those_that_are_wanted_in_their_order() {
        let tags = |wanted: &[&str]| {
            let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            languages(&wanted).into_iter().map(Language::tag).collect::<Vec<_>>()
        };
        assert_eq!(tags(&["th", "xx", "en"]), ["th", "en"]);
        assert_eq!(tags(&[]), ["en", "th", "zh-Hans"]);
    }
}
