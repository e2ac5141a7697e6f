//! Facts of the end of a duplicate charge: a read that shows it pending leads to an expire, until a read shows its end (P12).

use super::driven::*;
use super::*;
use scantill_types::api::PaymentOutcome;

fn second() -> ChargeId {
    ChargeId::parse("chrg_2").unwrap()
}

fn second_is(status: ChargeStatus) -> Input {
    Input::ChargeRead(charge("chrg_2", status))
}

fn expire() -> Action {
    Action::ExpireDuplicate(second())
}

fn begins() -> Input {
    Input::DuplicateExpireBegins(second())
}

fn doubled() -> Driven {
    Driven::after([PERMIT, seen(ChargeStatus::Successful), second_is(ChargeStatus::Pending)])
}

fn listed(driven: &Driven) -> Vec<Action> {
    let actions = driven.attempt.next_actions(Timestamp(driven.now), &Timing::default());
    actions.into_iter().map(|next| next.action).collect()
}

fn expire_at(driven: &Driven) -> Option<i64> {
    let actions = driven.attempt.next_actions(Timestamp(driven.now), &Timing::default());
    actions.into_iter().find(|next| next.action == expire()).map(|next| next.at.0)
}

#[test]
fn a_second_charge_of_the_payment_is_a_duplicate_and_expired() {
    let bound = run([PERMIT, seen(ChargeStatus::Pending)]);
    let duplicate = Input::ChargeRead(charge("chrg_2", ChargeStatus::Pending));
    let attempt = bound.step(Timestamp(1), &Timing::default(), duplicate).0;
    assert_eq!(attempt.charges.bound.as_ref().unwrap().id.as_str(), "chrg_1");
    let expire = Action::ExpireDuplicate(ChargeId::parse("chrg_2").unwrap());
    assert_eq!(
        attempt.due(Timestamp(1), &Timing::default()),
        Some(ScheduledAction { at: Timestamp(1), action: expire })
    );
    assert_eq!(attempt.review(), Some(ReviewReason::DuplicateCharge));
}

#[test]
fn a_pending_duplicate_is_expired_again_ever_more_slowly_without_a_trace() {
    let mut doubled = doubled();
    assert_eq!(doubled.due(), Some((doubled.now, expire())));
    doubled.feed(begins());
    let begun = doubled.attempt.clone();
    for (now, pause_ms) in [(1, 3_000), (10_000, 3_000), (120_000, 15_000), (86_400_000, 600_000)] {
        doubled.at(now, second_is(ChargeStatus::Pending));
        doubled.feed(begins());
        assert_eq!((&doubled.attempt, &doubled.remarks), (&begun, &Vec::new()));
        assert_eq!(expire_at(&doubled), Some(now + pause_ms));
        assert!(listed(&doubled).contains(&Action::ReadDuplicate(second())));
    }
}

#[test]
fn reads_before_the_expire_ask_for_no_second_one() {
    let mut doubled = doubled();
    doubled.feed(second_is(ChargeStatus::Pending));
    doubled.feed(begins());
    assert!(expire_at(&doubled).is_some_and(|at| doubled.now < at));
}

#[test]
fn no_expire_begins_for_a_duplicate_that_is_over_or_unknown() {
    let mut over = doubled();
    over.feed(begins());
    assert!(over.attempt.charges.is_expiring(&second()));
    over.feed(second_is(ChargeStatus::Expired));
    let (before, third) = (over.attempt.clone(), ChargeId::parse("chrg_3").unwrap());
    for charge in [second(), third, ChargeId::parse("chrg_1").unwrap()] {
        over.feed(Input::DuplicateExpireBegins(charge.clone()));
        assert_eq!((&over.attempt, &over.remarks), (&before, &vec![Remark::Ignored]));
        assert!(!over.attempt.charges.is_expiring(&charge));
    }
}

#[test]
fn a_lagging_pending_read_of_a_duplicate_that_is_over_says_nothing() {
    let ends = [ChargeStatus::Expired, ChargeStatus::Failed(FailureCode::Timeout), ChargeStatus::Successful];
    for (end, begun) in ends.into_iter().flat_map(|end| [(end.clone(), false), (end, true)]) {
        let mut over = doubled();
        if begun {
            over.feed(begins());
        }
        over.feed(second_is(end.clone()));
        let before = over.attempt.clone();
        over.feed(second_is(ChargeStatus::Pending));
        assert_eq!(over.attempt, before, "{end:?}");
        assert_eq!(over.attempt.charges.duplicates[0].facts.as_ref().unwrap().status, end);
        assert_eq!(expire_at(&over), None);
    }
}

#[test]
fn a_strange_status_ends_the_expires_until_it_is_pending_again() {
    let mut strange = doubled();
    strange.feed(begins());
    strange.feed(second_is(ChargeStatus::Unexpected("under_review".into())));
    assert_eq!(expire_at(&strange), None);
    strange.feed(second_is(ChargeStatus::Pending));
    assert_eq!(expire_at(&strange), Some(strange.now));
}

#[test]
fn a_pass_expires_a_duplicate_and_reads_it_again() {
    let mut doubled = doubled();
    let steps = doubled.tend(|action| match action {
        Action::ExpireDuplicate(_) => vec![begins()],
        _ => vec![second_is(ChargeStatus::Expired)],
    });
    assert_eq!(steps, [(expire(), true), (Action::ReadDuplicate(second()), true)]);
    assert_eq!(doubled.due(), None);
}

#[test]
fn no_duplicate_is_expired_before_an_end_is_allowed() {
    let mut doubled = doubled();
    doubled.attempt.order.end_not_before = Timestamp(15_000);
    assert_eq!(expire_at(&doubled), Some(15_000));
    let early = doubled.tend(|_| Vec::new());
    assert!(early.iter().all(|(action, _)| *action != expire()), "{early:?}");
    doubled.now = 20_000;
    assert_eq!(expire_at(&doubled), Some(20_000), "a restart loses nothing");
}

#[test]
fn a_duplicate_that_is_over_is_expired_no_more() {
    for status in
        [ChargeStatus::Expired, ChargeStatus::Successful, ChargeStatus::Failed(FailureCode::Timeout)]
    {
        let mut over = doubled();
        over.feed(second_is(status));
        assert!(!listed(&over).contains(&expire()));
    }
    let mut paid = doubled();
    paid.feed(second_is(ChargeStatus::Successful));
    paid.feed(second_is(ChargeStatus::Pending));
    assert!(!listed(&paid).contains(&expire()), "a stale read asks for nothing");
}

#[test]
fn a_pending_duplicate_is_expired_whatever_humans_closed() {
    let mut closed = Driven::after([PERMIT, seen(ChargeStatus::Pending), second_is(ChargeStatus::Pending)]);
    closed.feed(resolved_manually(PaymentOutcome::Paid));
    assert!(listed(&closed).contains(&expire()));
    closed.feed(Input::Restarted);
    assert!(listed(&closed).contains(&expire()));
}
