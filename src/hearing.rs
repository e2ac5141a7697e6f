//! Tells a scanner's burst from a hand on the keyboard, whatever screen is up, and says what each key comes to.
//!
//! On the amount screen a hand's digits are taken at once; when they turn out to be the head of a scan they are taken
//! back. Only the scan screen uses a scan: the machine ignores it elsewhere.

use scantill_core::till::{Input, Press};
use scantill_core::wedge::{GAP_MS_MAX, Key, SCAN_CHARACTERS_MIN, Verdict, Wedge};

/// An Enter this soon after another key is a scanner's suffix or a bounce, never a decision.
const DECISION_MS_MIN: u64 = 120;
/// More digits than an amount can have.
const AMOUNT_DIGITS_MAX: usize = 20;

/// A key that may matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stroke {
    Character(char),
    Enter,
    Tab,
    Backspace,
}

/// What the key met.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around {
    /// The amount on the keypad's screen, if that is up.
    pub(crate) amount: Option<i64>,
    /// A button or a link has the focus.
    pub(crate) on_button: bool,
}

/// What a key came to.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// For the machine, in order.
    pub(crate) inputs: Vec<Input>,
    /// The key goes no further.
    pub(crate) swallow: bool,
}

/// The keys so far.
#[derive(Debug, Default)]
pub(crate) struct Hearing {
    wedge: Wedge,
    burst: usize,
    last_at_ms: Option<u64>,
    scan_at_ms: Option<u64>,
    amount_before: Option<i64>,
}

impl Hearing {
    /// Takes a key with the time of its event.
    pub(crate) fn stroke(&mut self, at_ms: u64, stroke: Stroke, around: Around) -> Heard {
        let gap_ms = self.last_at_ms.map_or(u64::MAX, |last_at_ms| at_ms.saturating_sub(last_at_ms));
        if GAP_MS_MAX < gap_ms {
            (self.burst, self.amount_before) = (0, around.amount);
        }
        self.last_at_ms = Some(at_ms);
        match stroke {
            Stroke::Character(' ') if around.on_button && self.burst == 0 => Heard::default(),
            Stroke::Character(character) => self.character(at_ms, character, around),
            Stroke::Backspace => backspace(around),
            Stroke::Enter | Stroke::Tab => self.terminator(at_ms, gap_ms, stroke, around),
        }
    }

    /// The clock says `now_ms`: a scan without a suffix may be whole.
    pub(crate) fn silence(&mut self, now_ms: u64) -> Option<Input> {
        let text = self.wedge.silence(now_ms)?;
        self.burst = 0;
        Some(Input::Scanned { text, at_ms: self.last_at_ms.unwrap_or(now_ms) })
    }

    fn character(&mut self, at_ms: u64, character: char, around: Around) -> Heard {
        self.burst += 1;
        let collecting = self.wedge.push(at_ms, Key::Character(character)) != Verdict::Typing;
        let digit = character.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
        match (around.amount, digit) {
            (Some(amount), _) if self.burst == SCAN_CHARACTERS_MIN => {
                Heard { inputs: take_back(amount, self.amount_before.unwrap_or_default()), swallow: true }
            }
            (Some(_), Some(digit)) if self.burst < SCAN_CHARACTERS_MIN => {
                Heard { inputs: vec![Input::Press(Press::Digit(digit))], swallow: true }
            }
            _ => Heard { inputs: Vec::new(), swallow: collecting },
        }
    }

    fn terminator(&mut self, at_ms: u64, gap_ms: u64, stroke: Stroke, around: Around) -> Heard {
        if let Verdict::Scan(text) = self.wedge.push(at_ms, Key::Terminator) {
            (self.burst, self.scan_at_ms) = (0, Some(at_ms));
            return Heard { inputs: vec![Input::Scanned { text, at_ms }], swallow: true };
        }
        // Scanners may send two suffixes: the second must not press what the first brought up.
        let after_scan =
            self.scan_at_ms.is_some_and(|scan_at_ms| at_ms.saturating_sub(scan_at_ms) <= GAP_MS_MAX);
        let in_burst = 0 < self.burst && gap_ms < DECISION_MS_MIN;
        if after_scan || in_burst {
            return Heard { inputs: Vec::new(), swallow: true };
        }
        match (stroke, around) {
            (Stroke::Enter, Around { amount: Some(_), on_button: false }) => {
                Heard { inputs: vec![Input::Press(Press::Charge)], swallow: true }
            }
            _ => Heard::default(),
        }
    }
}

