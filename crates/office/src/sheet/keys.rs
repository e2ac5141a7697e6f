//! Tells a supervisor's keys from a scanner's while the sheet is open.
//!
//! The till takes no scan then. A scanner's keys must neither become a PIN nor press a button, so the till's
//! own detector tells them from a hand's.

use scantill_till::scan::keys::{Character, Key, Read, read};
use scantill_till::scan::{Target, Verdict, Wedge, WedgeOutcome};

pub(crate) use scantill_till::scan::keys::KeyPress;

/// The effects of a key.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Routed {
    /// In order.
    pub(crate) strokes: Vec<Stroke>,
    /// The key must not reach the page.
    pub(crate) swallow: bool,
}

/// The meaning of the keys for the sheet. A digit may belong to a PIN, so `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stroke {
    Digit(u8),
    Delete,
    /// The step's big button.
    Next,
    /// A scanner typed: the digits that already went into the PIN are removed.
    Scanned,
}

impl std::fmt::Debug for Stroke {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Stroke").field(&std::mem::discriminant(self)).finish()
    }
}

/// What the sheet shows when the key arrives.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around {
    /// The step takes digits.
    pub(crate) takes_digits: bool,
    /// A button has the focus.
    pub(crate) on_button: bool,
}

/// Tells a scanner's keys from a hand's.
#[derive(Debug, Default)]
pub(crate) struct KeyRouter {
    wedge: Wedge,
}

impl KeyRouter {
    /// Takes a keydown with the time of its event.
    pub(crate) fn key(&mut self, at_ms: u64, press: &KeyPress<'_>, around: Around) -> Routed {
        if press.key == "Backspace" && around.takes_digits {
            return Routed { strokes: vec![Stroke::Delete], swallow: true };
        }
        let target = around.target();
        match read(press) {
            // A blank alone presses the focused button.
            Read::Key(Key::Character(Character { typed: ' ', .. }))
                if around.on_button && !self.wedge.is_collecting() =>
            {
                Routed::default()
            }
            Read::Key(key) => route(self.wedge.key(at_ms, key, target), Some(key), around),
            Read::Shortcut(key) => self.shortcut(at_ms, key, around),
            Read::AltDigit(digit) => Routed { swallow: self.wedge.spell(digit, target), ..Routed::default() },
            Read::Repeat => Routed { swallow: self.wedge.repeats(at_ms), ..Routed::default() },
            Read::Unknown => {
                self.wedge.stir(at_ms);
                Routed::default()
            }
            Read::Nothing => Routed::default(),
        }
    }

    /// A hand's shortcut belongs to the browser; a scanner may set a modifier on every key.
    fn shortcut(&mut self, at_ms: u64, key: Key, around: Around) -> Routed {
        let is_first = !self.wedge.is_collecting() && matches!(key, Key::Character(_));
        let verdict = self.wedge.key(at_ms, key, around.target());
        if is_first {
            self.wedge.let_pass();
        }
        let routed = route(Verdict { hold: true, ..verdict.clone() }, None, around);
        Routed { swallow: verdict.hold && !is_first, ..routed }
    }

    /// Alt was released: a scanner may have spelt a character by its number.
    pub(crate) fn alt_up(&mut self, at_ms: u64, around: Around) -> Routed {
        route(self.wedge.spelt(at_ms, around.target()), None, around)
    }

    /// The time at which silence ends the current burst.
    pub(crate) fn due_at_ms(&self) -> Option<u64> {
        self.wedge.due_at_ms()
    }

    /// The time is `now_ms`.
    pub(crate) fn silence(&mut self, now_ms: u64, around: Around) -> Routed {
        let outcomes = self.wedge.silence(now_ms);
        route(Verdict { outcomes, ..Verdict::default() }, None, around)
    }
}

impl Around {
    fn target(self) -> Target {
        match (self.takes_digits, self.on_button) {
            (true, _) => Target::Keypad,
            (false, true) => Target::Button,
            (false, false) => Target::Nowhere,
        }
    }
}

fn route(verdict: Verdict, key: Option<Key>, around: Around) -> Routed {
    let mut routed = Routed { swallow: verdict.hold, ..Routed::default() };
    for outcome in verdict.outcomes {
        match outcome {
            WedgeOutcome::Scan(_) | WedgeOutcome::Torn(_) => routed.strokes.push(Stroke::Scanned),
            WedgeOutcome::ReplayText(signs) if around.takes_digits => {
                routed.strokes.extend(signs.chars().filter_map(digit).map(Stroke::Digit));
            }
            WedgeOutcome::ReplayText(_) | WedgeOutcome::RestoreField | WedgeOutcome::Diagnostics(_) => {}
        }
    }
    if !verdict.hold {
        pass(key, around, &mut routed);
    }
    routed
}

/// A key that a hand typed.
fn pass(key: Option<Key>, around: Around, routed: &mut Routed) {
    match key {
        Some(Key::Character(sign)) if around.takes_digits => {
            if let Some(digit) = digit(typed(sign)) {
                routed.strokes.push(Stroke::Digit(digit));
                routed.swallow = true;
            }
        }
        // Enter presses the focused button.
        Some(Key::Suffix(scantill_till::scan::keys::Suffix::Enter)) if !around.on_button => {
            routed.strokes.push(Stroke::Next);
            routed.swallow = true;
        }
        _ => {}
    }
}

/// The digit that the key types, or the digit of its place if the layout types something else there.
fn typed(sign: Character) -> char {
    if sign.typed.is_ascii_digit() { sign.typed } else { sign.place_digit().unwrap_or(sign.typed) }
}

fn digit(sign: char) -> Option<u8> {
    sign.to_digit(10).and_then(|digit| u8::try_from(digit).ok())
}
