//! Facts of the payment machine.

mod absence;
mod asking;
mod closing;
mod driven;
mod duplicate_expires;
mod duplicate_money;
mod duplicates;
mod giving_back;
mod in_time;
mod model;
mod overdue;
mod poll_passes;
mod property;
mod refunds;
mod review_sets;
mod reviews;
mod slowing;
mod spending;
mod stored;
mod under_way;
mod watched_refunds;

use super::*;
use scantill_types::api::{CancelledBy, FailureCode, PaymentState, ReviewReason};
use scantill_types::{Currency, Money, PaymentId, SaleId};

fn order() -> Order {
    Order {
        payment: PaymentId::parse("pay-1").unwrap(),
        sale: SaleId::parse("sale-1").unwrap(),
        amount: 2_225,
        currency: Currency::Thb,
        livemode: false,
        installation: "shop".into(),
        created_at: Timestamp(0),
        end_not_before: Timestamp(0),
        source_first: false,
    }
}

fn charge(id: &str, status: ChargeStatus) -> ChargeSnapshot {
    ChargeSnapshot {
        id: ChargeId::parse(id).unwrap(),
        amount: Some(Money::new(2_225, Currency::Thb)),
        livemode: false,
        payment: Some("pay-1".into()),
        sale: Some("sale-1".into()),
        installation: Some("shop".into()),
        status,
        refunded_amount: 0,
        voided: false,
        disputed: false,
        can_perform_void: false,
        refunds: Vec::new(),
        paid_at: None,
        expires_at: None,
    }
}

fn seen(status: ChargeStatus) -> Input {
    Input::ChargeRead(charge("chrg_1", status))
}

fn run(inputs: impl IntoIterator<Item = Input>) -> PaymentAttempt {
    inputs.into_iter().fold(PaymentAttempt::new(order()), |attempt, input| {
        attempt.step(Timestamp(1), &Timing::default(), input).0
    })
}

const PERMIT: Input = Input::Permit { waited_ms: 0 };
const CANCEL: Input = Input::CancelRequested(CancelRequested::by(CancelledBy::Cashier));

#[test]
fn a_charge_goes_from_sending_over_pending_to_successful_and_is_kept() {
    let attempt = run([PERMIT, seen(ChargeStatus::Pending)]);
    assert_eq!(attempt.payment_state(), PaymentState::Pending);
    let attempt = run([PERMIT, seen(ChargeStatus::Pending), seen(ChargeStatus::Successful)]);
    assert_eq!(
        (attempt.payment_state(), attempt.disposition),
        (PaymentState::Successful, Some(Disposition::Accepted))
    );
}

#[test]
fn a_post_not_begun_within_five_seconds_is_never_begun() {
    let attempt = run([Input::Permit { waited_ms: 5_001 }, PERMIT]);
    assert!(!attempt.may_send());
    assert_eq!(attempt.state, State::failed(FailureCode::NotSent));
    assert!(run([Input::Permit { waited_ms: 5_000 }]).may_send());
}

#[test]
fn a_post_without_a_slot_in_time_is_never_begun() {
    let attempt = run([Input::NoSlotInTime, PERMIT]);
    assert_eq!((attempt.may_send(), attempt.state), (false, State::failed(FailureCode::NotSent)));
    assert!(run([PERMIT, Input::NoSlotInTime]).may_send(), "what was permitted may be on its way");
}

#[test]
fn a_payment_whose_put_never_arrived_is_cancelled_from_its_beginning() {
    let cancel_request = CancelRequest { by: CancelledBy::Till, at: Timestamp(1) };
    let attempt = PaymentAttempt::never_arrived(order(), cancel_request);
    assert_eq!(
        (attempt.payment_state(), attempt.cancel_request),
        (PaymentState::Cancelled, Some(cancel_request))
    );
    assert!(!attempt.step(Timestamp(2), &Timing::default(), PERMIT).0.may_send());
}

#[test]
fn an_end_wanted_before_the_permit_wins_and_nothing_is_sent() {
    let attempt = run([CANCEL, PERMIT]);
    assert_eq!(attempt.payment_state(), PaymentState::Cancelled);
    assert!(!attempt.may_send());
}

