//! Facts of one round: all that waits for a look is looked at, and what comes at once follows.

use super::driven::*;
use super::*;
use scantill_types::api::PaymentOutcome;

const HOUR_MS: i64 = 60 * MINUTE_MS;

fn further(id: &str) -> ChargeId {
    ChargeId::parse(id).unwrap()
}

fn looks(steps: Vec<(Action, bool)>) -> Vec<Action> {
    steps.into_iter().map(|(action, _)| action).collect()
}

/// What one round does in which the provider shows nothing new.
fn tended_at(now: i64, driven: &mut Driven) -> Vec<Action> {
    driven.now = now;
    looks(driven.tend(|_| Vec::new()))
}

#[test]
fn duplicates_that_never_end_delay_no_other_task() {
    let pending = |id: &str| Input::ChargeRead(charge(id, ChargeStatus::Pending));
    let mut failed = Driven::after([
        PERMIT,
        seen(ChargeStatus::Failed(FailureCode::Timeout)),
        pending("chrg_2"),
        Input::DuplicateExpireBegins(further("chrg_2")),
        pending("chrg_3"),
        Input::DuplicateExpireBegins(further("chrg_3")),
    ]);
    let of_one = |id: &str| [Action::ExpireDuplicate(further(id)), Action::ReadDuplicate(further(id))];
    let expected = [vec![Action::Read], of_one("chrg_2").to_vec(), of_one("chrg_3").to_vec()];
    assert_eq!(tended_at(HOUR_MS, &mut failed), expected.concat());
}

#[test]
fn a_finished_payment_with_a_refund_in_doubt_is_still_polled() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 100, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerLost(UnknownReason::Mismatch)));
    kept.attempt.disposition = Some(Disposition::InReview);
    kept.feed(resolved_manually(PaymentOutcome::Paid));
    assert!(kept.attempt.resolution.is_some());
    assert_eq!(tended_at(HOUR_MS, &mut kept), [Action::Read, Action::LookupRefund(refund_id("r-1"))]);
}

#[test]
fn money_on_a_duplicate_is_polled_once_the_payment_is_decided() {
    let mut pending = Driven::after([
        PERMIT,
        seen(ChargeStatus::Pending),
        Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful)),
    ]);
    assert_eq!(tended_at(MINUTE_MS, &mut pending), [Action::Read]);
    pending.feed(seen(ChargeStatus::Successful));
    assert_eq!(tended_at(MINUTE_MS, &mut pending), [Action::ReadDuplicate(further("chrg_2"))]);
}

#[test]
fn a_supervisors_refund_after_a_manual_resolution_is_carried_out() {
    let mut pending =
        Driven::after([PERMIT, seen(ChargeStatus::Pending), resolved_manually(PaymentOutcome::Paid)]);
    pending.feed(Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful)));
    pending.feed(Input::DecidedBySupervisor(Decision::Refund));
    assert_eq!(pending.due(), Some((1, Action::ReadDuplicate(further("chrg_2")))));
    assert!(pending.attempt.resolution.is_some());
}

#[test]
fn due_money_waits_for_a_refund_under_way() {
    let mut late = Driven::late();
    late.ask(wish("r-1", 100, 0));
    late.begin(&refund_id("r-1"), 0);
    late.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerLost(UnknownReason::AnswerLost)));
    late.feed(Input::Decided(Decision::Refund));
    assert_eq!(tended_at(MINUTE_MS, &mut late), [Action::LookupRefund(refund_id("r-1"))]);
}

#[test]
fn only_reads_are_done_before_they_are_due() {
    let mut late = Driven::late();
    assert_eq!(tended_at(1 + MINUTE_MS - 1, &mut late), []);
    assert_eq!(tended_at(1 + MINUTE_MS, &mut late), [Action::EndDecisionTime]);
    let mut pending = Driven::after([PERMIT, seen(ChargeStatus::Pending)]);
    assert_eq!(
        tended_at(74_999, &mut pending),
        [Action::Read],
        "a deadline that is near lets a look come early"
    );
    assert_eq!(tended_at(75_000, &mut pending), [Action::RequestCancel], "and then comes alone");
}

#[test]
fn an_expire_comes_in_its_pass_and_not_before_it_may() {
    let opened = || Driven::after([PERMIT, seen(ChargeStatus::Pending), CANCEL]);
    let answers = |action: &Action| match action {
        Action::Expire => vec![Input::ExpireBegins, seen(ChargeStatus::Expired)],
        _ => vec![seen(ChargeStatus::Pending)],
    };
    assert_eq!(looks(opened().tend(answers)), [Action::Read, Action::Expire]);
    let mut young = opened();
    young.attempt.order.end_not_before = Timestamp(15_000);
    assert_eq!(looks(young.tend(answers)), [Action::Read]);
    young.now = 14_999;
    assert_eq!(looks(young.tend(answers)), []);
    young.now = 15_000;
    assert_eq!(looks(young.tend(answers)), [Action::Expire]);
}

#[test]
fn an_early_cancel_request_expires_the_charge_in_any_first_status() {
    let strange = || seen(ChargeStatus::Unexpected("under_review".into()));
    let lost = Input::AnswerLost(UnknownReason::AnswerLost);
    for inputs in [vec![PERMIT, CANCEL, strange()], vec![PERMIT, lost, CANCEL, strange()]] {
        let mut wanted = Driven::after(inputs);
        assert_eq!(wanted.attempt.payment_state(), PaymentState::Cancelling);
        let answers = |action: &Action| match action {
            Action::Expire => vec![Input::ExpireBegins, seen(ChargeStatus::Expired)],
            _ => vec![seen(ChargeStatus::Pending)],
        };
        assert_eq!(looks(wanted.tend(answers)), [Action::Read, Action::Expire]);
        assert_eq!(
            (wanted.attempt.payment_state(), wanted.attempt.review()),
            (PaymentState::Cancelled, None)
        );
    }
    assert_eq!(Driven::after([PERMIT, strange()]).attempt.payment_state(), PaymentState::Pending);
}

#[test]
fn a_task_may_repeat_after_a_change_and_the_pass_still_ends() {
    let mut pending = Driven::after([PERMIT, seen(ChargeStatus::Pending)]);
    pending.now = 75_000;
    // Every look shows a payment that was cancelled anew.
    let steps = looks(pending.tend(|_| vec![CANCEL]));
    assert_eq!(steps, [Action::RequestCancel, Action::Read]);
    let mut asked = Driven::kept();
    let ids = ["r-1", "r-2", "r-3", "r-4", "r-5", "r-6", "r-7", "r-8", "r-9", "r-10"];
    for id in ids {
        asked.attempt.refunds.approve(wish(id, 100, 0));
    }
    assert_eq!(asked.tend(|_| Vec::new()).len(), 8);
}

#[test]
fn the_last_poll_happens_even_after_a_long_stop() {
    let mut expired = Driven::after([PERMIT, seen(ChargeStatus::Expired)]);
    // The last of the rare looks comes here, and none is planned after it.
    expired.now = 19 * HOUR_MS + 1;
    assert_eq!(expired.due(), None);
    assert_eq!(tended_at(19 * HOUR_MS + 1, &mut expired), [Action::Read]);
    assert_eq!(tended_at(90 * HOUR_MS, &mut expired), [Action::Read]);
    expired.feed(seen(ChargeStatus::Successful));
    expired.feed(Input::Decided(Decision::Accept));
    assert_eq!(tended_at(91 * HOUR_MS, &mut expired), [], "what was decided is watched no more");
    let mut kept = Driven::kept();
    assert_eq!(tended_at(90 * HOUR_MS, &mut kept), []);
}
