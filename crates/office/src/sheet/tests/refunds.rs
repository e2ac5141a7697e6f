//! A refund: its amount, its id, and its end.

use serde_json::{Value, json};

use super::*;

fn kept() -> Value {
    with(called(), json!({ "disposition": "accepted", "review": null }))
}

/// A sheet at the amount of a refund.
fn refunding(payment: &Value) -> Sheet {
    let mut sheet = sheet(payment);
    press(&mut sheet, Press::Choose(Action::Refund));
    sheet
}

fn amount(sheet: &Sheet) -> (i64, bool) {
    match &sheet.step {
        Step::Refunding(refunding) => (refunding.amount, refunding.is_good()),
        step => panic!("{step:?}"),
    }
}

fn refund_in(state: &str, id: &str) -> Value {
    json!({ "version": 6, "refunds": [{ "id": id, "amount": 1000, "state": state }] })
}

/// The id in the line of a call.
fn id_of(line: &str) -> String {
    line.rsplit('/').next().unwrap().to_owned()
}

#[test]
fn all_that_is_left_is_refunded_unless_something_else_is_typed() {
    let mut sheet = refunding(&with(
        kept(),
        json!({ "charge": with(kept()["charge"].clone(),
        json!({ "refunded_amount": 225 })) }),
    ));
    assert_eq!(amount(&sheet), (2_000, true));
    for one in [Press::Digit(1), Press::DoubleZero, Press::Digit(0), Press::Because(Reason::WrongAmount)] {
        press(&mut sheet, one);
    }
    assert_eq!(amount(&sheet), (1_000, true));
    press(&mut sheet, Press::Next);
    let (line, body) = approve(&mut sheet);
    assert!(line.starts_with("PUT /v1/payments/p-1/refunds/"));
    let expected = json!({ "amount": 1000, "currency": "THB", "refunded_before": 225, "void": false,
        "reason": "wrong amount", "approval": { "supervisor": "Mali", "pin": "2580" } });
    assert_eq!(body, expected);
}

#[test]
fn only_an_amount_up_to_the_rest_reaches_the_pin() {
    let mut sheet = refunding(&kept());
    for digit in [2, 2, 2, 6] {
        press(&mut sheet, Press::Digit(digit));
    }
    assert_eq!(amount(&sheet), (2_226, false));
    assert!(press(&mut sheet, Press::Next).is_empty());
    assert_eq!(sheet.step.name(), "refunding");
    for _ in 0..4 {
        press(&mut sheet, Press::Delete);
    }
    assert_eq!(amount(&sheet), (0, false));
}

#[test]
fn one_id_is_sent_however_often_the_refund_is_tried() {
    let mut sheet = refunding(&kept());
    press(&mut sheet, Press::Next);
    let first = approve(&mut sheet).0;
    answer(&mut sheet, Question::Order, problem(403, "approval_refused"));
    let second = approve(&mut sheet).0;
    answer(&mut sheet, Question::Order, None);
    answer(&mut sheet, Question::Payment, None);
    press(&mut sheet, Press::Back);
    press(&mut sheet, Press::Choose(Action::Refund));
    press(&mut sheet, Press::Next);
    assert_eq!([&second, &approve(&mut sheet).0], [&first, &first]);
}

#[test]
fn after_a_refund_that_is_over_another_wish_has_another_id() {
    for state in ["refused", "absent", "done"] {
        let mut sheet = refunding(&kept());
        press(&mut sheet, Press::Next);
        let first = approve(&mut sheet).0;
        answer(&mut sheet, Question::Order, reply(201, &with(kept(), refund_in(state, &id_of(&first)))));
        press(&mut sheet, Press::Back);
        let later = Moment { unix_ms: 9_000, ..MOMENT };
        sheet.step(&later, Input::Press(Press::Choose(Action::Refund)));
        press(&mut sheet, Press::Next);
        assert_ne!(approve(&mut sheet).0, first, "{state}");
    }
}

#[test]
fn a_refund_in_progress_is_polled_until_it_is_over() {
    let mut sheet = refunding(&kept());
    press(&mut sheet, Press::Next);
    let id = id_of(&approve(&mut sheet).0);
    answer(&mut sheet, Question::Order, reply(201, &with(kept(), refund_in("approved", &id))));
    let looked = sheet.step(&MOMENT, Input::Elapsed(Timer::Poll));
    assert_eq!(asked(&looked), ["GET /v1/payments/p-1"]);
    answer(&mut sheet, Question::Payment, reply(200, &with(kept(), refund_in("done", &id))));
    assert!(sheet.step(&MOMENT, Input::Elapsed(Timer::Poll)).is_empty());
    assert_eq!(sheet.refund().map(|refund| refund.state), Some(scantill_types::api::RefundState::Done));
}
