//! Facts of what shows nothing new: it is asked for ever more slowly, and leaves no trace in the books.

use super::driven::*;
use super::*;
use scantill_types::RefundId;
use scantill_types::api::PaymentOutcome;

const DAY_MS: i64 = 86_400_000;
/// The driver's pause after a step that changed nothing.
const PAUSE_MS: i64 = 3_000;

/// What a day of the same answers costs.
#[derive(Debug, Default)]
struct Day {
    actions: u32,
    changes: u32,
}

fn day(mut driven: Driven, answers: impl Fn(&Action) -> Vec<Input>) -> Day {
    let (mut day, timing) = (Day::default(), Timing::default());
    let mut next = driven.attempt.due(Timestamp(driven.now), &timing);
    while let Some(due) = next.filter(|due| due.at.0 <= DAY_MS) {
        driven.now = due.at.0;
        let steps = driven.tend(&answers);
        let moved = steps.last().is_some_and(|(_, moved)| *moved);
        day.actions += u32::try_from(steps.len()).unwrap();
        day.changes += steps.iter().map(|(_, moved)| u32::from(*moved)).sum::<u32>();
        let earliest = Timestamp(driven.now + if moved { 0 } else { PAUSE_MS });
        next = driven.attempt.due(Timestamp(driven.now), &timing);
        next = next.map(|next| ScheduledAction { at: next.at.max(earliest), ..next });
    }
    day
}

fn assert_calm(what: &str, driven: Driven, answers: impl Fn(&Action) -> Vec<Input>) {
    assert_calm_with(1, what, driven, answers);
}

/// The same for what takes more than one action in each round.
fn assert_calm_with(actions: u32, what: &str, driven: Driven, answers: impl Fn(&Action) -> Vec<Input>) {
    let day = day(driven, answers);
    assert!(day.actions <= 250 * actions && day.changes <= 6, "{what}: {day:?}");
    assert!(20 < day.actions, "{what} is not looked at any more: {day:?}");
}

fn cancelling() -> Driven {
    Driven::after([PERMIT, seen(ChargeStatus::Pending), CANCEL])
}

#[test]
fn while_cancelling_the_same_strange_charge_is_read_ever_more_slowly() {
    let strange = || seen(ChargeStatus::Unexpected("under_review".into()));
    let wrong = ChargeSnapshot { livemode: true, ..charge("chrg_1", ChargeStatus::Pending) };
    assert_calm("a strange status", cancelling(), |_| vec![strange()]);
    assert_calm("a mismatch", cancelling(), |_| vec![Input::ChargeRead(wrong.clone())]);
    assert_calm("a charge that is not known", cancelling(), |_| vec![Input::BoundMissing]);
    assert_calm("no answer", cancelling(), |_| Vec::new());
}

#[test]
fn a_lost_expire_is_repeated_ever_more_slowly_without_a_trace() {
    let lost = |action: &Action| match action {
        Action::Expire => vec![Input::ExpireBegins, seen(ChargeStatus::Pending)],
        _ => vec![seen(ChargeStatus::Pending)],
    };
    assert_calm("a lost expire", cancelling(), lost);
    let unread = |action: &Action| match action {
        Action::Expire => vec![Input::ExpireBegins],
        _ => Vec::new(),
    };
    let expiring = Driven::after([PERMIT, seen(ChargeStatus::Pending), CANCEL, seen(ChargeStatus::Pending)]);
    assert_calm("a lost expire without a read", expiring, unread);
}

#[test]
fn a_duplicate_that_no_rule_refunds_is_read_ever_more_slowly() {
    let partly = ChargeSnapshot { refunded_amount: 100, ..charge("chrg_2", ChargeStatus::Successful) };
    let disputed = ChargeSnapshot { disputed: true, ..charge("chrg_2", ChargeStatus::Successful) };
    for evidence in [partly, disputed] {
        let mut kept = Driven::kept();
        kept.feed(Input::ChargeRead(evidence.clone()));
        assert_calm("a further charge", kept, |_| vec![Input::ChargeRead(evidence.clone())]);
    }
}

#[test]
fn a_duplicate_that_never_ends_is_expired_ever_more_slowly() {
    let pending = || Input::ChargeRead(charge("chrg_2", ChargeStatus::Pending));
    let mut kept = Driven::kept();
    kept.feed(pending());
    assert_calm_with(2, "a duplicate that never ends", kept, |action| match action {
        Action::ExpireDuplicate(charge) => vec![Input::DuplicateExpireBegins(charge.clone())],
        _ => vec![pending()],
    });
}

#[test]
fn due_money_that_cannot_be_read_is_read_ever_more_slowly() {
    let to_return = || {
        let mut late = Driven::late();
        late.feed(Input::Decided(Decision::Refund));
        late
    };
    assert_calm("the first read", to_return(), |_| Vec::new());
    let mut read_once = to_return();
    read_once.feed(seen(ChargeStatus::Successful));
    assert_calm("the second read", read_once, |_| Vec::new());
    let mut returning = to_return();
    returning.at(1_000, seen(ChargeStatus::Successful));
    returning.at(21_000, seen(ChargeStatus::Successful));
    let refund = RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 0);
    assert_eq!(returning.due(), Some((21_000, Action::SendRefund(refund))));
    assert_calm("the read before the refund", returning, |_| Vec::new());
}

#[test]
fn a_manually_resolved_payment_is_polled_and_not_changed() {
    let doubt = Driven::after([PERMIT, Input::AnswerLost(UnknownReason::AnswerLost)]);
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Refund));
    for mut driven in [cancelling(), late, doubt] {
        driven.feed(resolved_manually(PaymentOutcome::Unpaid));
        let day = day(driven, |action| {
            assert!(matches!(action, Action::Read | Action::LookupCharge), "{action:?}");
            Vec::new()
        });
        assert!((3..=8).contains(&day.actions) && day.changes == 0, "{day:?}");
    }
}

#[test]
fn a_decision_after_a_manual_resolution_is_carried_out() {
    let mut late = Driven::late();
    late.feed(Input::DecisionOverdue);
    late.feed(resolved_manually(PaymentOutcome::Unpaid));
    late.feed(Input::DecidedBySupervisor(Decision::Refund));
    assert_eq!((late.attempt.resolution.clone(), late.due()), (None, Some((1, Action::Read))));
}
