//! Facts of the till's machine, and properties over every order of inputs.

use proptest::prelude::*;

use super::sale::StoredSale;
use super::*;
use crate::api::*;
use crate::payer_code::{Mode, SourceType};
use crate::{ChargeId, Currency, DeviceId, PaymentId, SaleId, StoreId, TerminalId, Timestamp, Timing};

const CODE: &str = "28763443825664394";

/// A till with its clock, and everything that it asked of the world.
struct Driven {
    till: Till,
    now_ms: u64,
    effects: Vec<Effect>,
}

impl Driven {
    fn start(stored: Stored, opening: Option<Opening>) -> Self {
        let (till, effects) = Till::start(stored, opening);
        Self { till, now_ms: 1_000, effects }
    }

    /// A till that knows who it is and shows the keypad.
    fn ready() -> Self {
        let mut driven = Self::start(Stored::default(), None);
        driven.feed(Input::Terminal(Ok(terminal())));
        driven
    }

    /// A till that waits for a code for ฿22.25.
    fn scanning() -> Self {
        let mut driven = Self::ready();
        driven.press(&[Press::Digit(2), Press::Digit(2), Press::Digit(2), Press::Digit(5), Press::Charge]);
        driven
    }

    /// A till whose payment the proxy has, in this state.
    fn waiting(state: PaymentState) -> Self {
        let mut driven = Self::scanning();
        driven.scan(CODE);
        let payment = driven.payment(state);
        driven.feed(Input::Payment(payment));
        driven
    }

    fn feed(&mut self, input: Input) -> &mut Self {
        self.now_ms += 1;
        let moment = Moment { now_ms: self.now_ms, unix_ms: self.now_ms, random: [7; 10] };
        let (till, effects) = self.till.clone().step(&moment, input);
        self.till = till;
        self.effects.extend(effects);
        self
    }

    fn press(&mut self, presses: &[Press]) -> &mut Self {
        for press in presses {
            self.feed(Input::Press(press.clone()));
        }
        self
    }

    fn scan(&mut self, text: &str) -> &mut Self {
        let at_ms = self.now_ms;
        self.feed(Input::Scanned { text: text.into(), at_ms })
    }

    fn screen(&self) -> &'static str {
        self.till.view().screen.name()
    }

    /// The PUTs so far, as id and body.
    fn puts(&self) -> Vec<(PaymentId, CreatePayment)> {
        let put = |effect: &Effect| match effect {
            Effect::Call(Call::Put(id, body)) => Some((id.clone(), (**body).clone())),
            _ => None,
        };
        self.effects.iter().filter_map(put).collect()
    }

    fn cancels(&self) -> Vec<Ender> {
        let cancel = |effect: &Effect| match effect {
            Effect::Call(Call::Cancel(_, body)) => Some(body.by),
            _ => None,
        };
        self.effects.iter().filter_map(cancel).collect()
    }

    fn saved(&self) -> Stored {
        let saved = |effect: &Effect| match effect {
            Effect::Save(stored) => Some(stored.clone()),
            _ => None,
        };
        self.effects.iter().rev().find_map(saved).unwrap_or_default()
    }

    fn reports(&self) -> Vec<Outcome> {
        let report = |effect: &Effect| match effect {
            Effect::Report(outcome) => Some((**outcome).clone()),
            _ => None,
        };
        self.effects.iter().filter_map(report).collect()
    }

    /// The payment of the last PUT, in this state.
    fn payment(&self, state: PaymentState) -> Payment {
        let (id, body) = self.puts().pop().expect("nothing was sent");
        let disposition = (state == PaymentState::Successful).then_some(Disposition::Kept);
        Payment { id, sale_id: body.sale_id, state, disposition, ..any_payment() }
    }
}

fn terminal() -> Terminal {
    Terminal {
        terminal_id: TerminalId::parse("POS-01").unwrap(),
        store_id: StoreId::parse("store_1").unwrap(),
        store_name: "store 1".into(),
        currency: Currency::Thb,
        minor_digits: 2,
        limits: Limits::default(),
        source_type: SourceType::BarcodeAlipay,
        mode: Mode::Test,
        timing: Timing::default(),
    }
}

