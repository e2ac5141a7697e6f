//! Keys on the amount screen and on others.

use super::*;

const CODE: &str = "28763443825664394";

/// Plays keys against an amount as the machine would keep it. Gives the amount and the other inputs.
struct Screen {
    router: KeyRouter,
    amount: Option<i64>,
    at_ms: u64,
    charges: u32,
    scans: Vec<Scan>,
    swallowed: bool,
    confirms: bool,
    confirmed: bool,
    replays: usize,
}

impl Screen {
    fn new(amount: Option<i64>) -> Self {
        let (router, scans) = (KeyRouter::default(), Vec::new());
        let (confirms, confirmed) = (false, false);
        Self {
            router,
            amount,
            at_ms: 10_000,
            charges: 0,
            scans,
            swallowed: false,
            confirms,
            confirmed,
            replays: 0,
        }
    }

    fn key(&mut self, gap_ms: u64, stroke: KeyInput, on_button: bool) {
        self.at_ms += gap_ms;
        let focus = if on_button { Focus::Button } else { Focus::Nothing };
        let context = KeyContext { amount: self.amount, focus, confirms: self.confirms };
        let actions = self.router.stroke(self.at_ms, stroke, context);
        (self.swallowed, self.confirmed) = (actions.swallow, actions.confirm);
        self.hear(actions);
    }

    fn enter(&mut self, gap_ms: u64, on_button: bool) {
        self.key(gap_ms, KeyInput::Key(Key::Suffix(Suffix::Enter)), on_button);
    }

    fn keys(&mut self, gap_ms: u64, text: &str) {
        text.chars()
            .for_each(|sign| self.key(gap_ms, KeyInput::Key(Key::Character(Character::of(sign))), false));
    }

    fn wait(&mut self, wait_ms: u64) {
        self.at_ms += wait_ms;
        let context = KeyContext { amount: self.amount, ..KeyContext::default() };
        let actions = self.router.silence(self.at_ms, context);
        self.hear(actions);
    }

    fn hear(&mut self, actions: KeyActions) {
        actions.inputs.into_iter().for_each(|input| self.take(input));
        self.scans.extend(actions.scans);
        self.replays += actions.edits.iter().filter(|edit| **edit == Edit::Replay).count();
    }

