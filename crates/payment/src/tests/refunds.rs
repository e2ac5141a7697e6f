//! Facts of refunds: approved, sent once, looked up.

use super::driven::*;
use super::*;
use scantill_types::RefundId;
use scantill_types::api::{Disposition as Word, RefundOutcome, RefundState as RefundWord};

#[test]
fn a_void_that_we_asked_for_explains_itself_and_another_does_not() {
    let voided = |refunds| {
        Input::ChargeRead(ChargeSnapshot {
            voided: true,
            refunds,
            ..charge("chrg_1", ChargeStatus::Successful)
        })
    };
    let mut ours = Driven::kept();
    ours.ask(wish("r-1", 2_225, 0));
    ours.begin(&refund_id("r-1"), 0);
    ours.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 2_225))));
    ours.feed(voided(vec![shown("r-1", 2_225)]));
    assert_eq!((ours.disposition(), ours.attempt.review()), (Some(Word::Accepted), None));
    let mut elsewhere = Driven::kept();
    elsewhere.feed(voided(Vec::new()));
    assert_eq!(elsewhere.attempt.review(), Some(ReviewReason::UnapprovedRefund));
}

#[test]
fn refunds_are_known_by_the_providers_ids() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    let voided = RefundSnapshot { voided: true, ..shown("r-1", 1_000) };
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(voided.clone())));
    let elsewhere = RefundSnapshot { refund: None, payment: None, ..shown("x", 500) };
    kept.feed(refunded(1_500, vec![voided, elsewhere]));
    assert_eq!(kept.known_refunds(), [("rfnd_r-1", 1_000, true), ("rfnd_x", 500, false)]);
}

#[test]
fn an_approval_is_void_after_another_refund() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 500);
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Refused);
    let RefundAttempt { order, state, .. } = &kept.attempt.refunds.ours[0];
    assert_eq!(state, &RefundState::Refused(RefundRefused { code: "approval_void".into() }));
    assert_eq!(order.approver, Approver::Supervisor("Mali".into()));
}

#[test]
fn the_charges_list_settles_a_refund_whose_answer_was_lost() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerLost(UnknownReason::AnswerLost)));
    assert_eq!(kept.due(), Some((5_001, Action::LookupRefund(refund_id("r-1")))));
    kept.feed(refunded(1_000, vec![shown("r-1", 1_000)]));
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Done);
    assert!(kept.attempt.refunds.elsewhere.is_empty());
}

#[test]
fn an_equal_refund_without_our_metadata_is_not_ours() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerLost(UnknownReason::AnswerLost)));
    let strange = RefundSnapshot { refund: None, payment: None, ..shown("x", 1_000) };
    kept.feed(refunded(1_000, vec![strange.clone()]));
    assert_eq!(
        (kept.refund(&refund_id("r-1")), kept.attempt.review()),
        (RefundWord::Unknown, Some(ReviewReason::UnapprovedRefund))
    );
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::ConfirmedAbsent));
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Absent);
    assert_eq!(kept.attempt.refunds.elsewhere, vec![strange]);
}

#[test]
fn an_answer_about_another_refund_settles_nothing() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 999))));
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Unknown);
}

#[test]
fn a_refund_found_with_another_amount_needs_review_once() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerLost(UnknownReason::AnswerLost)));
    let strange = || Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 999)));
    kept.at(5_000, strange());
    let call = kept.attempt.review_case(Timestamp(5_000)).unwrap();
    assert_eq!(call.operator_action, scantill_types::api::OperatorAction::CompareAndCloseRefund);
    let before = kept.attempt.clone();
    kept.at(10_000, strange());
    assert_eq!((kept.attempt, kept.remarks), (before, vec![Remark::Ignored]));
}

#[test]
fn what_became_of_a_refund_is_not_undone_by_what_comes_late() {
    let learned = |input| Input::Refund(refund_id("r-1"), input);
    let late = || {
        let refused = RefundInput::Refused { code: "failed_refund".into() };
        [
            RefundInput::NotSent,
            refused,
            RefundInput::AnswerLost(UnknownReason::AnswerLost),
            RefundInput::AnswerOverdue,
        ]
    };
    let mut done = Driven::kept();
    done.ask(wish("r-1", 1_000, 0));
    done.begin(&refund_id("r-1"), 0);
    done.feed(learned(RefundInput::Answered(shown("r-1", 1_000))));
    for input in late() {
        done.feed(learned(input));
        assert_eq!(
            (done.refund(&refund_id("r-1")), &done.remarks[..]),
            (RefundWord::Done, &[Remark::Ignored][..])
        );
    }
}