#[test]
fn a_cancel_during_the_post_expires_the_charge_once_known() {
    let attempt = run([PERMIT, CANCEL]);
    assert_eq!(attempt.payment_state(), PaymentState::Sending);
    let attempt = run([PERMIT, CANCEL, seen(ChargeStatus::Pending)]);
    assert_eq!(
        attempt.due(Timestamp(1), &Timing::default()),
        Some(ScheduledAction { at: Timestamp(1), action: Action::Expire })
    );
}

#[test]
fn cancel_reads_expires_and_reads_again_before_it_says_cancelled() {
    let timing = Timing::default();
    let action = |attempt: &PaymentAttempt| attempt.due(Timestamp(1), &timing).map(|due| due.action);
    let asked = run([PERMIT, seen(ChargeStatus::Pending), CANCEL]);
    assert_eq!(
        asked.due(Timestamp(1), &timing),
        Some(ScheduledAction { at: Timestamp(1), action: Action::Read })
    );
    let read = asked.step(Timestamp(1), &timing, seen(ChargeStatus::Pending)).0;
    assert_eq!(action(&read), Some(Action::Expire));
    let expired = read.step(Timestamp(1), &timing, Input::ExpireBegins).0;
    assert_eq!((expired.payment_state(), action(&expired)), (PaymentState::Cancelling, Some(Action::Read)));
    let ended = expired.step(Timestamp(1), &timing, seen(ChargeStatus::Expired)).0;
    assert_eq!(ended.payment_state(), PaymentState::Cancelled);
}

#[test]
fn a_success_after_a_cancel_awaits_a_decision() {
    let inputs =
        [PERMIT, seen(ChargeStatus::Pending), CANCEL, Input::ExpireBegins, seen(ChargeStatus::Successful)];
    let attempt = run(inputs.clone());
    assert_eq!(
        (attempt.payment_state(), attempt.disposition),
        (
            PaymentState::Successful,
            Some(Disposition::AwaitingDecision(AwaitingDecision { since: Timestamp(1) }))
        )
    );
    let kept = run(inputs.into_iter().chain([Input::Decided(Decision::Accept)]));
    assert_eq!(kept.disposition, Some(Disposition::Accepted));
}

#[test]
fn wechat_is_never_ended_before_fifteen_seconds() {
    let order = Order { end_not_before: Timestamp(15_000), ..order() };
    let timing = Timing::default();
    let inputs = [PERMIT, seen(ChargeStatus::Pending), CANCEL, seen(ChargeStatus::Pending)];
    let attempt = inputs
        .into_iter()
        .fold(PaymentAttempt::new(order), |attempt, input| attempt.step(Timestamp(1), &timing, input).0);
    assert_eq!(
        attempt.due(Timestamp(2), &timing),
        Some(ScheduledAction { at: Timestamp(15_000), action: Action::Expire })
    );
}

#[test]
fn an_expire_that_changed_nothing_is_repeated_after_a_pause() {
    let timing = Timing::default();
    let pending = || seen(ChargeStatus::Pending);
    let attempt = run([PERMIT, pending(), CANCEL, pending(), Input::ExpireBegins, pending()]);
    assert_eq!(
        attempt.due(Timestamp(1), &timing),
        Some(ScheduledAction { at: Timestamp(3_001), action: Action::Expire })
    );
}

#[test]
fn five_refused_expires_leave_it_pending_on_attention() {
    let mut inputs = vec![PERMIT, seen(ChargeStatus::Pending), CANCEL];
    for _ in 0..5 {
        inputs.extend([Input::ExpireBegins, Input::ExpireRefused, seen(ChargeStatus::Pending)]);
    }
    let attempt = run(inputs);
    assert_eq!(
        (attempt.payment_state(), attempt.review()),
        (PaymentState::Pending, Some(ReviewReason::CancelRefused))
    );
}

#[test]
fn a_lost_answer_is_in_doubt_until_evidence_decides() {
    let lost = [PERMIT, Input::AnswerLost(UnknownReason::AnswerLost)];
    assert_eq!(run(lost.clone()).payment_state(), PaymentState::Unknown);
    assert_eq!(
        run(lost.into_iter().chain([seen(ChargeStatus::Pending)])).payment_state(),
        PaymentState::Pending
    );
}

#[test]
fn a_charge_of_another_amount_never_moves_the_payment() {
    let wrong = ChargeSnapshot {
        amount: Some(Money::new(1, Currency::Thb)),
        ..charge("chrg_1", ChargeStatus::Successful)
    };
    let attempt = run([PERMIT, seen(ChargeStatus::Pending), Input::ChargeRead(wrong)]);
    assert_eq!(
        (attempt.payment_state(), attempt.review()),
        (PaymentState::Pending, Some(ReviewReason::Mismatch))
    );
}

