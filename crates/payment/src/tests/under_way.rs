//! A property over every order of inputs: what is under way has an action of its own, at once and a year later.

use proptest::prelude::*;
use scantill_testkit::property_cases;

use super::driven::{refund_id, resolved_manually, shown, wish};
use super::property::any_input;
use super::*;
use scantill_types::RefundId;
use scantill_types::api::PaymentOutcome;

/// Inputs about refunds, of a supervisor and of the rules, beside the others.
fn any_input_with_refunds() -> impl Strategy<Value = Input> {
    let of_return = |charge: &str| RefundId::of_return(&ChargeId::parse(charge).unwrap(), 0);
    let id = prop::sample::select(vec![refund_id("r-1"), of_return("chrg_1"), of_return("chrg_2")]);
    let learned = prop_oneof![
        2 => Just(RefundInput::Begins { refunded_amount: 0, is_paid: true }),
        1 => Just(RefundInput::AnswerLost(UnknownReason::AnswerLost)),
        1 => Just(RefundInput::Answered(shown("r-1", 1_000))),
        1 => Just(RefundInput::Refused { code: "failed_refund".into() }),
        1 => Just(RefundInput::AnswerOverdue),
        1 => Just(RefundInput::Listed(Timestamp(1))),
        1 => Just(RefundInput::ConfirmedAbsent),
    ];
    prop_oneof![
        9 => any_input(),
        3 => (1..3_u8).prop_map(|id| Input::ChargeRead(charge(&format!("chrg_{id}"), ChargeStatus::Successful))),
        2 => Just(Input::RefundAsked(wish("r-1", 1_000, 0))),
        4 => (id, learned).prop_map(|(id, learned)| Input::Refund(id, learned)),
        1 => prop::sample::select(vec![PaymentOutcome::Paid, PaymentOutcome::Unpaid]).prop_map(resolved_manually),
    ]
}

/// What is under way, and has no action of its own among these.
fn left_alone(attempt: &PaymentAttempt, actions: &[Action]) -> Vec<String> {
    let reads = |charge: &ChargeId| actions.contains(&Action::ReadDuplicate(charge.clone()));
    let duplicates = attempt.charges.duplicates.iter();
    let duplicates = duplicates.filter(|duplicate| duplicate.standing == DuplicateState::Unpaid);
    let duplicates = duplicates.filter(|duplicate| !reads(&duplicate.id));
    let refunds = attempt.refunds.ours.iter();
    let refunds = refunds.filter(|refund| !refund.is_over() && !attempt.is_held_back(refund));
    let refunds = refunds.filter(|refund| !actions.iter().any(|action| is_of(action, &refund.order.id)));
    let disposition = attempt.disposition.as_ref().filter(|_| !carries_on(attempt, actions));
    let told = duplicates.map(|duplicate| format!("{duplicate:?}"));
    let told = told.chain(refunds.map(|refund| format!("{refund:?}")));
    told.chain(disposition.map(|disposition| format!("{disposition:?}"))).collect()
}

fn is_of(action: &Action, id: &RefundId) -> bool {
    match action {
        Action::SendRefund(refund) | Action::LookupRefund(refund) | Action::StopAwaitingRefund(refund) => {
            refund == id
        }
        _ => false,
    }
}

/// Whether one of these actions brings the disposition on. What humans closed is not worked on any more (P18).
fn carries_on(attempt: &PaymentAttempt, actions: &[Action]) -> bool {
    let is_read = |action: &Action| matches!(action, Action::Read | Action::ReadDuplicate(_));
    let money = || attempt.money().map(|charge| &charge.id);
    match &attempt.disposition {
        _ if attempt.is_resolved_for_good() => true,
        Some(Disposition::AwaitingDecision(_)) => actions.contains(&Action::EndDecisionTime),
        Some(Disposition::RefundDue(_)) => {
            let is_waited_for = money().is_some_and(|charge| attempt.refunds.in_flight(charge).is_some());
            is_waited_for || actions.iter().any(is_read)
        }
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(property_cases(2_000)))]

    #[test]
    fn nothing_that_is_under_way_is_left_alone(inputs in prop::collection::vec(any_input_with_refunds(), 0..40)) {
        let timing = Timing::default();
        let mut attempt = run([PERMIT, seen(ChargeStatus::Pending)]);
        let mut now = Timestamp(1);
        for input in inputs {
            now = now.plus_ms(11_000);
            attempt = attempt.step(now, &timing, input).0;
            for later_ms in [0, 60_000, 86_400_000, 365 * 86_400_000] {
                let actions = attempt.next_actions(now.plus_ms(later_ms), &timing);
                let actions: Vec<Action> = actions.into_iter().map(|next| next.action).collect();
                let alone = left_alone(&attempt, &actions);
                prop_assert!(alone.is_empty(), "{alone:?} in {attempt:?}");
            }
        }
    }
}