fn any_payment() -> Payment {
    Payment {
        id: PaymentId::parse("pay-1").unwrap(),
        sale_id: SaleId::parse("sale-1").unwrap(),
        version: 2,
        state: PaymentState::Pending,
        failure_code: None,
        refusal: None,
        amount: 2_225,
        currency: Currency::Thb,
        reference: None,
        code_masked: "28 ····· 4394".into(),
        code_outside_grammar: false,
        charge: None,
        refunds: Vec::new(),
        disposition: None,
        end_wanted: None,
        attention: None,
        terminal_id: TerminalId::parse("POS-01").unwrap(),
        holder: DeviceId::parse("till").unwrap(),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    }
}

fn problem(code: ProblemCode, never_created: bool) -> CallError {
    CallError::Refused(Problem {
        kind: String::new(),
        status: 409,
        code,
        detail: String::new(),
        payment_id: Some(PaymentId::parse("other").unwrap()),
        never_created,
    })
}

fn stored(acknowledged: bool) -> Stored {
    let sale = Sale {
        id: SaleId::parse("sale-1").unwrap(),
        amount: 2_225,
        currency: Currency::Thb,
        reference: None,
    };
    let payment = Some(StoredPayment { id: PaymentId::parse("pay-1").unwrap(), acknowledged });
    Stored { sale: Some(StoredSale { sale, payment }), aside: Vec::new() }
}

#[test]
fn a_sale_goes_from_the_keypad_to_paid() {
    let mut driven = Driven::scanning();
    assert_eq!(driven.screen(), "scan");
    driven.scan(CODE);
    assert_eq!(driven.screen(), "sending");
    for (state, screen) in [
        (PaymentState::Sending, "sending"),
        (PaymentState::Pending, "pending"),
        (PaymentState::Successful, "paid"),
    ] {
        let payment = driven.payment(state);
        assert_eq!(driven.feed(Input::Payment(payment)).screen(), screen);
    }
    let puts = driven.puts();
    assert_eq!((puts.len(), puts[0].1.amount), (1, 2_225));
    assert!(matches!(driven.reports().as_slice(), [Outcome::Paid(_)]));
    assert_eq!(driven.press(&[Press::NextSale]).screen(), "amount");
    assert_eq!(driven.saved(), Stored::default());
}

#[test]
fn the_attempt_is_kept_before_it_is_sent() {
    let mut driven = Driven::scanning();
    driven.effects.clear();
    driven.scan(CODE);
    let position = |wanted: fn(&Effect) -> bool| driven.effects.iter().position(wanted).unwrap();
    let saved = position(
        |effect| matches!(effect, Effect::Save(Stored { sale: Some(sale), .. }) if sale.payment.is_some()),
    );
    let sent = position(|effect| matches!(effect, Effect::Call(Call::Put(..))));
    assert!(saved < sent);
}

#[test]
fn a_lost_put_is_repeated_with_the_same_id_and_an_older_scan() {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let id = driven.puts()[0].0.clone();
    driven.feed(Input::CallFailed(id, CallError::Unreachable));
    driven.now_ms += 1_000;
    driven.feed(Input::Elapsed(Timer::Again));
    let puts = driven.puts();
    assert_eq!(puts[0].0, puts[1].0);
    assert!(1_000 <= puts[1].1.scanned_ago_ms - puts[0].1.scanned_ago_ms);
    assert_eq!(driven.screen(), "sending");
}

#[test]
fn a_put_without_an_answer_becomes_a_cancel_that_is_repeated_until_it_is_answered() {
    let mut driven = Driven::scanning();
    driven.scan(CODE).feed(Input::Elapsed(Timer::Deadline));
    let id = driven.puts()[0].0.clone();
    for _ in 0..3 {
        driven.feed(Input::CallFailed(id.clone(), CallError::Unreachable)).feed(Input::Elapsed(Timer::Again));
    }
    assert_eq!((driven.puts().len(), driven.cancels().as_slice()), (1, [Ender::Till; 4].as_slice()));
    let ended = driven.payment(PaymentState::Cancelled);
    assert_eq!(driven.feed(Input::Payment(ended)).screen(), "cancelled");
}

