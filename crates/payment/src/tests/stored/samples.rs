//! Attempts in each state, with as much in them as may be.

use super::super::driven::*;
use super::super::*;
use scantill_types::RefundId;
use scantill_types::api::{PaymentOutcome, RefundOutcome};

pub(super) fn samples() -> Vec<(&'static str, PaymentAttempt)> {
    let mut samples = states();
    samples.extend(dispositions());
    samples.extend(refunds());
    samples.extend([("duplicates", duplicates()), ("duplicate_expire_begun", duplicate_expire_begun())]);
    samples.extend([("resolved", resolved()), ("released", released())]);
    samples
}

fn states() -> Vec<(&'static str, PaymentAttempt)> {
    let lost = |doubt| run([PERMIT, Input::AnswerLost(doubt)]);
    let failed = |code: &str| run([PERMIT, seen(ChargeStatus::Failed(FailureCode::parse(code)))]);
    let source = Input::SourceCreated(SourceId::parse("src_1").unwrap());
    vec![
        ("sending", run([])),
        ("sending_permitted", run([PERMIT, source])),
        ("unknown_answer_lost", lost(UnknownReason::AnswerLost)),
        ("unknown_answer_malformed", lost(UnknownReason::AnswerMalformed)),
        ("unknown_server_error", lost(UnknownReason::ServerError)),
        ("unknown_listed", listed_once()),
        ("unknown_mismatch", lost(UnknownReason::Mismatch)),
        ("unknown_restarted", run([PERMIT, Input::Restarted])),
        ("pending", run([PERMIT, timed(ChargeStatus::Pending)])),
        ("pending_unexpected", run([PERMIT, seen(ChargeStatus::Unexpected("under_review".into()))])),
        ("pending_end_refused", end_refused()),
        ("cancelling", cancelling()),
        ("successful", run([PERMIT, timed(ChargeStatus::Successful)])),
        ("failed_refused", run([PERMIT, Input::Refused { code: "invalid_charge".into() }])),
        ("failed_not_sent", run([Input::NoSlotInTime])),
        ("failed_listed_code", failed("timeout")),
        ("failed_other_code", failed("a_new_code")),
        ("expired", run([PERMIT, timed(ChargeStatus::Expired)])),
        ("cancelled", run([CANCEL])),
    ]
}

fn listed_once() -> PaymentAttempt {
    let lost = Input::AnswerLost(UnknownReason::ServerError);
    run([PERMIT, lost, Input::Listed(Some(Timestamp(120_000)))])
}

/// A charge with each of its times.
fn timed(status: ChargeStatus) -> Input {
    let (paid_at, expires_at) = (Some(Timestamp(4_000)), Some(Timestamp(86_400_000)));
    Input::ChargeRead(ChargeSnapshot { paid_at, expires_at, ..charge("chrg_1", status) })
}

fn cancelling() -> PaymentAttempt {
    let request = CancelRequested { by: CancelledBy::Deadline, provider_time: Some(Timestamp(75_000)) };
    run([PERMIT, seen(ChargeStatus::Pending), Input::CancelRequested(request), Input::ExpireBegins])
}

fn end_refused() -> PaymentAttempt {
    let refusals = (0..5).flat_map(|_| [Input::ExpireBegins, Input::ExpireRefused]);
    let cancelled = [PERMIT, seen(ChargeStatus::Pending), CANCEL].into_iter().chain(refusals);
    run(cancelled.chain([seen(ChargeStatus::Pending)]))
}

fn dispositions() -> Vec<(&'static str, PaymentAttempt)> {
    let decided = |decision| {
        let mut late = Driven::late();
        late.feed(Input::Decided(decision));
        late
    };
    let mut read_once = decided(Decision::Refund);
    read_once.at(1_000, seen(ChargeStatus::Successful));
    let mut refunding = read_once_more(decided(Decision::SettledOtherwise));
    let refund = RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 0);
    let before = refunding.attempt.clone();
    refunding.begin(&refund, 0);
    let answer = RefundInput::Answered(shown(refund.as_str(), 2_225));
    refunding.feed(Input::Refund(refund, answer));
    let mut paid_twice = Driven::late();
    paid_twice.feed(Input::OtherPaymentAccepted);
    let paid_duplicate = Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful));
    let failed = seen(ChargeStatus::Failed(FailureCode::Timeout));
    let on_a_duplicate = Driven::after([PERMIT, failed, paid_duplicate, Input::DecisionOverdue]);
    vec![
        ("awaiting_decision", Driven::late().attempt),
        ("accepted_late", decided(Decision::Accept).attempt),
        ("refund_due_read_once", read_once.attempt),
        ("refund_due_customer_gone", decided(Decision::CustomerGone).attempt),
        ("refund_due_duplicate_charge", on_a_duplicate.attempt),
        ("refund_due_other_payment", paid_twice.attempt),
        ("refunding", before),
        ("refunded", refunding.attempt),
        ("in_review", decided(Decision::CallSupervisor).attempt),
    ]
}

