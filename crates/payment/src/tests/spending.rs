//! What a payer's code was spent on (P10).

use super::*;

/// A payment that may be sent, after these inputs.
fn sent(inputs: impl IntoIterator<Item = Input>) -> PaymentAttempt {
    run([Input::Permit { waited_ms: 0 }].into_iter().chain(inputs))
}

#[test]
fn only_what_was_proved_not_sent_has_not_spent_its_code() {
    assert!(!sent([Input::NotSent]).has_spent_its_code());
    assert!(!run([Input::Permit { waited_ms: 5_001 }]).has_spent_its_code());
    assert!(!run([Input::Restarted]).has_spent_its_code());
    for inputs in [
        vec![],
        vec![Input::Refused { code: "invalid_charge".into() }],
        vec![Input::AnswerLost(UnknownReason::AnswerLost)],
        vec![Input::SourceLost],
        vec![Input::Restarted],
        vec![seen(ChargeStatus::Pending)],
        vec![seen(ChargeStatus::Failed(FailureCode::PaymentRejected))],
    ] {
        let attempt = sent(inputs.clone());
        assert!(attempt.has_spent_its_code(), "{inputs:?}: {:?}", attempt.state);
    }
}

#[test]
fn a_source_or_its_charge_has_spent_the_code() {
    let source = SourceId::parse("src_test_1").unwrap();
    assert!(sent([Input::SourceCreated(source), Input::NotSent]).has_spent_its_code());
    assert!(sent([Input::NotSent, seen(ChargeStatus::Pending)]).has_spent_its_code());
    assert!(sent([Input::NotSent, seen(ChargeStatus::Successful)]).has_spent_its_code());
}
