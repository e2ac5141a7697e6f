//! Properties of the set of reviews, over every order of inputs.

use proptest::prelude::*;

use super::driven::resolved_manually;
use super::property::any_input;
use super::*;
use scantill_testkit::property_cases;
use scantill_types::api::PaymentOutcome;

fn after(inputs: &[Input]) -> PaymentAttempt {
    let step = |attempt: PaymentAttempt, (index, input): (usize, &Input)| {
        let at = Timestamp(i64::try_from(index).unwrap() * 21_000);
        attempt.step(at, &Timing::default(), input.clone()).0
    };
    inputs.iter().enumerate().fold(PaymentAttempt::new(order()), step)
}

fn late(attempt: &PaymentAttempt, input: Input) -> PaymentAttempt {
    attempt.clone().step(Timestamp(3_600_000), &Timing::default(), input).0
}

/// Money on a duplicate that those who resolved the payment cannot have meant.
fn has_money_on_a_duplicate(attempt: &PaymentAttempt) -> bool {
    attempt.charges.duplicates.iter().any(|duplicate| {
        matches!(
            duplicate.standing,
            DuplicateState::Paid(_) | DuplicateState::Primary | DuplicateState::RefundFailed
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(property_cases(2_000)))]

    #[test]
    fn the_shown_reason_is_in_the_set_and_none_is_there_twice(inputs in prop::collection::vec(any_input(), 0..25)) {
        let attempt = after(&inputs);
        let all: Vec<ReviewReason> = attempt.all_reviews().iter().collect();
        prop_assert!(attempt.review().map_or(all.is_empty(), |shown| all.contains(&shown)));
        prop_assert!((1..all.len()).all(|index| !all[..index].contains(&all[index])), "{:?}", all);
        let asked = attempt.awaits_decision().then_some(ReviewReason::AwaitingDecision);
        if let (None, Some(shown)) = (&attempt.resolution, attempt.review()) {
            let case = attempt.review_case(Timestamp(0)).unwrap();
            prop_assert_eq!(case.reason, asked.unwrap_or(shown));
        }
    }

    #[test]
    fn an_acknowledgement_removes_the_reason_that_was_seen_alone(inputs in prop::collection::vec(any_input(), 0..25)) {
        let attempt = after(&inputs);
        let Some(reason) = attempt.review() else { return Ok(()) };
        let seen = late(&attempt, Input::Acknowledged(reason));
        let left = attempt.reviews.iter().filter(|other| *other != reason || !attempt.may_be_acknowledged());
        prop_assert_eq!(seen.reviews.iter().collect::<Vec<_>>(), left.collect::<Vec<_>>());
        prop_assert_eq!(PaymentAttempt { reviews: attempt.reviews.clone(), ..seen }, attempt);
    }

    #[test]
    fn a_manual_resolution_calls_nobody_but_for_money_on_a_duplicate(inputs in prop::collection::vec(any_input(), 0..25)) {
        let attempt = after(&inputs);
        let resolved = late(&attempt, resolved_manually(PaymentOutcome::Unpaid));
        let case = resolved.review_case(Timestamp(7_200_000));
        if resolved.resolution.is_some() && !has_money_on_a_duplicate(&resolved) {
            prop_assert_eq!(case, None);
        }
    }
}

#[test]
fn no_reason_hides_another_for_good() {
    let mut attempt = run([PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful)]);
    let duplicate = Input::ChargeRead(charge("chrg_2", ChargeStatus::Expired));
    for input in [duplicate, Input::DecisionOverdue] {
        attempt = attempt.step(Timestamp(2), &Timing::default(), input).0;
    }
    let reasons: Vec<ReviewReason> = attempt.reviews.iter().collect();
    let all = [ReviewReason::DecisionOverdue, ReviewReason::DuplicateCharge, ReviewReason::PaidLate];
    assert_eq!(reasons, all);
    let kept = late(&attempt, Input::DecidedBySupervisor(Decision::Accept));
    assert_eq!(kept.review(), Some(ReviewReason::DuplicateCharge), "nobody has acknowledged it");
    assert_eq!(late(&kept, Input::Acknowledged(ReviewReason::DuplicateCharge)).review(), None);
}

