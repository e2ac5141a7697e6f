//! Facts of late successes, of returning them, and of refunds.

use super::*;
use crate::RefundId;
use crate::api::{ClosedByHand, Disposition as Word, Finding, RefundState as RefundWord};

const MINUTE_MS: i64 = 60_000;

struct Driven {
    attempt: Attempt,
    effects: Vec<Effect>,
    now: i64,
}

impl Driven {
    fn after(inputs: impl IntoIterator<Item = Input>) -> Self {
        let mut driven = Self { attempt: Attempt::new(order()), effects: Vec::new(), now: 1 };
        for input in inputs {
            driven.feed(input);
        }
        driven
    }

    fn kept() -> Self {
        Self::after([PERMIT, seen(ChargeStatus::Successful)])
    }

    fn late() -> Self {
        Self::after([
            PERMIT,
            seen(ChargeStatus::Pending),
            CANCEL,
            Input::ExpireBegins,
            seen(ChargeStatus::Successful),
        ])
    }

    fn feed(&mut self, input: Input) {
        (self.attempt, self.effects) =
            self.attempt.clone().step(Timestamp(self.now), &Timing::default(), input);
    }

    fn at(&mut self, now: i64, input: Input) {
        self.now = now;
        self.feed(input);
    }

    fn due(&self) -> Option<(i64, Task)> {
        self.attempt.due(Timestamp(self.now), &Timing::default()).map(|due| (due.at.0, due.task))
    }

    fn disposition(&self) -> Option<Word> {
        self.attempt.disposition.as_ref().map(Disposition::word)
    }

    fn refund(&self, id: &RefundId) -> RefundWord {
        let ours = &self.attempt.refunds.ours;
        ours.iter().find(|refund| refund.order.id == *id).unwrap().word()
    }

    fn begin(&mut self, id: &RefundId, refunded_amount: i64) {
        self.feed(Input::Refund(id.clone(), RefundInput::Begins { refunded_amount, is_paid: true }));
    }

    fn ask(&mut self, order: RefundOrder) {
        self.feed(Input::RefundAsked(order));
    }
}

fn refund_id(id: &str) -> RefundId {
    RefundId::parse(id).unwrap()
}

fn wish(id: &str, amount: i64, refunded_before: i64) -> RefundOrder {
    RefundOrder {
        id: refund_id(id),
        charge: ChargeId::parse("chrg_1").unwrap(),
        amount,
        refunded_before,
        void: false,
        reason: None,
        approver: Approver::Supervisor("Mali".into()),
        created_at: Timestamp(1),
    }
}

fn shown(id: &str, amount: i64) -> SeenRefund {
    SeenRefund {
        id: format!("rfnd_{id}"),
        charge: ChargeId::parse("chrg_1").unwrap(),
        amount,
        voided: false,
        refund: Some(id.into()),
        payment: Some("pay-1".into()),
    }
}

fn refunded(amount: i64, refunds: Vec<SeenRefund>) -> Input {
    Input::Seen(Evidence { refunded_amount: amount, refunds, ..charge("chrg_1", ChargeStatus::Successful) })
}

#[test]
fn a_late_success_that_nobody_decides_within_a_minute_goes_to_a_human() {
    let mut late = Driven::late();
    assert_eq!(late.due(), Some((1 + MINUTE_MS, Task::GiveUpAsking)));
    late.feed(Input::Unanswered);
    assert_eq!(
        (late.disposition(), late.attempt.attention),
        (Some(Word::Attention), Some(Attention::Unanswered))
    );
    late.feed(Input::Decided(Decision::Keep));
    assert_eq!((late.disposition(), late.attempt.attention), (Some(Word::Kept), None));
}

#[test]
fn money_goes_back_only_after_two_reads_twenty_seconds_apart() {
    for decision in [Decision::Return, Decision::SettledOtherwise, Decision::CustomerGone] {
        let mut late = Driven::late();
        late.feed(Input::Decided(decision));
        assert_eq!((late.disposition(), late.due()), (Some(Word::ToReturn), Some((1, Task::Read))));
        late.at(1_000, seen(ChargeStatus::Successful));
        assert_eq!(late.due(), Some((21_000, Task::Read)));
        late.at(20_999, seen(ChargeStatus::Successful));
        assert_eq!(late.disposition(), Some(Word::ToReturn));
        late.at(21_000, seen(ChargeStatus::Successful));
        assert_eq!(late.disposition(), Some(Word::Returning));
        let refund = RefundId::of_return(&ChargeId::parse("chrg_1").unwrap(), 0);
        assert_eq!(late.due(), Some((21_000, Task::SendRefund(refund.clone()))));
        late.begin(&refund, 0);
        late.feed(Input::Refund(refund.clone(), RefundInput::Answered(shown(refund.as_str(), 2_225))));
        assert_eq!((late.disposition(), late.refund(&refund)), (Some(Word::Returned), RefundWord::Done));
        assert!(!late.attempt.holds_sale());
    }
}

