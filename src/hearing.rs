//! What keys come to on the till's screens, whatever screen is up.
//!
//! On the amount screen a hand's digits are taken at once; when they turn out to be the head of a scan they are taken
//! back. Only the scan screen uses a scan: the machine ignores it elsewhere.

use scantill_core::scan::keys::{End, Key, Sign};
use scantill_core::scan::{Limits, Outcome, Scan, Target, Trace, Verdict, Wedge};
use scantill_core::till::{Input, Press};

/// More digits than an amount can have.
const AMOUNT_DIGITS_MAX: usize = 20;

/// What happened on the keyboard.
#[derive(Clone)]
pub(crate) enum Stroke {
    Key(Key),
    /// A digit on the number pad while Alt is held.
    AltDigit(Sign),
    /// Alt was let go.
    AltUp,
    /// A key that repeats itself.
    Repeat,
    Backspace,
    /// All that an input method has written so far into the till's own hidden field.
    Written(String),
}

/// What the key met.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around {
    /// The amount on the keypad's screen, if that is up.
    pub(crate) amount: Option<i64>,
    pub(crate) focus: Focus,
}

/// What has the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Focus {
    #[default]
    Nothing,
    /// A button or a link.
    Button,
    /// A field that takes text.
    Field,
    /// An editor of the page around, in which nothing could be put back as it was: its keys are its own.
    Editor,
    /// The till's own hidden field, in which nothing is typed but scans.
    Catcher,
}

/// What a key came to.
#[derive(Default)]
pub(crate) struct Heard {
    /// For the machine, in order.
    pub(crate) inputs: Vec<Input>,
    pub(crate) scans: Vec<Scan>,
    pub(crate) traces: Vec<Trace>,
    /// For the field that has the focus, in order.
    pub(crate) edits: Vec<Edit>,
    /// The key goes no further.
    pub(crate) swallow: bool,
    /// What stands in the field now is what a restored field has.
    pub(crate) remember: bool,
}

/// What is done to a field.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Edit {
    /// A hand typed this: it goes in where the caret is.
    Insert(String),
    /// It becomes what it was when it was remembered.
    Restore,
}

/// The keys so far.
#[derive(Debug, Default)]
pub(crate) struct Hearing {
    wedge: Wedge,
    /// What the burst in hand was aimed at.
    target: Option<Target>,
    amount_before: i64,
}

impl Hearing {
    pub(crate) fn limit(&mut self, limits: Limits) {
        self.wedge.limit(limits);
    }

    /// Takes what happened with the time of its event.
    pub(crate) fn stroke(&mut self, at_ms: u64, stroke: Stroke, around: Around) -> Heard {
        let target = around.target();
        let mut heard = match stroke {
            // A blank alone on a button is the button's.
            Stroke::Key(Key::Sign(Sign { typed: ' ', .. }))
                if around.focus == Focus::Button && !self.wedge.is_collecting() =>
            {
                Heard::default()
            }
            Stroke::Key(key) => {
                let verdict = self.wedge.key(at_ms, key, target);
                let mut heard = self.verdict(verdict, around);
                pass(key, around, &mut heard);
                heard
            }
            Stroke::AltDigit(digit) => Heard { swallow: self.wedge.spell(digit, target), ..Heard::default() },
            Stroke::AltUp => {
                let verdict = self.wedge.spelt(at_ms, target);
                self.verdict(verdict, around)
            }
            Stroke::Repeat => Heard { swallow: self.wedge.repeats(at_ms), ..Heard::default() },
            Stroke::Backspace => backspace(around),
            Stroke::Written(value) => {
                let outcomes = self.wedge.written(at_ms, &value);
                self.verdict(Verdict { outcomes, ..Verdict::default() }, around)
            }
        };
        // What is heard goes on from the event; nothing is typed into the hidden field twice.
        heard.swallow |= around.focus == Focus::Catcher && self.wedge.is_collecting();
        heard
    }

    /// The clock says `now_ms`: a scan without a suffix may be whole.
    pub(crate) fn silence(&mut self, now_ms: u64, around: Around) -> Heard {
        let outcomes = self.wedge.silence(now_ms);
        self.verdict(Verdict { outcomes, ..Verdict::default() }, around)
    }

    /// A scan is being collected, or a second suffix of the last one may still come.
    pub(crate) fn is_engaged(&self, at_ms: u64) -> bool {
        self.wedge.is_engaged(at_ms)
    }