#[test]
fn after_a_restart_a_begun_refund_is_in_doubt_and_others_unsent() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Restarted);
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Unknown);
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.feed(Input::Restarted);
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Refused);
}

#[test]
fn an_approved_refund_is_not_begun_after_a_minute() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    assert_eq!(kept.due(), Some((1, Action::SendRefund(refund_id("r-1")))));
    kept.now = 1 + MINUTE_MS;
    assert_eq!(kept.due(), Some((1 + MINUTE_MS, Action::SendRefund(refund_id("r-1")))));
    kept.now = 2 + MINUTE_MS;
    assert_eq!(kept.due(), Some((2 + MINUTE_MS, Action::StopAwaitingRefund(refund_id("r-1")))));
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerOverdue));
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Refused);
}

#[test]
fn a_refund_made_elsewhere_of_an_accepted_payment_needs_review() {
    let mut kept = Driven::kept();
    let elsewhere = RefundSnapshot { refund: None, payment: None, ..shown("x", 500) };
    kept.feed(refunded(500, vec![elsewhere.clone()]));
    assert_eq!(
        (kept.disposition(), kept.attempt.review()),
        (Some(Word::InReview), Some(ReviewReason::UnapprovedRefund))
    );
    assert_eq!(kept.attempt.refunds.elsewhere, vec![elsewhere.clone()]);
    kept.feed(Input::DecidedBySupervisor(Decision::Accept));
    kept.feed(refunded(500, vec![elsewhere]));
    assert_eq!(
        (kept.disposition(), kept.attempt.review()),
        (Some(Word::Accepted), None),
        "it is not asked twice"
    );
    kept.feed(refunded(700, Vec::new()));
    assert_eq!(kept.disposition(), Some(Word::InReview));
}

#[test]
fn an_unanswered_refund_is_in_doubt_after_its_time() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    assert_eq!(kept.due(), Some((1 + 64_000 + 20_000, Action::StopAwaitingRefund(refund_id("r-1")))));
}

#[test]
fn no_refund_of_a_voided_charge() {
    let mut kept = Driven::kept();
    let voided = ChargeSnapshot { voided: true, ..charge("chrg_1", ChargeStatus::Successful) };
    kept.feed(Input::ChargeRead(voided));
    assert_eq!(kept.attempt.may_refund(&wish("r-1", 1, 0)), Err(RefundRefusal::TooLarge { left_minor: 0 }));
}

#[test]
fn a_refund_that_was_answered_strangely_is_never_called_absent() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 999))));
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::ConfirmedAbsent));
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Unknown);
}

/// A refund that was answered with something else than what was asked for.
fn strange() -> Driven {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 999))));
    kept
}

fn close(id: &RefundId, finding: RefundOutcome) -> Input {
    let (by, second, proof) = ("Mali".into(), "Chai".into(), "statement of 23 November".into());
    Input::RefundResolved(id.clone(), RefundResolution { finding, by, second, proof, at: Timestamp(1) })
}

#[test]
fn a_manually_resolved_refund_lets_another_follow() {
    for (finding, left) in [(RefundOutcome::Done, 1_225), (RefundOutcome::Absent, 2_225)] {
        let next = wish("r-2", left, 0);
        let mut kept = strange();
        assert_eq!(kept.attempt.may_refund(&next), Err(RefundRefusal::InFlight));
        kept.feed(close(&refund_id("r-1"), finding));
        let refund = &kept.attempt.refunds.ours[0];
        assert_eq!(
            (refund.api_state(), refund.is_over()),
            (RefundWord::Unknown, true),
            "it stands beside the state"
        );
        assert_eq!(kept.disposition(), Some(Word::Accepted));
        assert_eq!(kept.attempt.may_refund(&next), Ok(()));
        let beyond = wish("r-2", left + 1, 0);
        assert_eq!(kept.attempt.may_refund(&beyond), Err(RefundRefusal::TooLarge { left_minor: left }));
        assert_eq!(kept.attempt.review_case(Timestamp(300_001)), None);
        kept.feed(close(&refund_id("r-1"), finding));
        assert_eq!(kept.remarks, vec![Remark::Ignored], "it is closed once");
    }
}