#[test]
fn a_cancelled_put_may_turn_out_to_be_paid() {
    let mut driven = Driven::scanning();
    driven.scan(CODE).feed(Input::Elapsed(Timer::Deadline));
    let late =
        Payment { disposition: Some(Disposition::Undecided), ..driven.payment(PaymentState::Successful) };
    assert_eq!(driven.feed(Input::Payment(late.clone())).screen(), "decide");
    assert_eq!(driven.press(&[Press::ScanAgain, Press::NextSale, Press::EndSale]).screen(), "decide");
    driven.press(&[Press::Decide(Decision::Keep)]);
    assert!(matches!(driven.effects.last(), Some(Effect::Call(Call::Decide(_, Decision::Keep)))));
    let kept = Payment { disposition: Some(Disposition::Kept), version: 3, ..late };
    assert_eq!(driven.feed(Input::Payment(kept)).screen(), "paid");
}

#[test]
fn only_a_recorded_refusal_lets_the_id_go() {
    for (error, screen) in [
        (problem(ProblemCode::CodeStale, true), "refused"),
        (problem(ProblemCode::PaymentConflict, false), "sending"),
        (CallError::Unauthenticated, "pair"),
    ] {
        let mut driven = Driven::scanning();
        driven.scan(CODE);
        let id = driven.puts()[0].0.clone();
        driven.feed(Input::CallFailed(id, error));
        assert_eq!(driven.screen(), screen);
        let kept = driven.saved().sale.and_then(|sale| sale.payment).is_some();
        assert_eq!(kept, screen != "refused", "{screen}");
    }
}

#[test]
fn a_refused_sale_that_is_paid_or_open_elsewhere_offers_no_scan() {
    for code in
        [ProblemCode::SalePaid, ProblemCode::SaleOpen, ProblemCode::SaleChanged, ProblemCode::ReferenceSeen]
    {
        let mut driven = Driven::scanning();
        driven.scan(CODE);
        let id = driven.puts()[0].0.clone();
        driven.feed(Input::CallFailed(id, problem(code, true)));
        assert_eq!(driven.press(&[Press::ScanAgain]).screen(), "refused", "{code:?}");
    }
}

#[test]
fn after_a_reload_the_payment_is_asked_for_and_shown_as_it_stands() {
    for acknowledged in [true, false] {
        let mut driven = Driven::start(stored(acknowledged), None);
        driven.feed(Input::Terminal(Ok(terminal())));
        assert_eq!(driven.screen(), "recalling");
        driven.feed(Input::Payment(Payment { state: PaymentState::Pending, ..any_payment() }));
        assert_eq!(driven.screen(), "pending");
        assert!(driven.puts().is_empty() && driven.cancels().is_empty());
    }
}

#[test]
fn after_a_reload_a_payment_that_the_proxy_does_not_know_is_cancelled_for_the_record() {
    let mut driven = Driven::start(stored(false), None);
    driven.feed(Input::Terminal(Ok(terminal())));
    let id = PaymentId::parse("pay-1").unwrap();
    driven.feed(Input::CallFailed(id, problem(ProblemCode::PaymentNotFound, false)));
    assert_eq!(driven.cancels(), [Ender::Till]);
    driven.feed(Input::Payment(Payment { state: PaymentState::Cancelled, ..any_payment() }));
    assert_eq!(driven.press(&[Press::ScanAgain]).screen(), "scan");
}

#[test]
fn a_proxy_that_cannot_look_just_now_says_nothing_of_the_payment() {
    let mut driven = Driven::start(stored(false), None);
    driven.feed(Input::Terminal(Ok(terminal())));
    let CallError::Refused(busy) = problem(ProblemCode::StoreUnavailable, false) else { unreachable!() };
    let busy = Problem { status: 503, ..busy };
    driven.feed(Input::CallFailed(PaymentId::parse("pay-1").unwrap(), CallError::Refused(busy)));
    assert_eq!((driven.screen(), driven.cancels().len()), ("recalling", 0));
}

