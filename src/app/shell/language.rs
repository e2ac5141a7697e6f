//! The language of the till: chosen by the host page, by this device, or by the browser.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use scantill_till::catalogue::{self, LANGUAGES};
use wasm_bindgen_futures::spawn_local;

use super::{Inner, Shell};
use crate::net::texts;
use crate::texts::Language;

/// The pause before another try.
const AGAIN_MS: u32 = 1_000;
/// After so many tries a till goes on in the language that it shows, or else in English.
const TRIES_MAX: u32 = 5;

/// What is known of the texts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Texts {
    /// The language on the screen.
    shown: Option<Language>,
    /// They could not be fetched until now.
    failed: bool,
    /// The number of the present wish: an older one is given up.
    wish: u32,
}

impl Shell {
    /// The texts of the present language; `None` until they are fetched.
    pub(crate) fn language(&self) -> Option<Language> {
        self.0.texts.get().shown
    }

    /// Whether there are no texts although they were asked for: then even that must be said.
    pub(crate) fn has_no_words(&self) -> bool {
        let Texts { shown, failed, .. } = self.0.texts.get();
        shown.is_none() && failed
    }

    /// Changes the language, now and, where the host page names none, at the next start. The screen keeps the
    /// present one until the other is there.
    pub(crate) fn choose_language(&self, tag: &'static str) {
        self.0.base.storage.keep_language(tag);
        if self.0.wanted_language.get() != tag {
            self.speak(tag);
        }
    }

    /// Begins with the language that the host page named, that this device used last, or that the browser
    /// prefers.
    pub(super) fn begin_to_speak(&self, named: Option<&'static str>) {
        let kept = named.or_else(|| self.0.base.storage.language());
        let tag = kept.or_else(|| catalogue::named(&texts::browser_language()));
        self.speak(tag.unwrap_or_default());
    }

    fn speak(&self, tag: &'static str) {
        self.0.wanted_language.set(tag);
        let texts = self.0.texts.get();
        let wish = texts.wish.wrapping_add(1);
        self.0.texts.set(Texts { wish, ..texts });
        self.0.scanners.borrow_mut().panel.language = tag;
        match Language::known(tag) {
            Some(language) => self.show_language(language),
            None => self.fetch_language(tag, wish, TRIES_MAX),
        }
    }

    fn fetch_language(&self, tag: &'static str, wish: u32, tries: u32) {
        let weak = Rc::downgrade(&self.0);
        spawn_local(async move {
            let language = texts::fetch(tag).await.and_then(|file| Language::read(tag, file));
            let is_wanted = |inner: &Rc<Inner>| inner.texts.get().wish == wish;
            let Some(shell) = weak.upgrade().filter(is_wanted).map(Self) else { return };
            match language {
                Some(language) if shell.is_running() => shell.show_language(language),
                None if shell.is_running() => shell.fetch_language_again(tag, wish, tries.saturating_sub(1)),
                _ => {}
            }
        });
    }

    /// Tries again: a few times, and English without an end.
    fn fetch_language_again(&self, tag: &'static str, wish: u32, tries: u32) {
        let texts = self.0.texts.get();
        self.0.texts.set(Texts { failed: true, ..texts });
        self.repaint();
        match texts.shown {
            Some(shown) if tries == 0 => self.speak(shown.tag()),
            None if tries == 0 && tag != LANGUAGES[0].0 => self.speak(LANGUAGES[0].0),
            _ => {
                let shell = self.clone();
                Timeout::new(AGAIN_MS, move || shell.fetch_language(tag, wish, tries)).forget();
            }
        }
    }

    /// Everything that waited for the first words goes on now.
    fn show_language(&self, language: Language) {
        let texts = self.0.texts.get();
        self.0.texts.set(Texts { shown: Some(language), failed: false, ..texts });
        if let Some(guards) = self.0.guards.borrow().as_ref() {
            guards.scanner_module.speak(language.tag());
        }
        self.drain();
        self.repaint();
    }
}