#[test]
fn a_manual_outcome_explains_the_refunded_amount_or_does_not() {
    for (finding, expected) in
        [(RefundOutcome::Done, Word::Accepted), (RefundOutcome::Absent, Word::InReview)]
    {
        let mut kept = strange();
        kept.feed(close(&refund_id("r-1"), finding));
        kept.feed(refunded(1_000, Vec::new()));
        assert_eq!(kept.disposition(), Some(expected));
    }
}

#[test]
fn a_manual_refund_outcome_is_undone_by_evidence() {
    for (finding, is_wrong) in [(RefundOutcome::Done, false), (RefundOutcome::Absent, true)] {
        let mut kept = strange();
        kept.feed(close(&refund_id("r-1"), finding));
        kept.feed(refunded(1_000, vec![shown("r-1", 1_000)]));
        let refund = &kept.attempt.refunds.ours[0];
        assert_eq!((refund.api_state(), refund.resolution.clone()), (RefundWord::Done, None));
        assert_eq!(kept.remarks.contains(&Remark::Contradicted(Contradiction::ReopenedByEvidence)), is_wrong);
        assert_eq!(kept.disposition(), Some(Word::Accepted));
    }
}

#[test]
fn a_manually_resolved_refund_ends_as_resolved() {
    let expected = [
        (RefundOutcome::Done, Word::Refunded, None),
        (RefundOutcome::Absent, Word::InReview, Some(ReviewReason::RefundFailed)),
    ];
    for (finding, disposition, attention) in expected {
        let mut late = Driven::late();
        late.feed(Input::Decided(Decision::Refund));
        late.at(1_000, seen(ChargeStatus::Successful));
        late.at(21_000, seen(ChargeStatus::Successful));
        let refund = RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 0);
        late.begin(&refund, 0);
        late.feed(Input::Refund(refund.clone(), RefundInput::AnswerLost(UnknownReason::Mismatch)));
        late.feed(close(&refund, finding));
        assert_eq!((late.disposition(), late.attempt.review()), (Some(disposition), attention));
    }
}

#[test]
fn only_a_refund_in_doubt_is_resolved_manually() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    for _ in 0..2 {
        kept.feed(close(&refund_id("r-1"), RefundOutcome::Absent));
        assert_eq!(kept.remarks, vec![Remark::Ignored]);
        kept.begin(&refund_id("r-1"), 0);
    }
}

#[test]
fn a_refund_that_is_on_its_way_does_not_begin_again() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    let before = kept.attempt.clone();
    kept.begin(&refund_id("r-1"), 0);
    assert_eq!((kept.remarks, kept.attempt), (vec![Remark::Ignored], before));
}

#[test]
fn a_refund_resolved_as_done_but_absent_needs_review_again() {
    let returned = |facts: Input| {
        let mut late = Driven::late();
        late.feed(Input::Decided(Decision::Refund));
        late.at(1_000, seen(ChargeStatus::Successful));
        late.at(21_000, seen(ChargeStatus::Successful));
        let refund = RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 0);
        late.begin(&refund, 0);
        late.feed(Input::Refund(refund.clone(), RefundInput::AnswerLost(UnknownReason::AnswerLost)));
        late.feed(close(&refund, RefundOutcome::Done));
        assert_eq!(late.disposition(), Some(Word::Refunded));
        late.feed(facts);
        late.feed(Input::Refund(refund, RefundInput::ConfirmedAbsent));
        (late.disposition(), late.attempt.review())
    };
    let there = seen(ChargeStatus::Successful);
    assert_eq!(returned(there), (Some(Word::InReview), Some(ReviewReason::RefundFailed)));
    let elsewhere = RefundSnapshot { refund: None, payment: None, ..shown("x", 2_225) };
    let gone = refunded(2_225, vec![elsewhere]);
    assert_eq!(returned(gone), (Some(Word::Refunded), None), "it went back all the same");
}
