//! Facts of what money on a duplicate leaves behind, and what it does not touch (P12).

use super::driven::*;
use super::duplicates::{further, led, paid_further, shown_further};
use super::*;
use scantill_types::RefundId;
use scantill_types::api::ReviewReason;

#[test]
fn reviews_of_the_duplicates_money_end_when_the_primary_is_paid() {
    let mut both = led();
    both.feed(Input::Decided(Decision::CallSupervisor));
    assert!(both.attempt.reviews.contains(ReviewReason::SupervisorCalled));
    both.at(1_000, seen(ChargeStatus::Successful));
    assert!(!both.attempt.reviews.contains(ReviewReason::SupervisorCalled));
    assert!(both.attempt.reviews.contains(ReviewReason::DuplicateCharge));
}

#[test]
fn the_refund_of_a_duplicate_hastens_no_read_of_the_payments_charge() {
    let mut kept = Driven::kept();
    kept.ask(wish("r-1", 500, 0));
    kept.begin(&RefundId::parse("r-1").unwrap(), 0);
    let id = RefundId::parse("r-1").unwrap();
    kept.feed(Input::Refund(id, RefundInput::Answered(shown("r-1", 500))));
    kept.at(1_000, paid_further());
    kept.at(21_000, paid_further());
    let refund = RefundId::of_return(&further(), 0);
    kept.begin(&refund, 0);
    kept.feed(Input::Refund(refund.clone(), RefundInput::Answered(shown_further(&refund, 2_225))));
    let read = Timestamp(21_000).plus_ms(Timing::default().read_pause_ms(20_999));
    assert_eq!(kept.due(), Some((read.0, Action::Read)));
}