#[test]
fn what_somebody_else_gave_back_meanwhile_is_not_given_back_twice() {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Return));
    late.at(1_000, seen(ChargeStatus::Successful));
    let elsewhere = SeenRefund { refund: None, payment: None, ..shown("x", 2_225) };
    late.at(30_000, refunded(2_225, vec![elsewhere]));
    assert_eq!(late.disposition(), Some(Word::Returned));
    assert!(late.attempt.refunds.ours.is_empty());
}

#[test]
fn a_part_that_went_back_meanwhile_is_for_a_human() {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Return));
    late.at(1_000, refunded(100, Vec::new()));
    assert_eq!(
        (late.disposition(), late.attempt.attention),
        (Some(Word::Attention), Some(Attention::GivenBack))
    );
}

#[test]
fn a_return_that_is_refused_goes_to_a_human_who_may_try_again() {
    let mut late = Driven::late();
    late.feed(Input::Decided(Decision::Return));
    late.at(1_000, seen(ChargeStatus::Successful));
    late.at(30_000, seen(ChargeStatus::Successful));
    let bound = ChargeId::parse("chrg_1").unwrap();
    let first = RefundId::of_return(&bound, 0);
    late.begin(&first, 0);
    late.feed(Input::Refund(first, RefundInput::Refused { code: "failed_refund".into() }));
    assert_eq!(
        (late.disposition(), late.attempt.attention),
        (Some(Word::Attention), Some(Attention::ReturnFailed))
    );
    late.feed(Input::Decided(Decision::Return));
    late.at(40_000, seen(ChargeStatus::Successful));
    late.at(70_000, seen(ChargeStatus::Successful));
    assert_eq!(late.due(), Some((70_000, Task::SendRefund(RefundId::of_return(&bound, 1)))));
}

#[test]
fn a_kept_payment_is_never_decided_again() {
    for decision in [Decision::Keep, Decision::Return, Decision::CallSupervisor] {
        let mut kept = Driven::kept();
        kept.feed(Input::Decided(decision));
        assert_eq!((kept.disposition(), kept.effects), (Some(Word::Kept), vec![Effect::Ignored]));
    }
}

#[test]
fn a_supervisor_decides_nothing_about_a_disputed_or_mismatched_payment() {
    let waiting = || {
        let mut late = Driven::late();
        late.feed(Input::Unanswered);
        late
    };
    assert!(waiting().attempt.may_be_decided());
    let mut disputed = waiting();
    disputed.feed(Input::Seen(Evidence { disputed: true, ..charge("chrg_1", ChargeStatus::Successful) }));
    assert!(!disputed.attempt.may_be_decided());
    let mut mismatched = waiting();
    mismatched.attempt.attention = Some(Attention::Mismatch);
    assert!(!mismatched.attempt.may_be_decided());
    let mut unpaid = waiting();
    unpaid.feed(seen(ChargeStatus::Expired));
    assert!(!unpaid.attempt.may_be_decided());
}

#[test]
fn what_went_back_whole_cannot_be_kept_and_is_returned_by_any_word_of_giving_back() {
    let back = || {
        let mut late = Driven::late();
        late.feed(Input::Unanswered);
        let elsewhere = SeenRefund { refund: None, payment: None, ..shown("x", 2_225) };
        late.feed(refunded(2_225, vec![elsewhere]));
        late
    };
    assert_eq!(
        (back().disposition(), back().attempt.attention),
        (Some(Word::Attention), Some(Attention::GivenBack))
    );
    let mut kept = back();
    kept.feed(Input::Decided(Decision::Keep));
    assert_eq!(kept.disposition(), Some(Word::Attention));
    let mut returned = back();
    returned.feed(Input::Decided(Decision::CustomerGone));
    assert_eq!((returned.disposition(), returned.attempt.attention), (Some(Word::Returned), None));
    let mut called = back();
    called.feed(Input::Decided(Decision::CallSupervisor));
    assert_eq!(called.attempt.attention, Some(Attention::Supervisor));
}

#[test]
fn the_books_say_why_money_went_back() {
    let reasons = [
        (Decision::Return, "cashier"),
        (Decision::SettledOtherwise, "settled_otherwise"),
        (Decision::CustomerGone, "customer_gone"),
    ];
    for (decision, reason) in reasons {
        let mut late = Driven::late();
        late.feed(Input::Decided(decision));
        late.at(1_000, seen(ChargeStatus::Successful));
        late.at(30_000, seen(ChargeStatus::Successful));
        assert_eq!(late.attempt.refunds.ours[0].order.reason.as_deref(), Some(reason));
    }
    assert_eq!((ReturnReason::OtherPayment.word(), ReturnReason::Freed.word()), ("other_payment", "freed"));
}

