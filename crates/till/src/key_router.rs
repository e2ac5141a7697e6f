//! Decides for each key, on every screen of the till, whether it belongs to a scan, to a field or to the host
//! page.
//!
//! On the amount screen the digits of a hand take effect at once. If they turn out to be the head of a scan,
//! the router takes them back. The machine decides what a scan does on a screen.

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
    /// A character with a modifier.
    Shortcut(Key),
    /// A key that an input method keeps to itself.
    Unknown,
    /// A digit on the number pad while Alt is held.
    AltDigit(Character),
    /// Alt was released.
    AltUp,
    /// A key that repeats while it is held.
    Repeat,
    Backspace,
    /// The whole text that an input method has written into the till's own hidden field.
    Text(String),
}

/// What the till shows when the key arrives.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyContext {
    /// The amount on the keypad's screen; `None` on any other screen.
    pub amount: Option<i64>,
    pub focus: Focus,
    /// Enter presses the first button of an outcome.
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
    /// An editor of the host page. Its text cannot be restored, so its keys are left alone.
    Editor,
    /// The till's own hidden field, which receives scans only.
    HiddenInput,
}

/// The effects of a key.
#[derive(Default)]
pub struct KeyActions {
    /// For the machine, in order.
    pub inputs: Vec<Input>,
    pub scans: Vec<Scan>,
    pub traces: Vec<Trace>,
    /// For the focused field, in order.
    pub edits: Vec<Edit>,
    /// The key must not reach the page.
    pub swallow: bool,
    /// Presses the first button of the outcome.
    pub confirm: bool,
    /// The field's present text is the text to restore later.
    pub remember: bool,
}

/// A change of a field.
#[derive(Clone, PartialEq, Eq)]
pub enum Edit {
    /// Insert this typed text at the caret.
    Insert(String),
    /// Restore the remembered text.
    Restore,
    /// A hand typed keys where nothing takes text: the host page receives them now.
    Replay,
}

/// Without content: the text may be a payer's code.
impl std::fmt::Debug for KeyInput {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("KeyInput(…)")
    }
}

/// Without content: the text may be a payer's code.
impl std::fmt::Debug for KeyActions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("KeyActions(…)")
    }
}

/// Without content: the text may be a payer's code.
impl std::fmt::Debug for Edit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Edit(…)")
    }
}

/// The state of the keyboard's keys so far.
#[derive(Debug, Default)]
pub struct KeyRouter {
    wedge: Wedge,
    /// The target of the current burst.
    target: Option<Target>,
    amount_before: i64,
    /// The amount before the unfinished digits that came just before, if any.
    amount_before_head: i64,
}

impl KeyRouter {
    pub fn limit(&mut self, limits: Limits) {
        self.wedge.limit(limits);
    }

    /// Takes a key with the time of its event.
    pub fn stroke(&mut self, at_ms: u64, stroke: KeyInput, context: KeyContext) -> KeyActions {
        let target = context.target();
        let mut actions = match stroke {
            // A blank alone presses a button or scrolls the host page.
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
            // A held key of an input method would write nothing.
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
        // The scan is read from the event; the hidden field must not receive the text a second time.
        actions.swallow |= context.focus == Focus::HiddenInput && self.wedge.is_collecting();
        actions
    }

    /// The time is `now_ms`: a scan without a suffix may be complete.
    pub fn silence(&mut self, now_ms: u64, context: KeyContext) -> KeyActions {
        let outcomes = self.wedge.silence(now_ms);
        self.verdict(Verdict { outcomes, ..Verdict::default() }, context)
    }

    /// A scan is being collected, or a second suffix of the last one may still come.
    pub fn is_engaged(&self, at_ms: u64) -> bool {
        self.wedge.is_engaged(at_ms)
    }

    /// The time at which silence ends the current burst.
    pub fn due_at_ms(&self) -> Option<u64> {
        self.wedge.due_at_ms()
    }

    /// The shell emptied the hidden field.
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
            // The machine has processed the burst before by then.
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
                    // Its own digits are already taken back.
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

/// What a key that was let through does on the amount screen and at the end of a sale.
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