fn read_once_more(mut due: Driven) -> Driven {
    due.at(1_000, seen(ChargeStatus::Successful));
    due.at(21_000, seen(ChargeStatus::Successful));
    due
}

/// A refund after these inputs.
fn refund_after(inputs: impl IntoIterator<Item = RefundInput>) -> Driven {
    let mut kept = Driven::kept();
    let reason = Some("cold coffee".to_owned());
    kept.ask(RefundOrder { void: true, reason, ..wish("r-1", 1_000, 0) });
    for input in inputs {
        kept.feed(Input::Refund(refund_id("r-1"), input));
    }
    kept
}

fn refunds() -> Vec<(&'static str, PaymentAttempt)> {
    let begins = || RefundInput::Begins { refunded_amount: 0, is_paid: true };
    let refused = || RefundInput::Refused { code: "failed_refund".into() };
    let lost = || [begins(), RefundInput::AnswerLost(UnknownReason::AnswerLost)];
    let listed = || lost().into_iter().chain([RefundInput::Listed(Timestamp(130_000))]);
    let voided = RefundSnapshot { voided: true, ..shown("r-1", 1_000) };
    let mut elsewhere = refund_after([begins(), RefundInput::Answered(voided.clone())]);
    let other = RefundSnapshot { refund: None, payment: None, ..shown("x", 500) };
    elsewhere.feed(refunded(1_500, vec![voided.clone(), other]));
    elsewhere.feed(Input::DecidedBySupervisor(Decision::Accept));
    let mut resolved = refund_after(lost());
    let (by, second, proof) = ("Mali".to_owned(), "Chai".to_owned(), "statement".to_owned());
    let resolution = RefundResolution { finding: RefundOutcome::Absent, by, second, proof, at: Timestamp(5) };
    resolved.feed(Input::RefundResolved(refund_id("r-1"), resolution));
    vec![
        ("refund_approved", refund_after([]).attempt),
        ("refund_sending", refund_after([begins()]).attempt),
        ("refund_unknown", refund_after(listed()).attempt),
        ("refund_done", refund_after([begins(), RefundInput::Answered(voided)]).attempt),
        ("refund_refused", refund_after([begins(), refused()]).attempt),
        ("refund_absent", refund_after(listed().chain([RefundInput::ConfirmedAbsent])).attempt),
        ("refund_made_elsewhere", elsewhere.attempt),
        ("refund_resolved", resolved.attempt),
    ]
}

/// More duplicates than any payment has: one in each state.
fn duplicates() -> PaymentAttempt {
    let mut attempt = run([PERMIT, seen(ChargeStatus::Successful)]);
    let standings = [
        DuplicateState::Unpaid,
        DuplicateState::EndedUnpaid,
        DuplicateState::Paid(Timestamp(3_000)),
        DuplicateState::Primary,
        DuplicateState::Refunding,
        DuplicateState::Refunded,
        DuplicateState::RefundFailed,
    ];
    for (number, standing) in (2..).zip(standings) {
        let id = format!("chrg_{number}");
        let pending = Input::ChargeRead(charge(&id, ChargeStatus::Pending));
        attempt = attempt.step(Timestamp(2), &Timing::default(), pending).0;
        let duplicate = attempt.charges.duplicates.last_mut().unwrap();
        if standing != DuplicateState::Unpaid {
            duplicate.expire = DuplicateExpire::NotDue;
        }
        duplicate.standing = standing;
    }
    attempt
}

fn duplicate_expire_begun() -> PaymentAttempt {
    let pending = Input::ChargeRead(charge("chrg_2", ChargeStatus::Pending));
    let begins = Input::DuplicateExpireBegins(ChargeId::parse("chrg_2").unwrap());
    run([PERMIT, seen(ChargeStatus::Successful), pending, begins])
}

fn resolved() -> PaymentAttempt {
    let mut pending = Driven::after([PERMIT, seen(ChargeStatus::Pending)]);
    pending.feed(resolved_manually(PaymentOutcome::Paid));
    pending.attempt
}

/// Let go while it was in doubt, and paid after all: two reasons to look at it.
fn released() -> PaymentAttempt {
    let lost = Input::AnswerLost(UnknownReason::ServerError);
    let mut doubt = Driven::after([PERMIT, lost, Input::Listed(Some(Timestamp(120_000)))]);
    doubt.feed(Input::Released { by: "Mali".into() });
    doubt.feed(Input::ConfirmedAbsent);
    doubt.feed(seen(ChargeStatus::Successful));
    doubt.attempt
}
