//! Properties over every order of inputs.

use proptest::prelude::*;
use scantill_testkit::property_cases;

use super::driven::survives_storage;
use super::*;

fn any_status() -> impl Strategy<Value = ChargeStatus> {
    prop_oneof![
        Just(ChargeStatus::Pending),
        Just(ChargeStatus::Successful),
        Just(ChargeStatus::Failed(FailureCode::Timeout)),
        Just(ChargeStatus::Expired),
        Just(ChargeStatus::Unexpected("reversed".into())),
    ]
}

pub(super) fn any_input() -> impl Strategy<Value = Input> {
    let evidence = (any_status(), 1..3_u8, prop::bool::weighted(0.9), prop::bool::weighted(0.1));
    let evidence = evidence.prop_map(|(status, id, right, refunded)| {
        let minor = if right { 2_225 } else { 2_226 };
        let amount = Some(Money::new(minor, Currency::Thb));
        Input::ChargeRead(ChargeSnapshot {
            amount,
            refunded_amount: refunded.into(),
            ..charge(&format!("chrg_{id}"), status)
        })
    });
    prop_oneof![
        4 => evidence,
        2 => (0..10_000_u64).prop_map(|waited_ms| Input::Permit { waited_ms }),
        1 => Just(Input::SourceCreated(SourceId::parse("src_1").unwrap())),
        1 => Just(Input::NoSlotInTime),
        1 => Just(Input::NotSent),
        1 => Just(Input::Refused { code: "invalid_charge".into() }),
        1 => Just(Input::SourceLost),
        1 => Just(Input::AnswerLost(UnknownReason::AnswerLost)),
        1 => Just(Input::Restarted),
        1 => Just(Input::AnswerOverdue),
        1 => Just(Input::ConfirmedAbsent),
        1 => Just(Input::BoundMissing),
        1 => Just(Input::DecisionOverdue),
        1 => Just(Input::OtherPaymentAccepted),
        1 => Just(Input::Released { by: "Mali".into() }),
        1 => Just(CANCEL),
        1 => Just(Input::DeadlinePassed { provider_time: Some(Timestamp(5_000)) }),
        1 => Just(Input::Listed(Some(Timestamp(1)))),
        1 => Just(Input::ExpireBegins),
        1 => Just(Input::ExpireRefused),
        1 => (1..3_u8).prop_map(|id| Input::DuplicateExpireBegins(ChargeId::parse(&format!("chrg_{id}")).unwrap())),
        1 => Just(Input::Decided(Decision::Accept)),
        1 => Just(Input::Decided(Decision::Refund)),
        1 => Just(Input::DecidedBySupervisor(Decision::Accept)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(property_cases(2_000)))]

    #[test]
    fn no_order_of_inputs_breaks_the_promises(inputs in prop::collection::vec(any_input(), 0..25)) {
        let timing = Timing::default();
        let mut attempt = PaymentAttempt::new(order());
        let mut success_seen = false;
        for (index, input) in inputs.into_iter().enumerate() {
            let before = attempt.clone();
            let success = matches!(&input, Input::ChargeRead(evidence)
                if evidence.status == ChargeStatus::Successful && order().matches(evidence));
            success_seen |= success;
            let is_seen = matches!(input, Input::ChargeRead(_));
            attempt = attempt.step(Timestamp(i64::try_from(index).unwrap()), &timing, input).0;
            prop_assert!(survives_storage(&attempt), "{attempt:?}");
            if before.payment_state().is_final() {
                prop_assert_eq!(before.payment_state(), attempt.payment_state());
            }
            if let Some(bound) = &before.charges.bound {
                prop_assert_eq!(&bound.id, &attempt.charges.bound.as_ref().unwrap().id);
            }
            prop_assert!(attempt.disposition.is_none() || success_seen);
            prop_assert!(attempt.payment_state() != PaymentState::Successful || attempt.disposition.is_some());
            let is_held = |duplicate: &DuplicateCharge| matches!(duplicate.standing, DuplicateState::Paid(_)) && !attempt.payment_state().is_final();
            let is_known = attempt.disposition.is_some() || attempt.charges.duplicates.iter().any(is_held);
            prop_assert!(!success || is_known, "a success is never lost");
            if before.payment_state() == PaymentState::Cancelling && attempt.payment_state() == PaymentState::Cancelled {
                prop_assert!(is_seen && matches!(&before.state, State::Cancelling(cancelling) if cancelling.expire_begun));
            }
            if !attempt.payment_state().is_final() {
                prop_assert!(attempt.due(Timestamp(0), &timing).is_some(), "an open payment is never left alone");
            }
        }
    }
}
