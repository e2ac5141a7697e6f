//! The settings of the customer's screen and of the spoken amount.

use scantill_till::catalogue::LANGUAGES;

use super::template::choice;
use crate::Inner;
use crate::customer::{Spoken, is_of_this_page};
use crate::parts::Parts;
use crate::texts::{Language, Text, TextWith};

const SPEECH: [(&str, Text); 2] = [("off", Text::SpeechOff), ("on", Text::SpeechOn)];

/// Both settings as markup.
pub(super) fn articles(language: Language) -> String {
    let languages = LANGUAGES.map(|(tag, name)| choice("customer-language", tag, name)).concat();
    let speech = SPEECH.map(|(word, text)| choice("speech", word, language.word(text))).concat();
    format!(
        r#"<article data-source="customer"><h3>{}</h3><p>{}</p>
<div class="picks" role="group" aria-label="{}">{languages}</div><p data-part="customer-order" role="status"></p>
<button type="button" class="plain" data-action="customer-window" data-part="customer-window">{}</button>
<p data-part="customer-elsewhere">{}</p></article>
<article data-source="speech"><h3>{}</h3><div class="picks" role="group" aria-label="{}">{speech}</div><p data-part="speech-told" role="status"></p></article>"#,
        language.word(Text::CustomerHeading),
        language.word(Text::CustomerAbout),
        language.word(Text::CustomerLanguages),
        language.word(Text::CustomerWindow),
        language.word(Text::CustomerElsewhere),
        language.word(Text::SpeechHeading),
        language.word(Text::SpeechHeading),
    )
}

pub(super) fn paint(parts: &Parts, inner: &Inner, language: Language) {
    let languages = inner.customer.languages();
    for (tag, _) in LANGUAGES {
        let is_shown = languages.contains(tag);
        parts.set(&format!("customer-language-{tag}"), "aria-pressed", &is_shown.to_string());
    }
    parts.write("customer-order", &language.with(TextWith::CustomerOrder, &languages.names()));
    parts.show("customer-window", is_of_this_page());
    parts.show("customer-elsewhere", !is_of_this_page());
    let spoken = inner.customer.spoken(language);
    for (word, is_on) in [("off", false), ("on", true)] {
        parts.set(&format!("speech-{word}"), "aria-pressed", &(is_on == spoken.is_on()).to_string());
    }
    let told = match spoken {
        Spoken::Off => Text::SpeechQuiet,
        Spoken::Aloud => Text::SpeechSpoken,
        Spoken::Muted => Text::SpeechSilent,
        Spoken::NoVoice => Text::SpeechNoVoice,
    };
    parts.write("speech-told", language.word(told));
}

/// Handles a press of one of its buttons. False if the button is another's.
pub(super) fn pressed(inner: &Inner, action: &str, value: &str) -> bool {
    match action {
        "customer-language" => inner.customer.toggle_language(value),
        "customer-window" => inner.customer.open_window(),
        "speech" => inner.customer.set_speech(value),
        _ => return false,
    }
    inner.paint();
    true
}