#[test]
fn a_late_success_beside_a_kept_one_goes_back_by_itself() {
    let mut late = Driven::late();
    late.feed(Input::OtherPaymentKept);
    assert_eq!(
        (late.disposition(), late.attempt.attention),
        (Some(Word::ToReturn), Some(Attention::PaidTwice))
    );
    let mut kept = Driven::kept();
    kept.feed(Input::OtherPaymentKept);
    assert_eq!(kept.disposition(), Some(Word::Kept));
}

#[test]
fn several_refunds_take_up_to_the_rest_and_no_more() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::Answered(shown("r-1", 1_000))));
    assert_eq!(kept.due(), Some((1, Task::Read)));
    kept.feed(refunded(1_000, vec![shown("r-1", 1_000)]));
    assert_eq!((kept.disposition(), kept.attempt.attention, kept.due()), (Some(Word::Kept), None, None));
    let refusal = |order| kept.attempt.may_refund(&order);
    assert_eq!(refusal(wish("r-2", 1_226, 1_000)), Err(RefundRefusal::TooLarge { left_minor: 1_225 }));
    assert_eq!(refusal(wish("r-2", 100, 0)), Err(RefundRefusal::Changed { refunded_minor: 1_000 }));
    assert_eq!(refusal(wish("r-2", 0, 1_000)), Err(RefundRefusal::TooSmall));
    assert_eq!(refusal(wish("r-2", 1_225, 1_000)), Ok(()));
}

#[test]
fn one_refund_is_under_way_at_a_time() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    assert_eq!(kept.attempt.may_refund(&wish("r-2", 1_000, 0)), Err(RefundRefusal::InFlight));
    kept.ask(wish("r-2", 1_000, 0));
    assert_eq!(kept.attempt.refunds.ours.len(), 1);
}

#[test]
fn nothing_is_given_back_of_a_charge_in_doubt_or_unpaid_or_disputed() {
    let refused =
        |inputs: Vec<Input>| Driven::after(inputs).attempt.may_refund(&wish("r-1", 1, 0)).unwrap_err();
    assert_eq!(refused(vec![PERMIT]), RefundRefusal::ChargeInDoubt);
    assert_eq!(refused(vec![PERMIT, Input::AnswerLost(Doubt::AnswerLost)]), RefundRefusal::ChargeInDoubt);
    assert_eq!(refused(vec![PERMIT, seen(ChargeStatus::Pending)]), RefundRefusal::ChargeInDoubt);
    assert_eq!(refused(vec![PERMIT, seen(ChargeStatus::Expired)]), RefundRefusal::NotPaid);
    let disputed = Evidence { disputed: true, ..charge("chrg_1", ChargeStatus::Successful) };
    assert_eq!(refused(vec![PERMIT, Input::Seen(disputed)]), RefundRefusal::Disputed);
    let late = Driven::after([PERMIT, seen(ChargeStatus::Expired), seen(ChargeStatus::Successful)]);
    assert_eq!(late.attempt.may_refund(&wish("r-1", 1, 0)), Ok(()), "the charge decides, not the state");
}

#[test]
fn an_approval_is_void_when_something_went_back_since() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 500);
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Refused);
    let api = kept.attempt.refunds.ours[0].as_api();
    assert_eq!((api.refusal.as_deref(), api.approved_by.as_deref()), (Some("approval_void"), Some("Mali")));
}

#[test]
fn a_refund_whose_answer_was_lost_is_settled_by_what_the_charge_lists() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerLost(Doubt::AnswerLost)));
    assert_eq!(kept.due(), Some((5_001, Task::FindRefund(refund_id("r-1")))));
    kept.feed(refunded(1_000, vec![shown("r-1", 1_000)]));
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Done);
    assert!(kept.attempt.refunds.elsewhere.is_empty());
}

#[test]
fn an_equal_refund_without_our_metadata_is_not_ours() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    kept.begin(&refund_id("r-1"), 0);
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerLost(Doubt::AnswerLost)));
    let strange = SeenRefund { refund: None, payment: None, ..shown("x", 1_000) };
    kept.feed(refunded(1_000, vec![strange.clone()]));
    assert_eq!(
        (kept.refund(&refund_id("r-1")), kept.attempt.attention),
        (RefundWord::Unknown, Some(Attention::GivenBack))
    );
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::ProvedAbsent));
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
fn a_refund_on_its_way_at_a_stop_is_in_doubt_and_one_not_begun_by_a_human_is_not_sent() {
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
fn a_refund_that_a_human_approved_is_not_begun_after_a_minute() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 1_000, 0));
    assert_eq!(kept.due(), Some((1, Task::SendRefund(refund_id("r-1")))));
    kept.now = 2 + MINUTE_MS;
    assert_eq!(kept.due(), Some((2 + MINUTE_MS, Task::GiveUpRefund(refund_id("r-1")))));
    kept.feed(Input::Refund(refund_id("r-1"), RefundInput::AnswerOverdue));
    assert_eq!(kept.refund(&refund_id("r-1")), RefundWord::Refused);
}

