//! Tests of the sheet without a browser.

mod offered;
mod people;
mod refunds;
mod revoked;
mod typing;

use scantill_types::PaymentId;
use serde_json::{Value, json};

use super::*;

const MOMENT: Moment = Moment { unix_ms: 1_000, random: [7; 10] };

/// A payment of ฿22.25 for which the cashier called a supervisor.
fn called() -> Value {
    json!({
        "id": "p-1", "sale_id": "s-1", "version": 5, "state": "successful", "amount": 2225, "currency": "THB",
        "code_masked": "28 ····· 4394", "terminal_id": "POS-01", "holder": "tablet", "disposition": "in_review",
        "review": "supervisor_called", "charge": { "id": "chrg_1", "status": "successful", "refunded_amount": 0,
            "voided": false, "disputed": false },
        "created_at": "2026-11-20T07:05:31Z", "updated_at": "2026-11-20T07:05:32Z",
    })
}

/// The same with these fields.
fn with(mut payment: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("{changes}") };
    for (name, value) in changes {
        payment[name] = value;
    }
    payment
}

#[allow(clippy::unnecessary_wraps, reason = "an answer may be lost")]
fn reply(status: u16, body: &Value) -> Option<Reply> {
    let content_type = if status < 300 { "application/json" } else { "application/problem+json" };
    Some(Reply { status, content_type: content_type.to_owned(), body: body.to_string() })
}

fn supervisors(names: &[&str]) -> Option<Reply> {
    reply(200, &json!({ "supervisors": names }))
}

fn problem(status: u16, code: &str) -> Option<Reply> {
    reply(status, &json!({ "type": "about:blank", "status": status, "code": code, "detail": "" }))
}

/// A sheet that has read this payment.
fn sheet(payment: &Value) -> Sheet {
    let (mut sheet, effects) = Sheet::start(PaymentId::parse("p-1").unwrap(), &MOMENT);
    assert_eq!(
        asked(&effects),
        ["GET /v1/terminal", "GET /v1/payments/p-1", "GET /v1/reviews", "GET /v1/supervisors"]
    );
    answer(&mut sheet, Question::Supervisors, supervisors(&["Mali"]));
    answer(&mut sheet, Question::Payment, reply(200, payment));
    assert_eq!(sheet.step.name(), "choosing");
    sheet
}

fn answer(sheet: &mut Sheet, question: Question, reply: Option<Reply>) -> Vec<Effect> {
    sheet.step(&MOMENT, Input::Answered(question, reply))
}

fn press(sheet: &mut Sheet, press: Press) -> Vec<Effect> {
    sheet.step(&MOMENT, Input::Press(press))
}

/// Types the PIN and sends it; the body of the call.
fn approve(sheet: &mut Sheet) -> (String, Value) {
    for digit in [2, 5, 8, 0] {
        press(sheet, Press::Digit(digit));
    }
    let effects = press(sheet, Press::Next);
    let [Effect::Ask(Question::Order, request)] = &effects[..] else { panic!("{effects:?}") };
    let body = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
    (format!("{} {}", request.method, request.path), body)
}

fn asked(effects: &[Effect]) -> Vec<String> {
    let line = |effect: &Effect| match effect {
        Effect::Ask(_, request) => Some(format!("{} {}", request.method, request.path)),
        Effect::Wait(..) | Effect::Close => None,
    };
    effects.iter().filter_map(line).collect()
}

fn notice(sheet: &Sheet) -> Option<Notice> {
    match &sheet.step {
        Step::Approving(approving) => approving.notice.clone(),
        step => panic!("{step:?}"),
    }
}

fn trouble(sheet: &Sheet) -> Option<Trouble> {
    match &sheet.step {
        Step::Choosing { trouble, .. } | Step::Loading { trouble } => *trouble,
        step => panic!("{step:?}"),
    }
}
