//! Whatever happens, in whatever order.

use proptest::prelude::*;

use super::*;

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