    fn take(&mut self, input: Input) {
        let amount = self.amount.unwrap_or_default();
        match input {
            // The machine takes no more digits than an amount can have.
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
        screen.key(300, KeyInput::Backspace, false);
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
fn a_torn_scan_leaves_the_amount_and_is_told() {
    for head in [1, 3, 8] {
        let mut screen = Screen::new(Some(2225));
        screen.keys(12, &CODE[..head]);
        screen.wait(322);
        screen.keys(12, &CODE[head..]);
        screen.enter(12, false);
        assert_eq!((screen.amount, screen.charges), (Some(2225), 0), "{head}");
        assert_eq!(screen.scans.iter().map(|scan| scan.text.expose()).collect::<Vec<_>>(), ["\u{fffd}"]);
    }
}

#[test]
fn a_practised_hand_charges_by_enter() {
    for gap_ms in [70, 93, 113] {
        let mut screen = Screen::new(Some(0));
        screen.keys(gap_ms, "2500");
        screen.enter(gap_ms, false);
        assert_eq!((screen.amount, screen.charges), (Some(2500), 1), "{gap_ms}");
    }
}

#[test]
fn enter_presses_an_outcomes_first_button_and_a_scans_suffix_does_not() {
    let mut screen = Screen::new(None);
    screen.confirms = true;
    screen.enter(1_000, false);
    assert!(screen.confirmed && screen.swallowed);
    screen.enter(1_000, true);
    assert!(!screen.confirmed, "another button has the focus");
    screen.keys(12, CODE);
    for gap_ms in [12, 12, 400] {
        screen.enter(gap_ms, false);
        assert!(!screen.confirmed && screen.swallowed);
    }
}

#[test]
fn a_hands_keys_come_to_the_page_late_and_a_scanners_never() {
    let mut screen = Screen::new(None);
    screen.keys(300, "5");
    assert!(screen.swallowed);
    screen.wait(300);
    assert_eq!(screen.replays, 1);
    screen.keys(400, CODE);
    assert_eq!(screen.replays, CODE.len(), "slow keys are a hand's");
    let mut screen = Screen::new(None);
    screen.keys(12, "1234");
    screen.enter(12, false);
    screen.keys(2_000, "]");
    screen.keys(12, CODE);
    screen.enter(12, false);
    assert_eq!(screen.replays, 0);
}

#[test]
fn scans_with_modifiers_are_read_and_a_hands_shortcut_passes() {
    let digit = |sign| KeyInput::Shortcut(Key::Character(Character::of(sign)));
    for amount in [None, Some(2225)] {
        let mut screen = Screen::new(amount);
        screen.key(1_000, digit('2'), false);
        assert!(!screen.swallowed, "it may be the browser's own");
        CODE[1..].chars().for_each(|sign| screen.key(12, digit(sign), false));
        screen.key(12, KeyInput::Shortcut(Key::Suffix(Suffix::Enter)), false);
        assert_eq!((screen.scans.len(), screen.amount, screen.charges), (1, amount, 0));
        screen.key(2_000, digit('1'), false);
        screen.wait(400);
        assert_eq!((screen.replays, screen.amount), (0, amount));
    }
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
fn characters_for_the_hidden_field_are_read_and_typed_nowhere() {
    let mut screen = Screen::new(None);
    let context = KeyContext { focus: Focus::HiddenInput, ..KeyContext::default() };
    let first = screen.router.stroke(10, KeyInput::Key(Key::Character(Character::of('2'))), context);
    assert!(first.swallow, "else it would be written as well");
    let tab = screen.router.stroke(2_000, KeyInput::Key(Key::Suffix(Suffix::Tab)), context);
    assert!(!tab.swallow, "a hand goes on to the next button");
    screen.at_ms = 5_000;
    let actions = screen.router.stroke(5_000, KeyInput::Text(format!("{CODE}\n")), context);
    assert_eq!(actions.scans.len(), 1);
}

#[test]
fn space_on_a_button_is_the_buttons() {
    let mut screen = Screen::new(None);
    screen.key(1_000, KeyInput::Key(Key::Character(Character::of(' '))), true);
    assert!(!screen.swallowed);
}

#[test]
fn a_scan_without_a_suffix_ends_by_silence_at_its_last_key() {
    let mut screen = Screen::new(None);
    screen.keys(10, CODE);
    let last_at_ms = screen.at_ms;
    assert!(screen.router.due_at_ms().is_some_and(|due_at_ms| due_at_ms < last_at_ms + 300));
    screen.wait(300);
    assert!(screen.scans.is_empty());
    screen.wait(600);
    assert_eq!((screen.scans[0].text.expose(), screen.scans[0].at_ms), (CODE, last_at_ms));
}

#[test]
fn a_raised_limit_reads_a_slower_scanner() {
    for (limit_ms, scans) in [(100, 0), (200, 1)] {
        let mut screen = Screen::new(None);
        screen.router.limit(Limits::with_mean_gap_ms(limit_ms));
        screen.keys(150, CODE);
        screen.enter(150, false);
        assert_eq!(screen.scans.len(), scans, "{limit_ms}");
    }
}

#[test]
fn the_keyboard_is_engaged_while_a_scan_may_go_on() {
    let mut screen = Screen::new(None);
    assert!(!screen.router.is_engaged(screen.at_ms) && screen.router.due_at_ms().is_none());
    screen.keys(10, "28");
    let due_at_ms = screen.router.due_at_ms().unwrap();
    assert!(screen.router.is_engaged(screen.at_ms) && screen.at_ms < due_at_ms);
    assert!(!screen.router.is_engaged(due_at_ms + 1_000));
}

#[test]
fn spelt_and_repeated_keys_of_a_scanner_reach_no_page() {
    let mut screen = Screen::new(None);
    let two = Character::of('2');
    screen.key(1_000, KeyInput::Repeat, false);
    assert!(!screen.swallowed, "a hand holds a key");
    screen.key(10, KeyInput::AltDigit(two), false);
    assert!(screen.swallowed, "a scanner spells a character");
    screen.key(10, KeyInput::Key(Key::Character(two)), false);
    screen.key(10, KeyInput::Repeat, false);
    assert!(screen.swallowed, "a scanner left it pressed");
}

#[test]
fn an_emptied_hidden_field_is_read_from_its_begin_again() {
    let mut screen = Screen::new(None);
    let context = KeyContext { focus: Focus::HiddenInput, ..KeyContext::default() };
    let mut scans = 0;
    for at_ms in [10_000, 20_000] {
        let actions = screen.router.stroke(at_ms, KeyInput::Text(format!("{CODE}\n")), context);
        scans += actions.scans.len();
        screen.router.emptied();
    }
    assert_eq!(scans, 2);
}

#[test]
fn a_blank_within_a_scan_presses_nothing() {
    let mut screen = Screen::new(None);
    screen.keys(10, "28 7634");
    assert!(screen.swallowed);
    screen.key(10, KeyInput::Key(Key::Character(Character::of(' '))), true);
    assert!(screen.swallowed, "the button would be pressed in the middle of a scan");
}
