//! Facts of answers about another payment or sale, and of presses that the screen does not offer: none has an
//! effect.

use super::*;

fn other() -> PaymentId {
    PaymentId::parse("another").unwrap()
}

/// Every input about a payment that is not in hand.
fn strays() -> [Input; 4] {
    let paid = Payment {
        id: other(),
        state: PaymentState::Successful,
        disposition: Some(Disposition::Accepted),
        version: 9,
        ..any_payment()
    };
    let another_sale = SaleId::parse("another-sale").unwrap();
    [
        Input::Payment(paid.clone().into()),
        Input::CallFailed(other(), CallError::Unreachable),
        Input::CallFailed(other(), problem(ProblemCode::CodeUsed, true)),
        Input::Listed(Listing::Sale(another_sale), vec![paid.into()], None),
    ]
}

/// A till on each screen that shows a payment or waits for one.
fn tills() -> Vec<Driven> {
    let mut sending = Driven::scanning();
    sending.scan(CODE);
    let mut abandoning = Driven::scanning();
    abandoning.scan(CODE).feed(Input::Elapsed(Timer::Deadline));
    let mut resuming = Driven::start(stored(true), None);
    resuming.begin(&[], None);
    let mut other_till = Driven::waiting(PaymentState::Pending);
    let theirs = Payment {
        holder: DeviceId::parse("colleague").unwrap(),
        version: 5,
        ..other_till.payment(PaymentState::Pending)
    };
    other_till.feed(Input::Payment(theirs.into()));
    let opening = CheckoutRequest {
        sale_id: SaleId::parse("sale-1").ok(),
        amount: 2_225,
        currency: None,
        reference: None,
    };
    let mut looking = Driven::start(Stored::default(), Some(opening));
    looking.begin(&[], None);
    let mut tills = vec![sending, abandoning, resuming, other_till, looking];
    tills.extend([PaymentState::Pending, PaymentState::Failed].map(Driven::waiting));
    tills
}

#[test]
fn news_of_another_payment_changes_no_screen() {
    for mut driven in tills() {
        let before = driven.till.view();
        for stray in strays() {
            driven.effects.clear();
            let told = format!("{stray:?}");
            driven.feed(stray);
            let after = driven.till.view();
            assert_eq!((&after.screen, &after.sale), (&before.screen, &before.sale), "{told}");
            let waits = |effect: &Effect| matches!(effect, Effect::Wait(..) | Effect::Report(_));
            assert!(!driven.effects.iter().any(waits), "{} {told}", before.screen.name());
        }
    }
}

#[test]
fn a_stray_failure_or_press_leaves_the_waiting_screen_alone() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let (before, own) = (driven.till.view(), driven.puts()[0].0.clone());
    driven.effects.clear();
    driven.feed(Input::CallFailed(own, CallError::Unreachable));
    driven.feed(Input::CallFailed(other(), CallError::Unreachable)).press(&[Press::Digit(5)]);
    assert_eq!(driven.till.view().screen, before.screen);
    assert!(driven.effects.is_empty(), "{:?}", driven.effects);
}

#[test]
fn a_sales_list_does_not_answer_a_read_of_one_payment() {
    let mut driven = Driven::start(stored(true), None);
    driven.begin(&[], None);
    let sale = Listing::Sale(SaleId::parse("sale-1").unwrap());
    driven.feed(Input::Listed(sale, Vec::new(), None));
    assert_eq!(driven.screen(), "resuming");
}

#[test]
fn a_scan_beside_a_payment_is_answered_on_every_screen() {
    for mut driven in tills().into_iter().filter(|driven| driven.screen() != "failed") {
        driven.now_ms += 1;
        driven.effects.clear();
        let screen = driven.screen();
        driven.scan("28763443825664395");
        assert_eq!((driven.screen(), driven.scan_problem()), (screen, Some(ScanProblem::UnderWay)));
        assert_eq!(driven.sounds(), [Sound::NotACode]);
    }
}

#[test]
fn a_sentence_about_a_scan_outlives_the_ticks_of_the_clock() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    driven.scan("28763443825664395").feed(Input::Elapsed(Timer::Second)).feed(Input::Elapsed(Timer::Watch));
    assert_eq!(driven.scan_problem(), Some(ScanProblem::UnderWay));
}

#[test]
fn a_decision_is_sent_only_where_one_is_asked_for() {
    for (disposition, sent) in
        [(Disposition::Accepted, 0), (Disposition::InReview, 0), (Disposition::AwaitingDecision, 1)]
    {
        let mut driven = Driven::waiting(PaymentState::Pending);
        let ended = Payment {
            disposition: Some(disposition),
            version: 9,
            ..driven.payment(PaymentState::Successful)
        };
        driven.feed(Input::Payment(ended.into())).press(&[Press::Decide(Decision::Accept)]);
        let decides = |effect: &&Effect| matches!(effect, Effect::Call(Call::Decide(..)));
        assert_eq!(driven.effects.iter().filter(decides).count(), sent, "{disposition:?}");
    }
}

#[test]
fn a_payment_being_read_is_left_only_without_an_answer() {
    let mut driven = Driven::start(stored(true), None);
    driven.begin(&[], None).press(&[Press::Park]);
    assert_eq!(driven.screen(), "resuming");
}