#[test]
fn evidence_must_agree_in_mode_and_every_metadata_field() {
    let good = charge("chrg_1", ChargeStatus::Successful);
    let wrong = [
        ChargeSnapshot { livemode: true, ..good.clone() },
        ChargeSnapshot { payment: None, ..good.clone() },
        ChargeSnapshot { sale: Some("sale-2".into()), ..good.clone() },
        ChargeSnapshot { installation: Some("another".into()), ..good.clone() },
        ChargeSnapshot { amount: Some(Money::new(2_225, Currency::Sgd)), ..good.clone() },
    ];
    assert!(order().matches(&good));
    assert!(wrong.iter().all(|evidence| !order().matches(evidence)));
}

#[test]
fn a_paid_duplicate_holds_the_sale_until_a_decision() {
    let duplicate = Input::ChargeRead(charge("chrg_2", ChargeStatus::Successful));
    let attempt = run([PERMIT, seen(ChargeStatus::Failed(FailureCode::Timeout)), duplicate]);
    assert_eq!(
        (attempt.payment_state(), attempt.disposition.clone()),
        (PaymentState::Failed, Some(Disposition::AwaitingDecision(AwaitingDecision { since: Timestamp(1) })))
    );
    assert!(attempt.holds_sale());
}

#[test]
fn a_strange_read_while_cancelling_is_not_repeated_at_once() {
    let timing = Timing::default();
    let strange = seen(ChargeStatus::Unexpected("reversed".into()));
    let attempt = run([PERMIT, seen(ChargeStatus::Pending), CANCEL]);
    let read = attempt.clone().step(Timestamp(2), &timing, strange.clone()).0;
    assert_eq!(
        read.due(Timestamp(2), &timing),
        Some(ScheduledAction { at: Timestamp(3_002), action: Action::Read })
    );
    let expiring =
        run([PERMIT, seen(ChargeStatus::Pending), CANCEL, seen(ChargeStatus::Pending), Input::ExpireBegins]);
    let expiring = expiring.step(Timestamp(2), &timing, seen(ChargeStatus::Pending)).0;
    let read = expiring.step(Timestamp(2), &timing, strange).0;
    assert_eq!(
        read.due(Timestamp(2), &timing),
        Some(ScheduledAction { at: Timestamp(3_002), action: Action::Expire })
    );
}

#[test]
fn an_end_that_was_refused_may_be_asked_for_anew() {
    let mut inputs = vec![PERMIT, seen(ChargeStatus::Pending), CANCEL];
    for _ in 0..5 {
        inputs.extend([Input::ExpireBegins, Input::ExpireRefused, seen(ChargeStatus::Pending)]);
    }
    inputs.push(CANCEL);
    assert_eq!(run(inputs).payment_state(), PaymentState::Cancelling);
}

#[test]
fn a_payment_whose_answer_never_came_is_taken_up_as_in_doubt() {
    let timing = Timing::default();
    let due = run([PERMIT]).due(Timestamp(1), &timing).unwrap();
    assert_eq!(due.action, Action::StopAwaitingAnswer);
    assert_eq!(due.at, Timestamp(5_000 + 2 * 64_000 + 20_000));
    assert_eq!(run([PERMIT, Input::AnswerOverdue]).payment_state(), PaymentState::Unknown);
    assert_eq!(run([Input::AnswerOverdue]).state, State::failed(FailureCode::NotSent));
}

#[test]
fn after_a_restart_an_uncommitted_source_means_absent_at_once() {
    let source_first = Order { source_first: true, ..order() };
    let restart = |inputs: Vec<Input>| {
        let step = |attempt: PaymentAttempt, input| attempt.step(Timestamp(1), &Timing::default(), input).0;
        inputs.into_iter().fold(PaymentAttempt::new(source_first.clone()), step)
    };
    assert_eq!(restart(vec![PERMIT, Input::Restarted]).state, State::failed(FailureCode::NotCreated));
    let source = Input::SourceCreated(SourceId::parse("src_1").unwrap());
    assert_eq!(restart(vec![PERMIT, source, Input::Restarted]).payment_state(), PaymentState::Unknown);
}