    /// When silence will have ended what is being typed.
    pub(crate) fn due_at_ms(&self) -> Option<u64> {
        self.wedge.due_at_ms()
    }

    /// The hidden field was emptied.
    pub(crate) fn emptied(&mut self) {
        self.wedge.emptied();
    }

    fn verdict(&mut self, verdict: Verdict, around: Around) -> Heard {
        let mut heard = Heard { swallow: verdict.hold, remember: verdict.begins, ..Heard::default() };
        for outcome in verdict.outcomes {
            self.outcome(outcome, around, &mut heard);
        }
        if verdict.begins {
            self.target = Some(around.target());
            self.amount_before = around.amount.unwrap_or_default();
        }
        heard
    }

    fn outcome(&self, outcome: Outcome, around: Around, heard: &mut Heard) {
        let on_keypad = self.target == Some(Target::Keypad);
        match outcome {
            Outcome::Scan(scan) => heard.scans.push(scan),
            Outcome::Told(trace) => heard.traces.push(trace),
            Outcome::GiveBack(held) if on_keypad => heard.inputs.extend(held.chars().filter_map(digit)),
            Outcome::GiveBack(held) => heard.edits.push(Edit::Insert(held)),
            Outcome::Restore if on_keypad => {
                heard.inputs.extend(take_back(around.amount.unwrap_or_default(), self.amount_before));
            }
            Outcome::Restore => heard.edits.push(Edit::Restore),
        }
    }
}

impl Around {
    fn target(self) -> Target {
        match (self.amount, self.focus) {
            (_, Focus::Field | Focus::Editor) => Target::Field,
            (Some(_), _) => Target::Keypad,
            (None, Focus::Button) => Target::Button,
            (None, Focus::Nothing | Focus::Catcher) => Target::Nowhere,
        }
    }
}

/// What a key that was let through does on the amount screen.
fn pass(key: Key, around: Around, heard: &mut Heard) {
    if heard.swallow || around.target() != Target::Keypad {
        return;
    }
    let input = match key {
        Key::Sign(sign) => digit(sign.place.unwrap_or(sign.typed)),
        Key::End(End::Enter) if around.focus != Focus::Button => Some(Input::Press(Press::Charge)),
        Key::End(_) => None,
    };
    heard.swallow = input.is_some();
    heard.inputs.extend(input);
}

fn digit(sign: char) -> Option<Input> {
    let digit = sign.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    digit.map(|digit| Input::Press(Press::Digit(digit)))
}

