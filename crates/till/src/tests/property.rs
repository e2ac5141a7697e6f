//! A property over all events in any order.

use proptest::prelude::*;
use scantill_testkit::property_cases;

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

/// The next event. Payments and failures are about the last PUT, if there was one.
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
    let timers =
        prop::sample::select(vec![Timer::Again, Timer::Poll, Timer::Deadline, Timer::Second, Timer::Idle]);
    let presses = prop::sample::select(vec![
        Press::Digit(5),
        Press::DoubleZero,
        Press::Charge,
        Press::Back,
        Press::Cancel,
        Press::Park,
        Press::ShowParked,
        Press::ScanAgain,
        Press::EndSale,
        Press::NextSale,
        Press::AcceptReference,
        Press::Decide(Decision::Accept),
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
    #![proptest_config(ProptestConfig::with_cases(property_cases(1_000)))]

    /// For all events in any order: no second payment begins while one is open or kept for the same sale. The
    /// tablet forgets a payment only when it is over or recorded as never created (P8). A late success stays
    /// until somebody has decided what becomes of it (P16).
    #[test]
    fn no_order_of_events_begins_a_second_payment_beside_an_open_one(moves in prop::collection::vec(any_move(), 0..40)) {
        let mut driven = Driven::scanning();
        let mut open: Option<(PaymentId, SaleId)> = None;
        let mut late: Option<PaymentId> = None;
        for step in moves {
            let puts_before: Vec<_> = driven.puts().into_iter().map(|(id, _)| id).collect();
            match step {
                // A proxy never takes back that money was captured.
                Move::Seen(_) if late.is_some() && late == driven.puts().pop().map(|(id, _)| id) => {}
                Move::Seen(state) if !driven.puts().is_empty() => {
                    let seen = driven.payment(state);
                    if state.is_final() && state != PaymentState::Successful
                        && open.as_ref().is_some_and(|(id, _)| *id == seen.id) {
                        open = None;
                    }
                    driven.feed(Input::Payment(seen.into()));
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
                    let paid = driven.payment(PaymentState::Successful);
                    late = Some(paid.id.clone());
                    driven.feed(Input::Payment(Payment { disposition: Some(Disposition::AwaitingDecision), version: 9, ..paid }.into()));
                }
                Move::Seen(_) | Move::Failed(_) | Move::Late => {}
                Move::Elapsed(timer) => { driven.feed(Input::Elapsed(timer)); }
                Move::Scan(text) => { driven.scan(&text); }
                Move::Press(press) => { driven.feed(Input::Press(press)); }
                Move::Reload => {
                    let kept = driven.saved();
                    driven = driven.reload(kept, None);
                    driven.begin(&[], None);
                }
            }
            let fresh = driven.puts().into_iter().find(|(id, _)| !puts_before.contains(id));
            if let Some((id, body)) = fresh {
                if let Some((_, sale)) = &open {
                    prop_assert_ne!(sale, &body.sale_id, "a second payment was begun beside an open one");
                }
                open = Some((id, body.sale_id));
            }
            if let Some(id) = &late {
                prop_assert!(remembers(&driven, id), "money that waits for a word was forgotten");
            }
            let unpaired = driven.screen() == "pair";
            if let (Some((id, _)), false) = (&open, unpaired) {
                let remembered = remembers(&driven, id);
                let left_paid = driven.reports().iter().any(|outcome| matches!(outcome,
                    Outcome::Paid(payment) | Outcome::InDoubt(Some(payment)) if payment.id == *id));
                prop_assert!(remembered || left_paid, "an attempt that may be paid was forgotten");
            }
        }
    }
}

fn remembers(driven: &Driven, id: &PaymentId) -> bool {
    let kept = driven.saved();
    kept.sale.iter().chain(&kept.parked).any(|stored| stored.is(id))
}