#[test]
fn a_reload_beside_an_unreachable_proxy_keeps_asking() {
    let mut driven = Driven::start(stored(false), None);
    driven.feed(Input::Terminal(Err(CallError::Unreachable)));
    assert_eq!((driven.screen(), driven.till.view().reachable), ("starting", false));
    driven.feed(Input::Elapsed(Timer::Again)).feed(Input::Terminal(Ok(terminal())));
    let id = PaymentId::parse("pay-1").unwrap();
    driven.feed(Input::CallFailed(id, CallError::Unreachable)).feed(Input::Elapsed(Timer::Again));
    assert_eq!(driven.screen(), "recalling");
    assert!(matches!(driven.effects.last(), Some(Effect::Call(Call::Ask(_)))));
}

#[test]
fn an_address_with_a_known_sale_is_looked_up_before_anything_is_scanned() {
    let opening = Opening {
        sale_id: SaleId::parse("sale-1").ok(),
        amount: 2_225,
        currency: None,
        reference: Some("inv-1".into()),
    };
    let mut driven = Driven::start(Stored::default(), Some(opening));
    driven.feed(Input::Terminal(Ok(terminal())));
    assert_eq!(driven.screen(), "recalling");
    let paid =
        Payment { state: PaymentState::Successful, disposition: Some(Disposition::Kept), ..any_payment() };
    driven.feed(Input::SalePayments(SaleId::parse("sale-1").unwrap(), vec![paid]));
    assert_eq!(driven.screen(), "paid");
}

#[test]
fn an_opening_out_of_bounds_shows_the_amount_with_its_problem() {
    for (amount, expected) in
        [(0, AmountProblem::Nothing), (1_999, AmountProblem::TooSmall), (15_000_001, AmountProblem::TooLarge)]
    {
        let opening = Opening { sale_id: None, amount, currency: None, reference: None };
        let mut driven = Driven::start(Stored::default(), Some(opening));
        driven.feed(Input::Terminal(Ok(terminal())));
        let Screen::Amount { problem, .. } = driven.till.view().screen else { panic!("{}", driven.screen()) };
        assert_eq!(problem, Some(expected));
    }
}

#[test]
fn the_deadline_wants_the_end_once_and_repeats_it_until_the_proxy_knows() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    driven.feed(Input::Elapsed(Timer::Deadline)).press(&[Press::Cancel]);
    assert_eq!((driven.screen(), driven.cancels().as_slice()), ("cancelling", [Ender::Deadline].as_slice()));
    driven.feed(Input::Elapsed(Timer::Poll));
    assert_eq!(driven.cancels().len(), 2);
    let wanted = EndWanted { by: Ender::Deadline, at: Timestamp(0) };
    let heard = Payment { end_wanted: Some(wanted), version: 3, ..driven.payment(PaymentState::Cancelling) };
    driven.feed(Input::Payment(heard)).feed(Input::Elapsed(Timer::Poll));
    assert_eq!((driven.screen(), driven.cancels().len()), ("cancelling", 2));
}

#[test]
fn an_older_version_never_overwrites_a_newer_one() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let newer = Payment { version: 9, ..driven.payment(PaymentState::Unknown) };
    driven.feed(Input::Payment(newer));
    let older = Payment { version: 3, ..driven.payment(PaymentState::Pending) };
    assert_eq!(driven.feed(Input::Payment(older)).screen(), "unknown");
}

#[test]
fn a_payment_in_doubt_can_be_put_aside_and_found_again() {
    let mut driven = Driven::waiting(PaymentState::Unknown);
    assert_eq!(driven.press(&[Press::SetAside]).screen(), "amount");
    assert_eq!((driven.till.view().aside, driven.saved().aside.len()), (1, 1));
    assert!(matches!(driven.reports().as_slice(), [Outcome::InDoubt(_)]));
    driven.press(&[Press::ShowAside]);
    let paid = driven.payment(PaymentState::Successful);
    driven.feed(Input::Payment(Payment { version: 8, ..paid }));
    assert_eq!((driven.screen(), driven.till.view().aside), ("paid", 0));
}