fn backspace(around: Around) -> Heard {
    match around.target() {
        Target::Keypad => {
            Heard { inputs: vec![Input::Press(Press::Delete)], swallow: true, ..Heard::default() }
        }
        Target::Nowhere | Target::Button | Target::Field => Heard::default(),
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
mod tests {
    use super::*;

    const CODE: &str = "28763443825664394";

    /// Plays keys against an amount as the machine would keep it; gives the amount and what else came out.
    struct Screen {
        hearing: Hearing,
        amount: Option<i64>,
        at_ms: u64,
        charges: u32,
        scans: Vec<Scan>,
        swallowed: bool,
    }

    impl Screen {
        fn new(amount: Option<i64>) -> Self {
            let (hearing, scans) = (Hearing::default(), Vec::new());
            Self { hearing, amount, at_ms: 10_000, charges: 0, scans, swallowed: false }
        }

        fn key(&mut self, gap_ms: u64, stroke: Stroke, on_button: bool) {
            self.at_ms += gap_ms;
            let focus = if on_button { Focus::Button } else { Focus::Nothing };
            let around = Around { amount: self.amount, focus };
            let heard = self.hearing.stroke(self.at_ms, stroke, around);
            self.swallowed = heard.swallow;
            self.hear(heard);
        }

        fn enter(&mut self, gap_ms: u64, on_button: bool) {
            self.key(gap_ms, Stroke::Key(Key::End(End::Enter)), on_button);
        }

        fn keys(&mut self, gap_ms: u64, text: &str) {
            text.chars().for_each(|sign| self.key(gap_ms, Stroke::Key(Key::Sign(Sign::of(sign))), false));
        }

        fn wait(&mut self, wait_ms: u64) {
            self.at_ms += wait_ms;
            let around = Around { amount: self.amount, focus: Focus::Nothing };
            let heard = self.hearing.silence(self.at_ms, around);
            self.hear(heard);
        }

        fn hear(&mut self, heard: Heard) {
            heard.inputs.into_iter().for_each(|input| self.take(input));
            self.scans.extend(heard.scans);
        }

        fn take(&mut self, input: Input) {
            let amount = self.amount.unwrap_or_default();
            match input {
                // As the machine does, which takes no more digits than an amount can have.
                Input::Press(Press::Digit(_)) if 1_000_000_000 < amount => {}
                Input::Press(Press::Digit(digit)) => self.amount = Some(amount * 10 + i64::from(digit)),
                Input::Press(Press::Delete) => self.amount = Some(amount / 10),
                Input::Press(Press::Charge) => self.charges += 1,
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_hand_types_an_amount_and_charges() {
        for gap_ms in [40, 130, 200, 400] {
            let mut screen = Screen::new(Some(0));
            screen.keys(gap_ms, "2225");
            screen.wait(500);
            screen.key(300, Stroke::Backspace, false);
            screen.enter(300, false);
            assert_eq!((screen.amount, screen.charges), (Some(222), 1), "{gap_ms}");
        }
    }

    #[test]
    fn a_scan_on_the_amount_screen_leaves_the_amount_and_charges_nothing() {
        for gap_ms in [1, 20, 100] {
            let mut screen = Screen::new(Some(2225));
            screen.keys(gap_ms, CODE);
            screen.enter(gap_ms, false);
            screen.enter(5, false);
            assert_eq!((screen.amount, screen.charges), (Some(2225), 0), "{gap_ms}");
        }
    }

    #[test]
    fn the_tail_of_a_torn_scan_charges_nothing() {
        let mut screen = Screen::new(Some(0));
        screen.keys(20, "28763443");
        screen.keys(900, "4");
        screen.keys(20, "39");
        screen.enter(20, false);
        assert_eq!(screen.charges, 0);
    }

    #[test]
    fn a_scan_elsewhere_is_whole_and_its_keys_reach_no_button() {
        let mut screen = Screen::new(None);
        screen.keys(10, "28");
        assert!(screen.swallowed);
        screen.keys(10, &CODE[2..]);
        screen.enter(10, true);
        assert!(screen.swallowed);
        screen.enter(4, true);
        assert!(screen.swallowed, "the second suffix presses nothing");
        assert_eq!(screen.scans.iter().map(|scan| scan.text.expose()).collect::<Vec<_>>(), [CODE]);
    }

    #[test]
    fn a_decided_enter_on_a_button_is_the_buttons() {
        for amount in [None, Some(2225)] {
            let mut screen = Screen::new(amount);
            screen.enter(1_000, true);
            assert!(!screen.swallowed);
            assert_eq!(screen.charges, 0);
        }
    }

    #[test]
    fn a_fast_hand_keeps_a_long_amount() {
        for gap_ms in [60, 130, 200] {
            let mut screen = Screen::new(Some(0));
            screen.keys(gap_ms, "1500000");
            screen.wait(500);
            assert_eq!(screen.amount, Some(1_500_000), "{gap_ms}");
        }
    }

    #[test]
    fn signs_for_the_hidden_field_are_heard_and_typed_nowhere() {
        let mut screen = Screen::new(None);
        let around = Around { amount: None, focus: Focus::Catcher };
        let first = screen.hearing.stroke(10, Stroke::Key(Key::Sign(Sign::of('2'))), around);
        assert!(first.swallow, "else it would be written as well");
        let tab = screen.hearing.stroke(2_000, Stroke::Key(Key::End(End::Tab)), around);
        assert!(!tab.swallow, "a hand goes on to the next button");
        screen.at_ms = 5_000;
        let heard = screen.hearing.stroke(5_000, Stroke::Written(format!("{CODE}\n")), around);
        assert_eq!(heard.scans.len(), 1);
    }

    #[test]
    fn space_on_a_button_is_the_buttons() {
        let mut screen = Screen::new(None);
        screen.key(1_000, Stroke::Key(Key::Sign(Sign::of(' '))), true);
        assert!(!screen.swallowed);
    }

    #[test]
    fn a_scan_without_a_suffix_ends_by_silence_at_its_last_key() {
        let mut screen = Screen::new(None);
        screen.keys(10, CODE);
        let last_at_ms = screen.at_ms;
        assert!(screen.hearing.due_at_ms().is_some_and(|due_at_ms| due_at_ms < last_at_ms + 300));
        screen.wait(100);
        assert!(screen.scans.is_empty());
        screen.wait(200);
        assert_eq!((screen.scans[0].text.expose(), screen.scans[0].at_ms), (CODE, last_at_ms));
    }
}
