//! Facts of answers that do not come, of pauses, and of what a refund that failed leaves alone.

use super::driven::*;
use super::*;
use scantill_types::RefundId;
use scantill_types::api::{Disposition as Word, RefundOutcome, RefundState as RefundWord};

fn learned(id: &str, input: RefundInput) -> Input {
    Input::Refund(refund_id(id), input)
}

/// A kept payment of which this much is being given back.
fn refunding(amount: i64) -> Driven {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", amount, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept
}

#[test]
fn a_pending_payment_is_read_until_its_deadline_is_next() {
    let timing = Timing::default();
    let mut pending = Driven::after([PERMIT, seen(ChargeStatus::Pending)]);
    let (at, action) = pending.due().unwrap();
    assert!(action == Action::Read && at < i64::try_from(timing.proxy_deadline_ms).unwrap());
    pending.now = i64::try_from(timing.proxy_deadline_ms).unwrap() - 1;
    assert_eq!(pending.due().map(|(_, action)| action), Some(Action::RequestCancel));
    pending.feed(CANCEL);
    assert_ne!(pending.due().map(|(_, action)| action), Some(Action::RequestCancel), "it is wanted already");
}

#[test]
fn a_refund_whose_answer_is_overdue_is_in_doubt_and_not_refused() {
    let mut kept = refunding(1_000);
    kept.feed(learned("r-1", RefundInput::AnswerOverdue));
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Unknown);
}

#[test]
fn a_refused_full_refund_leaves_an_accepted_payment_accepted() {
    let mut kept = refunding(2_225);
    kept.feed(learned("r-1", RefundInput::Refused { code: "failed_refund".into() }));
    assert_eq!((kept.disposition(), kept.attempt.review()), (Some(Word::Accepted), None));
    assert!(kept.remarks.is_empty(), "{:?}", kept.remarks);
}

#[test]
fn a_list_proves_nothing_of_a_manually_resolved_refund() {
    let mut kept = refunding(1_000);
    kept.feed(learned("r-1", RefundInput::AnswerLost(UnknownReason::AnswerLost)));
    let (by, second, proof) = ("Mali".into(), "Chai".into(), "statement".into());
    let closed = RefundResolution { finding: RefundOutcome::Done, by, second, proof, at: Timestamp(1) };
    kept.feed(Input::RefundResolved(refund_id("r-1"), closed));
    let before = kept.attempt.clone();
    kept.feed(learned("r-1", RefundInput::Listed(Timestamp(9_000))));
    assert_eq!(kept.attempt, before);
}

#[test]
fn what_a_supervisor_accepted_stays_accepted_when_a_refused_refund_had_happened() {
    let elsewhere = RefundSnapshot { refund: None, payment: None, ..shown("dashboard", 500) };
    let mut kept = refunding(1_000);
    kept.feed(learned("r-1", RefundInput::Refused { code: "failed_refund".into() }));
    kept.feed(refunded(500, vec![elsewhere.clone()]));
    assert_eq!(kept.disposition(), Some(Word::InReview));
    kept.feed(Input::DecidedBySupervisor(Decision::Accept));
    assert_eq!(kept.disposition(), Some(Word::Accepted));
    for _ in 0..2 {
        kept.feed(refunded(1_500, vec![elsewhere.clone(), shown("r-1", 1_000)]));
    }
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Done);
    assert_eq!(kept.disposition(), Some(Word::Accepted), "both were explained");
}

#[test]
fn a_partly_refunded_duplicate_is_not_refunded_automatically() {
    let further = |refunded_amount| {
        Input::ChargeRead(ChargeSnapshot { refunded_amount, ..charge("chrg_2", ChargeStatus::Successful) })
    };
    let mut kept = Driven::kept();
    for at in [1_000, 21_000, 60_000] {
        kept.at(at, further(100));
    }
    let refund = RefundId::of_return(&ChargeId::parse("chrg_2").unwrap(), 0);
    assert!(!kept.attempt.refunds.ours.iter().any(|ours| ours.order.id == refund));
}

#[test]
fn a_source_is_set_once_and_only_before_its_charge() {
    let source = |id: &str| Input::SourceCreated(SourceId::parse(id).unwrap());
    let mut early = Driven::after([source("src_1")]);
    assert_eq!(early.attempt.source, None);
    early.feed(PERMIT);
    early.feed(source("src_1"));
    early.feed(source("src_2"));
    assert_eq!(early.attempt.source, SourceId::parse("src_1").ok());
}

#[test]
fn a_persons_lost_refund_takes_no_try_from_the_rule() {
    let mut late = Driven::late();
    late.ask(wish("r-1", 500, 0));
    late.begin(&refund_id("r-1"), 0);
    late.feed(learned("r-1", RefundInput::NotSent));
    late.feed(Input::Decided(Decision::Refund));
    late.at(1_000, seen(ChargeStatus::Successful));
    late.at(21_000, seen(ChargeStatus::Successful));
    let returning = late.attempt.refunds.ours.last().unwrap().order.id.clone();
    late.begin(&returning, 0);
    late.feed(Input::Refund(returning, RefundInput::NotSent));
    assert_eq!((late.disposition(), late.attempt.refunds.ours.len()), (Some(Word::Refunding), 3));
}

#[test]
fn a_refunds_copy_stays_elsewhere_when_the_first_is_unlisted() {
    let copy = RefundSnapshot { id: "rfnd_copy".into(), ..shown("r-1", 1_000) };
    let mut kept = refunding(1_000);
    kept.feed(learned("r-1", RefundInput::Answered(shown("r-1", 1_000))));
    kept.feed(refunded(2_000, vec![shown("r-1", 1_000), copy.clone()]));
    let before = kept.attempt.refunds.clone();
    assert_eq!(before.elsewhere, std::slice::from_ref(&copy));
    kept.feed(refunded(2_000, vec![copy]));
    assert_eq!(kept.attempt.refunds, before);
    let strange = RefundSnapshot { id: "rfnd_x".into(), ..shown("r-9", 1_000) };
    kept.feed(learned("r-1", RefundInput::Answered(strange)));
    assert_eq!(kept.attempt.refunds, before, "an answer that names another refund tells nothing of this one");
}

#[test]
fn an_end_is_a_cancel_only_where_its_expire_was_begun() {
    use scantill_types::api::PaymentState;
    for (is_begun, word) in [(true, PaymentState::Cancelled), (false, PaymentState::Failed)] {
        let mut wanted = Driven::after([PERMIT, seen(ChargeStatus::Pending), CANCEL]);
        if is_begun {
            wanted.feed(Input::ExpireBegins);
        }
        wanted.feed(seen(ChargeStatus::Failed(FailureCode::Timeout)));
        assert_eq!(wanted.attempt.payment_state(), word);
    }
}