#[test]
fn a_pending_payment_cannot_be_walked_away_from() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    driven.press(&[Press::SetAside, Press::NextSale, Press::EndSale, Press::ScanAgain, Press::Back]);
    assert_eq!(driven.screen(), "pending");
}

#[test]
fn the_code_of_a_moment_ago_is_told_from_a_fresh_one() {
    let mut driven = Driven::waiting(PaymentState::Failed);
    driven.press(&[Press::ScanAgain]).scan(CODE);
    let Screen::Scan { problem, .. } = driven.till.view().screen else { panic!("{}", driven.screen()) };
    assert_eq!(problem, Some(ScanProblem::SentAlready));
    assert_eq!(driven.scan("28763443825664395").screen(), "sending");
    assert_eq!(driven.puts().len(), 2);
}

#[test]
fn a_second_scan_while_the_first_is_on_its_way_is_dropped() {
    let mut driven = Driven::scanning();
    driven.scan(CODE).scan(CODE).scan("28763443825664395");
    assert_eq!(driven.puts().len(), 1);
    assert_eq!(driven.till.ignored(), 2);
}

#[test]
fn a_success_that_was_given_back_never_says_hand_over() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let charge = Charge {
        id: ChargeId::parse("chrg_1").unwrap(),
        status: "successful".into(),
        refunded_amount: 100,
        voided: false,
        disputed: false,
        paid_at: None,
        expires_at: None,
    };
    let payment = Payment { charge: Some(charge), version: 3, ..driven.payment(PaymentState::Successful) };
    assert_eq!(driven.feed(Input::Payment(payment)).screen(), "given_back");
    assert!(matches!(driven.reports().as_slice(), [Outcome::InDoubt(_)]));
}

#[test]
fn typing_by_hand_shows_what_is_wrong_while_one_types() {
    let mut driven = Driven::scanning();
    driven.press(&[Press::TypeCode, Press::Typed("2876".into())]);
    let Screen::Scan { typed: Some(typed), .. } = driven.till.view().screen else {
        panic!("{}", driven.screen())
    };
    assert!(typed.problem.is_some());
    driven.press(&[Press::Typed("2876 3443 8256 6439 4".into()), Press::SendTyped]);
    assert_eq!(driven.puts()[0].1.code, CODE);
}

#[test]
fn pairing_is_tried_openly_first_and_then_by_code() {
    let mut driven = Driven::start(Stored::default(), None);
    driven.feed(Input::Terminal(Err(CallError::Unauthenticated)));
    assert!(matches!(driven.effects.last(), Some(Effect::Call(Call::Pair(None)))));
    driven.feed(Input::Terminal(Err(problem(ProblemCode::PairingRefused, false))));
    driven.press(&[Press::Pair(" K7QF-2M9D ".into())]);
    assert!(
        matches!(driven.effects.last(), Some(Effect::Call(Call::Pair(Some(code)))) if code == "K7QF-2M9D")
    );
    assert_eq!(driven.feed(Input::Terminal(Ok(terminal()))).screen(), "amount");
}

#[test]
fn no_more_digits_are_taken_than_fit() {
    let mut driven = Driven::ready();
    driven.press(&[const { Press::Digit(9) }; 12]);
    let Screen::Amount { amount, problem, .. } = driven.till.view().screen else {
        panic!("{}", driven.screen())
    };
    assert_eq!((amount.minor, problem), (999_999_999, Some(AmountProblem::TooManyDigits)));
}

fn any_state() -> impl Strategy<Value = PaymentState> {
    prop::sample::select(vec![
        PaymentState::Sending,
        PaymentState::Unknown,
        PaymentState::Pending,
        PaymentState::Cancelling,
        PaymentState::Successful,
        PaymentState::Failed,
        PaymentState::Expired,
        PaymentState::Cancelled,
    ])
}

#[test]
fn a_success_aside_that_waits_for_a_decision_stays_aside() {
    let mut driven = Driven::waiting(PaymentState::Cancelling);
    driven.press(&[Press::SetAside]);
    let paid = Payment {
        disposition: Some(Disposition::Undecided),
        version: 9,
        ..driven.payment(PaymentState::Successful)
    };
    driven.feed(Input::Payment(paid.clone()));
    assert_eq!(driven.till.view().aside, 1);
    driven.press(&[Press::ShowAside]).feed(Input::Payment(paid));
    assert_eq!(driven.screen(), "decide");
}

