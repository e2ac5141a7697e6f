//! What keys come to on the till's screens, whatever screen is up.
//!
//! On the amount screen a hand's digits are taken at once; when they turn out to be the head of a scan they are taken
//! back. What a scan is good for on a screen is the machine's to say.

use crate::scan::keys::{Character, Key, Suffix};
use crate::scan::{Limits, Scan, ScanText, Target, Trace, Verdict, Wedge, WedgeOutcome};
use crate::{Input, Press};
use scantill_types::payer_code::{self, LOST};

/// More digits than an amount can have.
const AMOUNT_DIGITS_MAX: usize = 20;

/// What happened on the keyboard.
#[derive(Clone)]
pub enum KeyInput {
    Key(Key),
    /// A key with a modifier.
    Shortcut(Key),
    /// A key that an input method keeps to itself.
    Unknown,
    /// A digit on the number pad while Alt is held.
    AltDigit(Character),
    /// Alt was let go.
    AltUp,
    /// A key that repeats itself.
    Repeat,
    Backspace,
    /// All that an input method has written so far into the till's own hidden field.
    Text(String),
}

/// What the key met.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyContext {
    /// The amount on the keypad's screen, if that is up.
    pub amount: Option<i64>,
    pub focus: Focus,
    /// Enter is the first button of an outcome.
    pub confirms: bool,
}

/// What has the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    Nothing,
    /// A button or a link.
    Button,
    /// A field that takes text.
    Field,
    /// An editor of the page around, in which nothing could be put back as it was: its keys are its own.
    Editor,
    /// The till's own hidden field, in which nothing is typed but scans.
    HiddenInput,
}

/// What a key came to.
#[derive(Default)]
pub struct KeyActions {
    /// For the machine, in order.
    pub inputs: Vec<Input>,
    pub scans: Vec<Scan>,
    pub traces: Vec<Trace>,
    /// For the field that has the focus, in order.
    pub edits: Vec<Edit>,
    /// The key goes no further.
    pub swallow: bool,
    /// The first button of the outcome is pressed.
    pub confirm: bool,
    /// What stands in the field now is what a restored field has.
    pub remember: bool,
}

/// What is done to a field.
#[derive(Clone, PartialEq, Eq)]
pub enum Edit {
    /// A hand typed this: it goes in where the caret is.
    Insert(String),
    /// It becomes what it was when it was remembered.
    Restore,
    /// A hand typed it where nothing takes text: its keys come to the page around after all.
    Replay,
}

/// What was typed may be a payer's code.
impl std::fmt::Debug for KeyInput {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Stroke(…)")
    }
}

/// What was typed may be a payer's code.
impl std::fmt::Debug for KeyActions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Heard(…)")
    }
}

/// What was typed may be a payer's code.
impl std::fmt::Debug for Edit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Edit(…)")
    }
}

/// The keys so far.
#[derive(Debug, Default)]
pub struct KeyRouter {
    wedge: Wedge,
    /// What the burst in hand was aimed at.
    target: Option<Target>,
    amount_before: i64,
    /// The amount before the digits that stood unfinished just before, if any.
    amount_before_head: i64,
}

impl KeyRouter {
    pub fn limit(&mut self, limits: Limits) {
        self.wedge.limit(limits);
    }

    /// Takes what happened with the time of its event.
    pub fn stroke(&mut self, at_ms: u64, stroke: KeyInput, context: KeyContext) -> KeyActions {
        let target = context.target();
        let mut actions = match stroke {
            // A blank alone is a button's, or scrolls the page around.
            KeyInput::Key(Key::Character(Character { typed: ' ', .. })) if !self.wedge.is_collecting() => {
                KeyActions::default()
            }
            KeyInput::Key(key) => {
                let mut actions = self.key(at_ms, key, context);
                pass(key, context, &mut actions);
                actions
            }
            KeyInput::Shortcut(key) => {
                let is_first = !self.wedge.is_collecting() && matches!(key, Key::Character(_));
                let actions = self.key(at_ms, key, context);
                if is_first {
                    self.wedge.let_pass();
                }
                KeyActions { swallow: actions.swallow && !is_first, ..actions }
            }
            // Held, it would write nothing.
            KeyInput::Unknown => {
                self.wedge.stir(at_ms);
                return KeyActions::default();
            }
            KeyInput::AltDigit(digit) => {
                KeyActions { swallow: self.wedge.spell(digit, target), ..KeyActions::default() }
            }
            KeyInput::AltUp => {
                let verdict = self.wedge.spelt(at_ms, target);
                self.verdict(verdict, context)
            }
            KeyInput::Repeat => KeyActions { swallow: self.wedge.repeats(at_ms), ..KeyActions::default() },
            KeyInput::Backspace => backspace(context),
            KeyInput::Text(value) => {
                let outcomes = self.wedge.written(at_ms, &value);
                self.verdict(Verdict { outcomes, ..Verdict::default() }, context)
            }
        };
        // What is heard goes on from the event; nothing is typed into the hidden field twice.
        actions.swallow |= context.focus == Focus::HiddenInput && self.wedge.is_collecting();
        actions
    }

