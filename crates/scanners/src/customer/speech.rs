//! Amounts that are spoken by a voice of the device.

use gloo_events::EventListener;
use js_sys::Array;
use scantill_till::volume::Volume;
use wasm_bindgen::JsValue;
use web_sys::{SpeechSynthesis, SpeechSynthesisUtterance};

use crate::values::field;

/// Whether the cashier wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Speech {
    #[default]
    Off,
    On,
}

impl Speech {
    pub(super) fn parse(word: &str) -> Self {
        if word == "on" { Self::On } else { Self::Off }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
        }
    }
}

/// Whether amounts are spoken, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoken {
    /// Nobody wants it.
    Off,
    Aloud,
    /// The till's sounds are off.
    Muted,
    /// The device has no voice for the language.
    NoVoice,
}

impl Spoken {
    pub(super) fn of(speech: Speech, volume: Volume, tag: &str) -> Self {
        match (speech, volume) {
            (Speech::Off, _) => Self::Off,
            (Speech::On, _) if !has_voice(tag) => Self::NoVoice,
            (Speech::On, Volume::Off) => Self::Muted,
            (Speech::On, _) => Self::Aloud,
        }
    }

    pub(crate) fn is_on(self) -> bool {
        self != Self::Off
    }
}

/// Calls this when the browser has found its voices, which it does late.
pub(crate) fn heard(changed: impl Fn() + 'static) -> Option<EventListener> {
    Some(EventListener::new(voices()?.as_ref(), "voiceschanged", move |_| changed()))
}

/// Whether the device has a voice for a language. Some devices write `zh_CN`.
fn has_voice(tag: &str) -> bool {
    let main = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let is_its =
        |voice: JsValue| field(&voice, "lang").as_string().is_some_and(|lang| main(&lang) == main(tag));
    voices().is_some_and(|voices| Array::from(&voices.get_voices()).iter().any(is_its))
}

pub(super) fn say(text: &str, tag: &str, volume: Volume) {
    let (Some(voices), Ok(words)) = (voices(), SpeechSynthesisUtterance::new_with_text(text)) else { return };
    // Browsers name their voices by a country.
    words.set_lang(if tag == "zh-Hans" { "zh-CN" } else { tag });
    words.set_volume(if volume == Volume::Soft { 0.4 } else { 1.0 });
    // The last amount is the one that counts.
    voices.cancel();
    voices.speak(&words);
}

fn voices() -> Option<SpeechSynthesis> {
    web_sys::window()?.speech_synthesis().ok()
}
