//! The language of the till: chosen by the host page, by this device, or by the browser.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use scantill_till::catalogue;
use wasm_bindgen_futures::spawn_local;

use super::Shell;
use crate::net::texts;
use crate::texts::Language;

/// The pause before another try. The machine works meanwhile; only the screen waits.
const AGAIN_MS: u32 = 1_000;

impl Shell {
    /// The texts of the present language; `None` until they are fetched.
    pub(crate) fn language(&self) -> Option<Language> {
        self.0.language.get()
    }

    /// Changes the language, now and at the next start. The screen keeps the present one until the other is
    /// there.
    pub(crate) fn choose_language(&self, tag: &'static str) {
        self.0.base.storage.keep_language(tag);
        self.speak(tag);
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
        let weak = Rc::downgrade(&self.0);
        spawn_local(async move {
            let texts = texts::fetch(tag).await.and_then(|file| Language::read(tag, file));
            let Some(shell) = weak.upgrade().map(Self) else { return };
            // Another language may be wanted by now.
            if shell.0.wanted_language.get() != tag || !shell.is_running() {
                return;
            }
            if texts.is_none() {
                Timeout::new(AGAIN_MS, move || shell.speak(tag)).forget();
                return;
            }
            shell.0.language.set(texts);
            shell.0.scanners.borrow_mut().panel.language = tag;
            if let Some(guards) = shell.0.guards.borrow().as_ref() {
                guards.scanner_module.speak(tag);
            }
            shell.publish();
            shell.repaint();
        });
    }
}
