//! Facts of ends that were wanted late: whoever paid before anybody asked had paid in time (P11, P14).

use super::driven::*;
use super::*;
use scantill_types::api::Disposition as Word;

const HOUR_MS: i64 = 60 * MINUTE_MS;

fn paid_at(at: i64) -> Input {
    let paid_at = Some(Timestamp(at));
    Input::ChargeRead(ChargeSnapshot { paid_at, ..charge("chrg_1", ChargeStatus::Successful) })
}

/// The end, asked for at this time of the provider's.
fn cancel_at(provider_time: i64) -> Input {
    let provider_time = Some(Timestamp(provider_time));
    Input::CancelRequested(CancelRequested { by: CancelledBy::Cashier, provider_time })
}

fn passed_at(provider_time: i64) -> Input {
    Input::DeadlinePassed { provider_time: Some(Timestamp(provider_time)) }
}

#[test]
fn what_was_paid_before_its_end_was_asked_for_is_kept() {
    for wish in [cancel_at(10_000), passed_at(10_000)] {
        let doubt = Input::AnswerLost(UnknownReason::AnswerLost);
        for opening in [vec![PERMIT, seen(ChargeStatus::Pending)], vec![PERMIT, doubt]] {
            let ended = |paid: i64| {
                let inputs = opening.iter().cloned().chain([wish.clone(), paid_at(paid)]);
                Driven::after(inputs).disposition()
            };
            assert_eq!(ended(9_000), Some(Word::Accepted));
            assert_eq!(ended(9_001), Some(Word::AwaitingDecision), "within that second nobody can tell");
            assert_eq!(ended(20_000), Some(Word::AwaitingDecision));
        }
    }
}

#[test]
fn without_the_providers_time_a_late_success_is_undecided() {
    let opening = [PERMIT, seen(ChargeStatus::Pending)];
    let no_request = opening.clone().into_iter().chain([CANCEL, paid_at(1_000)]);
    assert_eq!(Driven::after(no_request).disposition(), Some(Word::AwaitingDecision));
    let no_payment = opening.into_iter().chain([cancel_at(10_000), seen(ChargeStatus::Successful)]);
    assert_eq!(Driven::after(no_payment).disposition(), Some(Word::AwaitingDecision));
}

#[test]
fn of_two_requests_the_first_is_the_one_that_counts() {
    let pending =
        [PERMIT, Input::AnswerLost(UnknownReason::AnswerLost), cancel_at(10_000), cancel_at(60_000)];
    assert_eq!(
        Driven::after(pending.into_iter().chain([paid_at(30_000)])).disposition(),
        Some(Word::AwaitingDecision)
    );
}

#[test]
fn what_ended_unpaid_and_was_paid_before_is_late_all_the_same() {
    let mut late = Driven::after([PERMIT, seen(ChargeStatus::Pending), cancel_at(10_000)]);
    late.feed(seen(ChargeStatus::Expired));
    late.feed(paid_at(1_000));
    assert_eq!(
        (late.disposition(), late.attempt.review()),
        (Some(Word::AwaitingDecision), Some(ReviewReason::PaidLate))
    );
}

#[test]
fn an_end_that_nobody_else_wants_is_wanted_after_the_deadline_once() {
    let mut pending = Driven::after([PERMIT, seen(ChargeStatus::Pending), cancel_at(10_000)]);
    pending.feed(passed_at(20_000));
    assert_eq!(pending.remarks, [Remark::Ignored]);
    let mut paid = Driven::kept();
    paid.feed(passed_at(20_000));
    assert_eq!((paid.remarks, paid.attempt.cancel_request), (vec![Remark::Ignored], None));
}

#[test]
fn a_deadline_that_passed_unread_is_tried_ever_more_slowly() {
    let mut pending = Driven::after([PERMIT, seen(ChargeStatus::Pending)]);
    let mut pauses = Vec::new();
    for now in [80_000, 10 * MINUTE_MS, HOUR_MS] {
        pending.now = now;
        let steps: Vec<Action> = pending.tend(|_| Vec::new()).into_iter().map(|(action, _)| action).collect();
        assert_eq!(steps, [Action::RequestCancel]);
        pauses.push(pending.due().unwrap().0 - now);
    }
    assert_eq!(pauses, [3_000, 600_000, 600_000]);
    pending.now = HOUR_MS;
    let found = |action: &Action| match action {
        Action::RequestCancel => vec![seen(ChargeStatus::Successful)],
        _ => Vec::new(),
    };
    pending.tend(found);
    assert_eq!(pending.disposition(), Some(Word::Accepted), "it was paid while nobody could look");
}

#[test]
fn an_undecided_payment_is_asked_anew_after_a_stop_or_stall() {
    let mut stopped = Driven::late();
    stopped.at(HOUR_MS, Input::Restarted);
    assert_eq!(stopped.due(), Some((HOUR_MS + MINUTE_MS, Action::EndDecisionTime)));
    let mut stalled = Driven::late();
    stalled.at(2 * MINUTE_MS + 1, Input::DecisionOverdue);
    assert_eq!(stalled.due(), Some((3 * MINUTE_MS + 1, Action::EndDecisionTime)));
    stalled.at(3 * MINUTE_MS + 1, Input::DecisionOverdue);
    assert_eq!(stalled.attempt.review(), Some(ReviewReason::DecisionOverdue));
}

#[test]
fn the_first_empty_list_is_on_record_until_a_charge_is_listed() {
    let mut doubt = Driven::after([PERMIT, Input::AnswerLost(UnknownReason::AnswerLost)]);
    let first = |driven: &Driven| match &driven.attempt.state {
        State::Unknown(unknown) => unknown.first_list,
        state => panic!("{state:?}"),
    };
    doubt.feed(Input::Listed(Some(Timestamp(5_000))));
    doubt.feed(Input::Restarted);
    assert_eq!(first(&doubt), Some(Timestamp(5_000)));
    doubt.feed(Input::Listed(None));
    assert_eq!(first(&doubt), None);
    let mut refund = Driven::kept();
    refund.ask(wish("r-1", 1_000, 0));
    refund.begin(&refund_id("r-1"), 0);
    refund.feed(Input::Refund(refund_id("r-1"), RefundInput::Listed(Timestamp(5_000))));
    assert_eq!(refund.remarks, [Remark::Ignored], "it is not in doubt");
    refund.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerLost(UnknownReason::AnswerLost)));
    refund.feed(Input::Refund(refund_id("r-1"), RefundInput::Listed(Timestamp(5_000))));
    refund.feed(Input::Restarted);
    let state = &refund.attempt.refunds.ours[0].state;
    assert!(matches!(state, RefundState::Unknown(known) if known.first_list == Some(Timestamp(5_000))));
}