#[test]
fn a_refunded_success_is_never_accepted() {
    let paid = || charge("chrg_1", ChargeStatus::Successful);
    let ways = [
        ChargeSnapshot { refunded_amount: 1, ..paid() },
        ChargeSnapshot { voided: true, ..paid() },
        ChargeSnapshot { disputed: true, ..paid() },
    ];
    for evidence in ways {
        let attempt = run([PERMIT, Input::ChargeRead(evidence)]);
        assert_eq!(
            (attempt.disposition.clone(), attempt.review()),
            (Some(Disposition::InReview), Some(ReviewReason::UnapprovedRefund))
        );
    }
}

#[test]
fn a_status_that_no_rule_knows_moves_nothing_but_attention() {
    let attempt =
        run([PERMIT, seen(ChargeStatus::Pending), seen(ChargeStatus::Unexpected("reversed".into()))]);
    assert_eq!(
        (attempt.payment_state(), attempt.review()),
        (PaymentState::Pending, Some(ReviewReason::UnexpectedStatus))
    );
}

#[test]
fn paid_after_it_ended_unpaid_is_late_and_undecided() {
    let attempt = run([PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful)]);
    assert_eq!(attempt.payment_state(), PaymentState::Expired);
    assert_eq!(
        (attempt.disposition.clone(), attempt.review()),
        (
            Some(Disposition::AwaitingDecision(AwaitingDecision { since: Timestamp(1) })),
            Some(ReviewReason::PaidLate)
        )
    );
    assert!(attempt.holds_sale());
}

#[test]
fn after_a_restart_a_begun_post_is_in_doubt_and_others_failed() {
    assert_eq!(run([PERMIT, Input::Restarted]).payment_state(), PaymentState::Unknown);
    assert_eq!(run([Input::Restarted]).state, State::failed(FailureCode::NotSent));
}

#[test]
fn transient_reviews_end_with_the_payment() {
    let refused = [Input::ExpireBegins, Input::ExpireRefused, seen(ChargeStatus::Pending)];
    let opening = [PERMIT, seen(ChargeStatus::Pending), CANCEL];
    let inputs = opening.into_iter().chain(refused.into_iter().cycle().take(15));
    let left = run(inputs.clone());
    assert_eq!(
        (left.payment_state(), left.review()),
        (PaymentState::Pending, Some(ReviewReason::CancelRefused))
    );
    let expired = run(inputs.clone().chain([seen(ChargeStatus::Expired)]));
    assert_eq!((expired.payment_state(), expired.review()), (PaymentState::Expired, None));
    // A success after all still has to be decided.
    let paid = run(inputs.chain([seen(ChargeStatus::Successful)]));
    assert_eq!(paid.review(), Some(ReviewReason::CancelRefused));
}

#[test]
fn an_unpaid_payment_is_polled_ever_more_rarely_until_its_charge_ends() {
    let timing = Timing::default();
    let expires_at = Some(Timestamp(7 * 86_400_000));
    let expired = Input::ChargeRead(ChargeSnapshot { expires_at, ..charge("chrg_1", ChargeStatus::Expired) });
    let attempt = run([PERMIT, expired]);
    let next = |now: i64| attempt.due(Timestamp(now), &timing).map(|due| due.at.0);
    assert_eq!(next(1), Some(30_001));
    assert_eq!(next(30_001), Some(240_001));
    assert_eq!(next(240_001), Some(3_600_001));
    assert_eq!(next(3_600_001), Some(3_600_001 + 21_600_000));
    assert_eq!(next(8 * 86_400_000), None);
}

#[test]
fn the_proxy_wants_the_end_when_no_till_did() {
    let timing = Timing::default();
    let pending = run([PERMIT, seen(ChargeStatus::Pending)]);
    assert_eq!(
        pending.due(Timestamp(74_000), &timing),
        Some(ScheduledAction { at: Timestamp(75_000), action: Action::RequestCancel })
    );
    let passed = Input::DeadlinePassed { provider_time: None };
    let wanted = pending.step(Timestamp(75_000), &timing, passed).0;
    assert_eq!(wanted.payment_state(), PaymentState::Cancelling);
    assert_eq!(
        wanted.due(Timestamp(75_000), &timing),
        Some(ScheduledAction { at: Timestamp(75_000), action: Action::Expire }),
        "it was read just now"
    );
}