    /// The clock says `now_ms`: a scan without a suffix may be whole.
    pub fn silence(&mut self, now_ms: u64, context: KeyContext) -> KeyActions {
        let outcomes = self.wedge.silence(now_ms);
        self.verdict(Verdict { outcomes, ..Verdict::default() }, context)
    }

    /// A scan is being collected, or a second suffix of the last one may still come.
    pub fn is_engaged(&self, at_ms: u64) -> bool {
        self.wedge.is_engaged(at_ms)
    }

    /// When silence will have ended what is being typed.
    pub fn due_at_ms(&self) -> Option<u64> {
        self.wedge.due_at_ms()
    }

    /// The hidden field was emptied.
    pub fn emptied(&mut self) {
        self.wedge.emptied();
    }

    fn key(&mut self, at_ms: u64, key: Key, context: KeyContext) -> KeyActions {
        let verdict = self.wedge.key(at_ms, key, context.target());
        let begins_anew = verdict.begins && !self.wedge.is_behind_a_head(at_ms);
        let actions = self.verdict(verdict, context);
        if begins_anew {
            self.amount_before_head = self.amount_before;
        }
        actions
    }

    fn verdict(&mut self, verdict: Verdict, context: KeyContext) -> KeyActions {
        let mut actions =
            KeyActions { swallow: verdict.hold, remember: verdict.begins, ..KeyActions::default() };
        for outcome in verdict.outcomes {
            self.outcome(outcome, context, &mut actions);
        }
        if verdict.begins {
            self.target = Some(context.target());
            // What the burst before came to is done by then.
            self.amount_before = actions.inputs.iter().fold(context.amount.unwrap_or_default(), with);
        }
        actions
    }

    fn outcome(&self, outcome: WedgeOutcome, context: KeyContext, actions: &mut KeyActions) {
        let on_keypad = self.target == Some(Target::Keypad);
        let amount = context.amount.unwrap_or_default();
        match outcome {
            WedgeOutcome::Scan(scan) => actions.scans.push(scan),
            WedgeOutcome::Torn(at_ms) => {
                if on_keypad {
                    // Its own digits are gone by now.
                    actions.inputs.extend(take_back(self.amount_before, self.amount_before_head));
                }
                actions.scans.push(Scan { text: ScanText::new(LOST.to_string()), at_ms });
            }
            WedgeOutcome::Diagnostics(trace) => actions.traces.push(trace),
            WedgeOutcome::ReplayText(held) if on_keypad => {
                actions.inputs.extend(held.chars().filter_map(digit));
            }
            WedgeOutcome::ReplayText(held) if self.target == Some(Target::Field) => {
                actions.edits.push(Edit::Insert(held));
            }
            WedgeOutcome::ReplayText(_) => actions.edits.push(Edit::Replay),
            WedgeOutcome::RestoreField if on_keypad => {
                actions.inputs.extend(take_back(amount, self.amount_before));
            }
            WedgeOutcome::RestoreField => actions.edits.push(Edit::Restore),
        }
    }
}

impl KeyContext {
    fn target(self) -> Target {
        match (self.amount, self.focus) {
            (_, Focus::Field | Focus::Editor) => Target::Field,
            (Some(_), _) => Target::Keypad,
            (None, Focus::Button) => Target::Button,
            (None, Focus::Nothing | Focus::HiddenInput) => Target::Nowhere,
        }
    }
}

/// What a key that was let through does on the amount screen, and at the end of a sale.
fn pass(key: Key, context: KeyContext, actions: &mut KeyActions) {
    if actions.swallow {
        return;
    }
    let on_keypad = context.target() == Target::Keypad;
    let input = match key {
        Key::Character(sign) if on_keypad => digit(sign.place.unwrap_or(sign.typed)),
        Key::Suffix(Suffix::Enter) if on_keypad && context.focus != Focus::Button => {
            Some(Input::Press(Press::Charge))
        }
        _ => None,
    };
    actions.confirm =
        context.confirms && key == Key::Suffix(Suffix::Enter) && context.focus == Focus::Nothing;
    actions.swallow = input.is_some() || actions.confirm;
    actions.inputs.extend(input);
}

fn digit(sign: char) -> Option<Input> {
    let digit = payer_code::plain(sign)?.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    digit.map(|digit| Input::Press(Press::Digit(digit)))
}

fn backspace(context: KeyContext) -> KeyActions {
    match context.target() {
        Target::Keypad => {
            KeyActions { inputs: vec![Input::Press(Press::Delete)], swallow: true, ..KeyActions::default() }
        }
        Target::Nowhere | Target::Button | Target::Field => KeyActions::default(),
    }
}

/// The amount after a press on the keypad.
fn with(amount: i64, input: &Input) -> i64 {
    match input {
        Input::Press(Press::Digit(digit)) => amount.saturating_mul(10).saturating_add((*digit).into()),
        Input::Press(Press::Delete) => amount / 10,
        _ => amount,
    }
}

/// The presses that bring the amount back to what it was.
fn take_back(mut amount: i64, before: i64) -> Vec<Input> {
    let mut presses = Vec::new();
    while amount != before && presses.len() < AMOUNT_DIGITS_MAX {
        presses.push(Input::Press(Press::Delete));
        amount /= 10;
    }
    presses
}

#[cfg(test)]
mod tests;