fn backspace(around: Around) -> Heard {
    match around.amount {
        Some(_) => Heard { inputs: vec![Input::Press(Press::Delete)], swallow: true },
        None => Heard::default(),
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
        scans: Vec<String>,
        swallowed: bool,
    }

    impl Screen {
        fn new(amount: Option<i64>) -> Self {
            let (hearing, scans) = (Hearing::default(), Vec::new());
            Self { hearing, amount, at_ms: 10_000, charges: 0, scans, swallowed: false }
        }

        fn key(&mut self, gap_ms: u64, stroke: Stroke, on_button: bool) {
            self.at_ms += gap_ms;
            let around = Around { amount: self.amount, on_button };
            let heard = self.hearing.stroke(self.at_ms, stroke, around);
            self.swallowed = heard.swallow;
            heard.inputs.into_iter().for_each(|input| self.take(input));
        }

        fn keys(&mut self, gap_ms: u64, text: &str) {
            text.chars().for_each(|character| self.key(gap_ms, Stroke::Character(character), false));
        }

        fn take(&mut self, input: Input) {
            let amount = self.amount.unwrap_or_default();
            match input {
                Input::Press(Press::Digit(digit)) => self.amount = Some(amount * 10 + i64::from(digit)),
                Input::Press(Press::Delete) => self.amount = Some(amount / 10),
                Input::Press(Press::Charge) => self.charges += 1,
                Input::Scanned { text, .. } => self.scans.push(text),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_hand_types_an_amount_and_charges() {
        for gap_ms in [130, 200, 400] {
            let mut screen = Screen::new(Some(0));
            screen.keys(gap_ms, "2225");
            screen.key(300, Stroke::Backspace, false);
            screen.key(300, Stroke::Enter, false);
            assert_eq!((screen.amount, screen.charges), (Some(222), 1), "{gap_ms}");
        }
    }

    #[test]
    fn a_scan_on_the_amount_screen_leaves_the_amount_and_charges_nothing() {
        for gap_ms in [1, 20, 100, 200] {
            let mut screen = Screen::new(Some(2225));
            screen.keys(gap_ms, CODE);
            screen.key(gap_ms, Stroke::Enter, false);
            screen.key(5, Stroke::Enter, false);
            assert_eq!((screen.amount, screen.charges), (Some(2225), 0), "{gap_ms}");
        }
    }

    #[test]
    fn the_tail_of_a_torn_scan_charges_nothing() {
        let mut screen = Screen::new(Some(0));
        screen.keys(20, "28763443");
        screen.key(900, Stroke::Character('4'), false);
        screen.keys(20, "39");
        screen.key(20, Stroke::Enter, false);
        assert_eq!(screen.charges, 0);
    }

    #[test]
    fn a_scan_elsewhere_is_whole_and_its_keys_reach_no_button() {
        let mut screen = Screen::new(None);
        screen.keys(10, "28");
        assert!(screen.swallowed);
        screen.keys(10, &CODE[2..]);
        screen.key(10, Stroke::Enter, true);
        assert!(screen.swallowed);
        screen.key(4, Stroke::Enter, true);
        assert!(screen.swallowed, "the second suffix presses nothing");
        assert_eq!(screen.scans, [CODE]);
    }

    #[test]
    fn a_decided_enter_on_a_button_is_the_buttons() {
        for amount in [None, Some(2225)] {
            let mut screen = Screen::new(amount);
            screen.key(1_000, Stroke::Enter, true);
            assert!(!screen.swallowed);
            assert_eq!(screen.charges, 0);
        }
    }

    #[test]
    fn space_on_a_button_is_the_buttons() {
        let mut screen = Screen::new(None);
        screen.key(1_000, Stroke::Character(' '), true);
        assert!(!screen.swallowed);
    }

    #[test]
    fn a_scan_without_a_suffix_ends_by_silence_at_its_last_key() {
        let mut screen = Screen::new(None);
        screen.keys(10, CODE);
        let last_at_ms = screen.at_ms;
        assert!(screen.hearing.silence(last_at_ms + 100).is_none());
        let Some(Input::Scanned { text, at_ms }) = screen.hearing.silence(last_at_ms + 300) else { panic!() };
        assert_eq!((text.as_str(), at_ms), (CODE, last_at_ms));
    }
}