#[test]
fn nothing_takes_a_decision_from_the_screen() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let paid = Payment {
        disposition: Some(Disposition::Undecided),
        version: 9,
        ..driven.payment(PaymentState::Successful)
    };
    let opening = Opening { sale_id: None, amount: 9_900, currency: None, reference: None };
    driven.feed(Input::Payment(paid)).feed(Input::Open(opening)).press(&[Press::ShowAside]);
    assert_eq!(driven.screen(), "decide");
}

#[test]
fn a_late_success_of_the_sale_is_shown_instead_of_the_next_scan() {
    let mut driven = Driven::waiting(PaymentState::Failed);
    let late = Payment {
        disposition: Some(Disposition::Undecided),
        version: 9,
        ..driven.payment(PaymentState::Failed)
    };
    driven.press(&[Press::ScanAgain]).feed(Input::Payment(late));
    assert_eq!(driven.screen(), "decide");
}

#[test]
fn what_is_shown_is_what_was_charged() {
    let opening =
        Opening { sale_id: SaleId::parse("sale-1").ok(), amount: 9_999, currency: None, reference: None };
    let mut driven = Driven::start(Stored::default(), Some(opening));
    driven.feed(Input::Terminal(Ok(terminal())));
    let paid =
        Payment { state: PaymentState::Successful, disposition: Some(Disposition::Kept), ..any_payment() };
    driven.feed(Input::SalePayments(SaleId::parse("sale-1").unwrap(), vec![paid]));
    assert_eq!(driven.till.view().sale.unwrap().amount.minor, 2_225);
}

#[test]
fn a_payment_that_the_proxy_has_had_is_never_recorded_as_one_that_never_arrived() {
    let mut driven = Driven::start(stored(true), None);
    driven.feed(Input::Terminal(Ok(terminal())));
    let id = PaymentId::parse("pay-1").unwrap();
    driven.feed(Input::CallFailed(id, problem(ProblemCode::PaymentNotFound, false)));
    assert!(driven.cancels().is_empty());
    assert_eq!(driven.till.view().screen, Screen::Recalling { missing: true });
    driven.press(&[Press::SetAside]);
    assert_eq!((driven.screen(), driven.till.view().aside), ("amount", 1));
}

#[test]
fn another_terminals_payment_leads_back_to_the_refusal_and_is_never_cancelled() {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let id = driven.puts()[0].0.clone();
    driven.feed(Input::CallFailed(id, problem(ProblemCode::SaleOpen, true))).press(&[Press::ShowOther]);
    assert_eq!(driven.screen(), "recalling");
    let other = PaymentId::parse("other").unwrap();
    driven.feed(Input::CallFailed(other, problem(ProblemCode::PaymentConflict, false)));
    assert_eq!((driven.screen(), driven.cancels().len()), ("refused", 0));
    driven.press(&[Press::EndSale]);
    assert_eq!(driven.reports(), [Outcome::InDoubt(None)]);
}

#[test]
fn an_end_that_omise_refuses_can_be_asked_for_anew_or_set_aside() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let refused = Payment {
        end_wanted: Some(EndWanted { by: Ender::Cashier, at: Timestamp(0) }),
        attention: Some(Attention::EndRefused),
        version: 9,
        ..driven.payment(PaymentState::Pending)
    };
    driven.feed(Input::Payment(refused)).press(&[Press::Cancel]);
    assert_eq!(driven.cancels(), [Ender::Cashier]);
    assert_eq!(driven.press(&[Press::SetAside]).screen(), "amount");
}

/// What may happen next; payments and failures are about the last PUT, if there was one.
#[derive(Clone, Debug)]
enum Move {
    Seen(PaymentState),
    Late,
    Failed(CallError),
    Elapsed(Timer),
    Scan(String),
    Press(Press),
    Reload,
}

