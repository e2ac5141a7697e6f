//! When it is proved that no charge exists, and what is watched even so (P14, P15).

use super::*;

#[test]
fn a_lost_source_means_that_no_charge_exists() {
    assert_eq!(run([PERMIT, Input::SourceLost]).state, State::failed(FailureCode::NotCreated));
    let source = Input::SourceCreated(SourceId::parse("src_1").unwrap());
    assert_eq!(run([PERMIT, source, Input::SourceLost]).payment_state(), PaymentState::Sending);
}

#[test]
fn confirmed_absence_ends_a_payment_in_doubt_and_polls_go_on() {
    let timing = Timing::default();
    let attempt = run([PERMIT, Input::AnswerLost(UnknownReason::AnswerLost), Input::ConfirmedAbsent]);
    assert_eq!(attempt.state, State::failed(FailureCode::NotCreated));
    assert_eq!(
        attempt.due(Timestamp(1), &timing),
        Some(ScheduledAction { at: Timestamp(30_001), action: Action::LookupCharge })
    );
    let found = attempt.step(Timestamp(2), &timing, seen(ChargeStatus::Successful)).0;
    assert_eq!((found.payment_state(), found.review()), (PaymentState::Failed, Some(ReviewReason::PaidLate)));
}

#[test]
fn a_refused_payment_is_polled_in_case_a_copy_was_charged() {
    let source = Input::SourceCreated(SourceId::parse("src_1").unwrap());
    let refused = || Input::Refused { code: "invalid_charge".into() };
    let due = |inputs: Vec<Input>| run(inputs).due(Timestamp(1), &Timing::default()).map(|due| due.action);
    assert_eq!(due(vec![PERMIT, source, refused()]), Some(Action::LookupCharge));
    assert_eq!(due(vec![PERMIT, refused()]), Some(Action::LookupCharge));
    assert_eq!(due(vec![PERMIT, Input::NotSent]), None, "of which no byte left, nothing can be found");
}

#[test]
fn a_charge_that_was_seen_is_never_absent() {
    let mismatch = ChargeSnapshot { livemode: true, ..charge("chrg_1", ChargeStatus::Pending) };
    let attempt = run([PERMIT, Input::ChargeRead(mismatch), Input::ConfirmedAbsent]);
    assert_eq!(attempt.payment_state(), PaymentState::Unknown);
    assert_eq!(
        run([PERMIT, seen(ChargeStatus::Pending), Input::ConfirmedAbsent]).payment_state(),
        PaymentState::Pending
    );
}

#[test]
fn a_doubt_that_began_with_a_strange_charge_is_never_absent() {
    let mismatch = ChargeSnapshot { livemode: true, ..charge("chrg_1", ChargeStatus::Pending) };
    let attempt = PaymentAttempt {
        reviews: Reviews::from(vec![ReviewReason::DuplicateCharge]),
        ..run([PERMIT, Input::ChargeRead(mismatch)])
    };
    assert_eq!(
        attempt.step(Timestamp(1), &Timing::default(), Input::ConfirmedAbsent).0.payment_state(),
        PaymentState::Unknown
    );
}
