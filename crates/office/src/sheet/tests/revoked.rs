//! The till is revoked while the sheet is open: the sheet says so, and keeps its data and its order.

use scantill_types::api::ProblemCode;
use serde_json::json;

use super::*;

const REVOKED: Trouble = Trouble::Refused(ProblemCode::Unauthenticated);

fn revoked() -> Option<Reply> {
    problem(401, "unauthenticated")
}

/// A sheet that knows why the payment needs review.
fn reviewed() -> Sheet {
    let mut sheet = sheet(&called());
    let item = json!({ "payment": called(), "reason": "supervisor_called", "automatic_action": "nothing", "operator_action": "keep_or_return" });
    answer(&mut sheet, Question::Reviews, reply(200, &json!({ "items": [item] })));
    answer(&mut sheet, Question::Till, reply(200, &json!({ "store_name": "Baan", "terminal_id": "POS-01" })));
    sheet
}

fn knows_all(sheet: &Sheet) -> bool {
    let Facts { payment, call, till, supervisors } = &sheet.facts;
    payment.is_some() && call.is_some() && till.is_some() && supervisors.is_some()
}

#[test]
fn what_was_read_before_stays_and_the_refusal_is_told() {
    let mut sheet = reviewed();
    press(&mut sheet, Press::LookAgain);
    for question in [Question::Refresh, Question::Till, Question::Reviews, Question::Supervisors] {
        answer(&mut sheet, question, revoked());
    }
    assert_eq!(trouble(&sheet), Some(REVOKED));
    assert!(knows_all(&sheet) && !sheet.facts.actions().is_empty());
}

#[test]
fn an_order_that_is_refused_stays_and_its_pin_does_not() {
    let mut sheet = reviewed();
    press(&mut sheet, Press::Choose(Action::Refund));
    press(&mut sheet, Press::Digit(9));
    press(&mut sheet, Press::Next);
    let first = approve(&mut sheet);
    let more = answer(&mut sheet, Question::Order, revoked());
    assert!(asked(&more).is_empty(), "a till that is refused asks no more");
    assert_eq!(notice(&sheet), Some(Notice::Trouble(REVOKED)));
    assert!(press(&mut sheet, Press::Next).is_empty(), "the PIN is typed anew");
    assert_eq!(approve(&mut sheet), first, "the same order under the same id");
    assert!(knows_all(&sheet));
}

#[test]
fn an_order_in_doubt_is_read_after_the_till_is_allowed() {
    let mut sheet = reviewed();
    press(&mut sheet, Press::Choose(Action::Accept));
    approve(&mut sheet);
    answer(&mut sheet, Question::Order, None);
    answer(&mut sheet, Question::Payment, revoked());
    approve(&mut sheet);
    answer(&mut sheet, Question::Order, revoked());
    assert_eq!(notice(&sheet), Some(Notice::Trouble(REVOKED)));
    approve(&mut sheet);
    answer(&mut sheet, Question::Order, problem(409, "nothing_to_decide"));
    let kept = with(called(), json!({ "version": 6, "disposition": "accepted", "review": null }));
    answer(&mut sheet, Question::Payment, reply(200, &kept));
    assert_eq!(sheet.step.name(), "done", "the first call had arrived");
}

#[test]
fn names_that_cannot_be_read_for_that_reason_are_told() {
    let mut sheet = reviewed();
    sheet.facts.supervisors = None;
    press(&mut sheet, Press::Choose(Action::Accept));
    press(&mut sheet, Press::LookAgain);
    answer(&mut sheet, Question::Supervisors, revoked());
    assert_eq!(notice(&sheet), Some(Notice::Trouble(REVOKED)));
}

#[test]
fn money_under_way_is_no_longer_read_and_that_is_told() {
    let mut sheet = reviewed();
    press(&mut sheet, Press::Choose(Action::GiveBack));
    press(&mut sheet, Press::Next);
    approve(&mut sheet);
    let going = with(called(), json!({ "version": 6, "disposition": "refund_due", "review": null }));
    answer(&mut sheet, Question::Order, reply(200, &going));
    assert!(!sheet.step(&MOMENT, Input::Elapsed(Timer::Poll)).is_empty());
    answer(&mut sheet, Question::Payment, None);
    assert!(!sheet.step(&MOMENT, Input::Elapsed(Timer::Poll)).is_empty(), "a lost answer ends nothing");
    answer(&mut sheet, Question::Payment, revoked());
    let Step::Done { trouble, .. } = &sheet.step else { panic!("{:?}", sheet.step) };
    assert_eq!(*trouble, Some(REVOKED));
    assert!(sheet.step(&MOMENT, Input::Elapsed(Timer::Poll)).is_empty());
    assert_eq!(sheet.facts.payment.as_ref().map(|payment| payment.version), Some(6));
}
