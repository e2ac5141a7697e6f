//! Facts of the end of a duplicate charge: each read that shows it pending leads to one expire (P12).

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
fn each_pending_read_of_a_duplicate_leads_to_one_expire() {
    let mut doubled = doubled();
    for _ in 0..3 {
        assert_eq!(doubled.due(), Some((doubled.now, expire())));
        doubled.feed(begins());
        assert_eq!(listed(&doubled), [Action::ReadDuplicate(second())]);
        doubled.feed(begins());
        assert_eq!(doubled.remarks, [Remark::Ignored], "it is sent once");
        let (at, _) = doubled.due().unwrap();
        assert!(doubled.now < at, "the reads pace the expires");
        doubled.at(at, second_is(ChargeStatus::Pending));
    }
}

#[test]
fn reads_between_them_ask_for_no_second_expire() {
    let mut doubled = doubled();
    doubled.feed(second_is(ChargeStatus::Pending));
    doubled.feed(begins());
    assert!(!listed(&doubled).contains(&expire()));
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
    let at = |driven: &Driven| {
        let actions = driven.attempt.next_actions(Timestamp(driven.now), &Timing::default());
        actions.into_iter().find(|next| next.action == expire()).map(|next| next.at.0)
    };
    assert_eq!(at(&doubled), Some(15_000));
    let early = doubled.tend(|_| Vec::new());
    assert!(early.iter().all(|(action, _)| *action != expire()), "{early:?}");
    doubled.now = 20_000;
    assert_eq!(at(&doubled), Some(20_000), "a restart loses nothing");
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