fn any_move() -> impl Strategy<Value = Move> {
    let errors = prop::sample::select(vec![
        CallError::Unreachable,
        CallError::Unauthenticated,
        problem(ProblemCode::CodeStale, true),
        problem(ProblemCode::PaymentNotFound, false),
    ]);
    let timers = prop::sample::select(vec![Timer::Again, Timer::Poll, Timer::Deadline, Timer::Second]);
    let presses = prop::sample::select(vec![
        Press::Digit(5),
        Press::DoubleZero,
        Press::Charge,
        Press::Back,
        Press::Cancel,
        Press::SetAside,
        Press::ShowAside,
        Press::ScanAgain,
        Press::EndSale,
        Press::NextSale,
        Press::AcceptReference,
        Press::Decide(Decision::Keep),
        Press::Pair("x".into()),
    ]);
    prop_oneof![
        4 => any_state().prop_map(Move::Seen),
        1 => Just(Move::Late),
        2 => errors.prop_map(Move::Failed),
        2 => timers.prop_map(Move::Elapsed),
        2 => "28[0-9]{16}".prop_map(Move::Scan),
        4 => presses.prop_map(Move::Press),
        1 => Just(Move::Reload),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whatever happens in whatever order: no second payment is begun while one is open or kept for the same sale,
    /// and an attempt leaves the tablet's memory only when it is over or recorded as never created (P8).
    #[test]
    fn no_order_of_events_begins_a_second_payment_beside_an_open_one(moves in prop::collection::vec(any_move(), 0..40)) {
        let mut driven = Driven::scanning();
        let mut open: Option<(PaymentId, SaleId)> = None;
        for step in moves {
            let puts_before: Vec<_> = driven.puts().into_iter().map(|(id, _)| id).collect();
            match step {
                Move::Seen(state) if !driven.puts().is_empty() => {
                    let seen = driven.payment(state);
                    if state.is_final() && state != PaymentState::Successful
                        && open.as_ref().is_some_and(|(id, _)| *id == seen.id) {
                        open = None;
                    }
                    driven.feed(Input::Payment(seen));
                }
                Move::Failed(error) if !driven.puts().is_empty() => {
                    let (id, _) = driven.puts().pop().unwrap();
                    let sending = driven.screen() == "sending";
                    let recorded = matches!(&error, CallError::Refused(problem) if problem.never_created);
                    driven.feed(Input::CallFailed(id, error));
                    if recorded && sending && driven.screen() == "refused" {
                        open = None;
                    }
                }
                Move::Late if !driven.puts().is_empty() => {
                    let late = driven.payment(PaymentState::Successful);
                    driven.feed(Input::Payment(Payment { disposition: Some(Disposition::Undecided), version: 9, ..late }));
                }
                Move::Seen(_) | Move::Failed(_) | Move::Late => {}
                Move::Elapsed(timer) => { driven.feed(Input::Elapsed(timer)); }
                Move::Scan(text) => { driven.scan(&text); }
                Move::Press(press) => { driven.feed(Input::Press(press)); }
                Move::Reload => {
                    let kept = driven.saved();
                    let effects = std::mem::take(&mut driven.effects);
                    driven = Driven { now_ms: driven.now_ms + 10_000, effects, ..Driven::start(kept, None) };
                    driven.feed(Input::Terminal(Ok(terminal())));
                }
            }
            let fresh = driven.puts().into_iter().find(|(id, _)| !puts_before.contains(id));
            if let Some((id, body)) = fresh {
                if let Some((_, sale)) = &open {
                    prop_assert_ne!(sale, &body.sale_id, "a second payment was begun beside an open one");
                }
                open = Some((id, body.sale_id));
            }
            let unpaired = driven.screen() == "pair";
            if let (Some((id, _)), false) = (&open, unpaired) {
                let kept = driven.saved();
                let remembered = kept.sale.iter().chain(&kept.aside).any(|stored| stored.is(id));
                let left_paid = driven.reports().iter().any(|outcome| matches!(outcome,
                    Outcome::Paid(payment) | Outcome::InDoubt(Some(payment)) if payment.id == *id));
                prop_assert!(remembered || left_paid, "an attempt that may be paid was forgotten");
            }
        }
    }
}