#[test]
fn a_refund_made_elsewhere_of_a_kept_payment_is_shown_and_calls_for_a_human() {
    let mut kept = Driven::kept();
    let elsewhere = SeenRefund { refund: None, payment: None, ..shown("x", 500) };
    kept.feed(refunded(500, vec![elsewhere.clone()]));
    assert_eq!(
        (kept.disposition(), kept.attempt.attention),
        (Some(Word::Attention), Some(Attention::GivenBack))
    );
    assert_eq!(kept.attempt.refunds.elsewhere, vec![elsewhere.clone()]);
    kept.feed(Input::Decided(Decision::Keep));
    kept.feed(refunded(500, vec![elsewhere]));
    assert_eq!(
        (kept.disposition(), kept.attempt.attention),
        (Some(Word::Kept), None),
        "it is not asked twice"
    );
    kept.feed(refunded(700, Vec::new()));
    assert_eq!(kept.disposition(), Some(Word::Attention));
}

#[test]
fn a_further_charge_that_was_paid_goes_back_where_the_payment_is_kept() {
    let mut kept = Driven::kept();
    let extra = || Input::Seen(charge("chrg_2", ChargeStatus::Successful));
    kept.at(1_000, extra());
    let id = ChargeId::parse("chrg_2").unwrap();
    assert_eq!(kept.due(), Some((21_000, Task::ReadExtra(id.clone()))));
    kept.at(21_000, extra());
    let refund = RefundId::of_return(&id, 0);
    assert_eq!(kept.due(), Some((21_000, Task::SendRefund(refund.clone()))));
    kept.begin(&refund, 0);
    let answer = SeenRefund { charge: id, ..shown(refund.as_str(), 2_225) };
    kept.feed(Input::Refund(refund, RefundInput::Answered(answer)));
    assert_eq!((kept.disposition(), kept.attempt.extras[0].standing), (Some(Word::Kept), Standing::Returned));
}

#[test]
fn a_supervisor_frees_the_sale_of_a_payment_in_doubt_and_money_that_is_found_goes_back() {
    let mut doubt = Driven::after([PERMIT, Input::AnswerLost(Doubt::AnswerLost)]);
    assert!(doubt.attempt.holds_sale() && doubt.attempt.may_be_freed());
    doubt.feed(Input::Freed { by: "Mali".into() });
    assert!(!doubt.attempt.holds_sale() && !doubt.attempt.may_be_freed());
    doubt.feed(seen(ChargeStatus::Successful));
    assert_eq!(doubt.disposition(), Some(Word::ToReturn));
    let mut pending =
        Driven::after([PERMIT, Input::AnswerLost(Doubt::AnswerLost), Input::Freed { by: "Mali".into() }]);
    pending.feed(seen(ChargeStatus::Pending));
    assert_eq!(pending.attempt.word(), PaymentState::Cancelling);
    let mut open = Driven::after([PERMIT, seen(ChargeStatus::Pending)]);
    open.feed(Input::Freed { by: "Mali".into() });
    assert_eq!(open.attempt.freed, None);
}

#[test]
fn what_humans_closed_is_undone_by_evidence() {
    let closed = |finding| ClosedByHand {
        finding,
        by: "Mali".into(),
        second: "Chai".into(),
        proof: "statement of 23 November".into(),
        at: Timestamp(1),
    };
    let mut doubt = Driven::after([PERMIT, Input::AnswerLost(Doubt::AnswerLost)]);
    doubt.feed(Input::Closed(closed(Finding::Unpaid)));
    assert_eq!((doubt.attempt.word(), doubt.attempt.holds_sale()), (PaymentState::Unknown, false));
    doubt.feed(seen(ChargeStatus::Successful));
    assert_eq!((doubt.attempt.closed.clone(), doubt.attempt.word()), (None, PaymentState::Successful));
    assert!(doubt.effects.contains(&Effect::Alarm(Alarm::ReopenedByEvidence)));
    let mut paid = Driven::after([PERMIT, Input::AnswerLost(Doubt::AnswerLost)]);
    paid.feed(Input::Closed(closed(Finding::Paid)));
    assert!(paid.attempt.holds_sale());
    let mut kept = Driven::kept();
    kept.feed(Input::Closed(closed(Finding::Unpaid)));
    assert_eq!(kept.attempt.closed, None);
}