#[test]
fn a_mismatch_ends_with_newer_facts_of_its_own_charge_alone() {
    let mismatched = || Reviews::from(vec![ReviewReason::Mismatch]);
    for (reason, stays) in [
        (ReviewReason::DuplicateCharge, true),
        (ReviewReason::ChargeMissing, true),
        (ReviewReason::UnexpectedStatus, false),
        (ReviewReason::DecisionOverdue, false),
    ] {
        let mut reviews = mismatched();
        reviews.add(reason);
        assert_eq!((reviews.contains(ReviewReason::Mismatch), reviews.contains(reason)), (stays, true));
    }
}

#[test]
fn another_accepted_payment_decides_an_overdue_one_whatever_else_calls_a_person() {
    let overdue =
        [PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful), Input::DecisionOverdue];
    let duplicate = Input::ChargeRead(charge("chrg_2", ChargeStatus::Expired));
    let refund_due =
        |attempt: &PaymentAttempt| matches!(attempt.disposition, Some(Disposition::RefundDue(_)));
    let beside = run(overdue.into_iter().chain([duplicate, Input::OtherPaymentAccepted]));
    assert!(refund_due(&beside) && beside.reviews.contains(ReviewReason::DuplicateCharge));
    let mut mismatched = run([PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful)]);
    mismatched.disposition = Some(Disposition::InReview);
    mismatched.reviews = Reviews::from(vec![ReviewReason::DecisionOverdue, ReviewReason::Mismatch]);
    assert!(!refund_due(&late(&mismatched, Input::OtherPaymentAccepted)));
}

#[test]
fn the_set_is_stored_in_its_order_and_read_in_any() {
    let text = r#"["duplicate_charge","mismatch","duplicate_charge"]"#;
    let reviews: Reviews = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&reviews).unwrap(), r#"["mismatch","duplicate_charge"]"#);
}

#[test]
fn acknowledging_one_reason_leaves_the_one_behind_it() {
    let mut kept = run([PERMIT, seen(ChargeStatus::Successful)]);
    for input in [
        seen(ChargeStatus::Unexpected("reversed".into())),
        Input::ChargeRead(charge("chrg_2", ChargeStatus::Expired)),
    ] {
        kept = late(&kept, input);
    }
    assert_eq!(kept.review(), Some(ReviewReason::UnexpectedStatus));
    let acknowledged = late(&kept, Input::Acknowledged(ReviewReason::UnexpectedStatus));
    assert_eq!(acknowledged.review(), Some(ReviewReason::DuplicateCharge));
    let of_nothing = late(&kept, Input::Acknowledged(ReviewReason::PaidLate));
    assert_eq!(of_nothing.reviews, kept.reviews, "a reason that is not there");
}

#[test]
fn a_failed_refund_of_one_duplicate_leaves_the_review_of_another() {
    let mut kept = run([PERMIT, seen(ChargeStatus::Successful)]);
    kept = late(&kept, Input::ChargeRead(charge("chrg_2", ChargeStatus::Expired)));
    kept = late(&kept, Input::ChargeRead(charge("chrg_3", ChargeStatus::Expired)));
    kept.end_review_of_only_duplicate();
    assert!(kept.reviews.contains(ReviewReason::DuplicateCharge));
    kept.charges.duplicates.truncate(1);
    kept.end_review_of_only_duplicate();
    assert!(!kept.reviews.contains(ReviewReason::DuplicateCharge));
}

#[test]
fn a_refused_cancel_is_over_with_the_decision_about_the_money() {
    let mut paid = run([PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful)]);
    paid.reviews.add(ReviewReason::CancelRefused);
    let accepted = late(&paid, Input::Decided(Decision::Accept));
    assert_eq!(accepted.disposition, Some(Disposition::Accepted));
    assert!(!accepted.reviews.contains(ReviewReason::CancelRefused), "{accepted:?}");
}

#[test]
fn a_resolved_payment_without_a_charge_can_be_acknowledged() {
    let mut resolved = run([PERMIT, seen(ChargeStatus::Pending), Input::BoundMissing]);
    assert_eq!(resolved.review(), Some(ReviewReason::ChargeMissing));
    resolved = late(&resolved, resolved_manually(PaymentOutcome::Unpaid));
    resolved.reviews.add(ReviewReason::DuplicateCharge);
    let seen = late(&resolved, Input::Acknowledged(ReviewReason::DuplicateCharge));
    assert!(seen.reviews.is_empty(), "{seen:?}");
}
