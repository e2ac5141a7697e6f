//! Facts of the keypad and of the bounds of an amount.

use super::*;

fn shown(driven: &Driven) -> (i64, Option<AmountProblem>) {
    match driven.till.view().screen {
        Screen::Amount { amount, problem, .. } => (amount.minor, problem),
        screen => panic!("{}", screen.name()),
    }
}

fn typed(digits: &str) -> Driven {
    let mut driven = Driven::ready();
    driven.press(&digits.bytes().map(|digit| Press::Digit(digit - b'0')).collect::<Vec<_>>());
    driven
}

#[test]
fn the_last_digit_is_taken_back() {
    let mut driven = typed("2225");
    assert_eq!(shown(driven.press(&[Press::Delete])), (222, None));
    assert_eq!(shown(driven.press(&[const { Press::Delete }; 4])), (0, None));
}

#[test]
fn an_amount_at_the_limit_is_charged_and_beyond_refused() {
    let limits = Limits::default();
    for (amount, problem) in [
        (limits.min, None),
        (limits.max, None),
        (limits.min - 1, Some(AmountProblem::TooSmall)),
        (limits.max + 1, Some(AmountProblem::TooLarge)),
        (0, Some(AmountProblem::Nothing)),
    ] {
        let mut driven = typed(&amount.to_string());
        driven.press(&[Press::Charge]);
        if problem.is_some() {
            assert_eq!(shown(&driven), (amount, problem));
            driven.press(&[Press::Delete]);
            assert_eq!(shown(&driven), (amount / 10, None), "a sentence goes with the next key");
        } else {
            assert_eq!(driven.screen(), "scan", "{amount}");
        }
    }
}

#[test]
fn an_order_in_another_currency_cannot_be_charged() {
    let opening = CheckoutRequest {
        sale_id: None,
        amount: 2_225,
        currency: Some(Currency::Sgd),
        reference: Some("inv-1".into()),
    };
    let mut driven = Driven::start(Stored::default(), Some(opening));
    driven.begin(&[], None);
    assert_eq!(shown(&driven), (0, Some(AmountProblem::OtherCurrency)));
    driven.scan(CODE).press(&[Press::Charge]);
    assert_eq!((shown(&driven), driven.puts().len()), ((0, Some(AmountProblem::Nothing)), 0));
}
