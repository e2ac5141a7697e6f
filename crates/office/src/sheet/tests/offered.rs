//! The offered actions, and the call of each.

use scantill_types::api::{Decision, ProblemCode};
use serde_json::{Value, json};

use super::*;

fn offers(payment: &Value) -> Vec<Action> {
    sheet(payment).facts.actions()
}

#[test]
fn what_is_possible_now_is_offered_and_nothing_else() {
    use Action::{Accept, Acknowledge, GiveBack, Refund, Release};
    let kept = with(called(), json!({ "disposition": "accepted", "review": null }));
    let unpaid =
        with(called(), json!({ "state": "cancelled", "disposition": null, "review": null, "charge": null }));
    let doubt = with(unpaid.clone(), json!({ "state": "unknown" }));
    let freed = json!({ "by": "Mali", "at": "2026-11-20T07:06:31Z" });
    let charge = |changes: Value| json!({ "charge": with(called()["charge"].clone(), changes) });
    let refund = json!({ "refunds": [{ "id": "r-1", "amount": 100, "state": "sending" }] });
    for (payment, expected) in [
        (called(), vec![Accept, GiveBack, Refund]),
        (kept.clone(), vec![Refund]),
        (with(kept.clone(), json!({ "review": "duplicate_charge" })), vec![Refund, Acknowledge]),
        (with(kept.clone(), json!({ "review": "refund_failed" })), vec![GiveBack, Refund]),
        (with(kept.clone(), refund.clone()), vec![]),
        (with(called(), refund), vec![Accept, GiveBack]),
        (with(called(), charge(json!({ "disputed": true }))), vec![]),
        (with(called(), charge(json!({ "voided": true }))), vec![GiveBack]),
        (with(called(), charge(json!({ "refunded_amount": 2225 }))), vec![GiveBack]),
        (with(called(), json!({ "review": "mismatch" })), vec![]),
        (with(called(), json!({ "disposition": "awaiting_decision" })), vec![]),
        (with(called(), json!({ "disposition": "refund_due", "review": null })), vec![]),
        (
            with(called(), json!({ "disposition": "refunded", "review": "unapproved_refund" })),
            vec![Acknowledge],
        ),
        (unpaid, vec![]),
        (doubt.clone(), vec![Release]),
        (with(doubt, json!({ "released": freed })), vec![]),
    ] {
        assert_eq!(offers(&payment), expected, "{payment}");
    }
}

#[test]
fn each_order_has_its_call_with_the_pin_in_its_body() {
    let check = |payment: &Value, presses: &[Press], line: &str, body: Value| {
        let mut sheet = sheet(payment);
        for one in presses {
            press(&mut sheet, *one);
        }
        assert_eq!(approve(&mut sheet), (line.to_owned(), body));
        assert!(!line.contains("2580"));
    };
    let decide = "POST /v1/payments/p-1/disposition";
    let accept = [Press::Choose(Action::Accept)];
    check(
        &called(),
        &accept,
        decide,
        json!({ "decision": "accept", "approval": { "supervisor": "Mali", "pin": "2580" } }),
    );
    for (decision, word) in [
        (Decision::Refund, "refund"),
        (Decision::SettledOtherwise, "settled_otherwise"),
        (Decision::CustomerGone, "customer_gone"),
    ] {
        let presses = [Press::Choose(Action::GiveBack), Press::Why(decision), Press::Next];
        check(
            &called(),
            &presses,
            decide,
            json!({ "decision": word, "approval": { "supervisor": "Mali", "pin": "2580" } }),
        );
    }
    let doubt =
        with(called(), json!({ "state": "unknown", "disposition": null, "review": null, "charge": null }));
    let release = [Press::Choose(Action::Release)];
    check(
        &doubt,
        &release,
        "POST /v1/payments/p-1/release",
        json!({ "approval": { "supervisor": "Mali", "pin": "2580" } }),
    );
    let seen = with(called(), json!({ "disposition": "accepted", "review": "duplicate_charge" }));
    let acknowledge = [Press::Choose(Action::Acknowledge)];
    check(
        &seen,
        &acknowledge,
        "POST /v1/payments/p-1/acknowledge",
        json!({ "approval": { "supervisor": "Mali", "pin": "2580" }, "review": "duplicate_charge" }),
    );
}

#[test]
fn what_is_not_offered_cannot_be_ordered() {
    let mut sheet = sheet(&called());
    assert!(press(&mut sheet, Press::Choose(Action::Release)).is_empty());
    assert_eq!(sheet.step.name(), "choosing");
}

#[test]
fn a_carried_out_decision_shows_the_payment_as_it_is() {
    let mut sheet = sheet(&called());
    press(&mut sheet, Press::Choose(Action::Accept));
    approve(&mut sheet);
    let kept = with(called(), json!({ "version": 6, "disposition": "accepted", "review": null }));
    answer(&mut sheet, Question::Order, reply(200, &kept));
    assert_eq!(sheet.step.name(), "done");
    assert_eq!(sheet.facts.actions(), [Action::Refund]);
}

#[test]
fn a_decision_made_elsewhere_is_told_with_the_present_payment() {
    for code in ["nothing_to_decide", "sale_paid", "not_in_doubt", "refund_changed", "refund_under_way"] {
        let mut sheet = sheet(&called());
        press(&mut sheet, Press::Choose(Action::Accept));
        approve(&mut sheet);
        let effects = answer(&mut sheet, Question::Order, problem(409, code));
        assert_eq!(asked(&effects), ["GET /v1/payments/p-1"]);
        let changed = with(called(), json!({ "version": 6, "disposition": "refund_due" }));
        answer(&mut sheet, Question::Payment, reply(200, &changed));
        assert!(matches!(trouble(&sheet), Some(Trouble::Refused(_))), "{code}");
        assert!(sheet.facts.actions().is_empty());
    }
}

#[test]
fn what_cannot_be_read_is_told_and_read_again() {
    let (mut sheet, _) = Sheet::start(PaymentId::parse("p-1").unwrap(), &MOMENT);
    answer(&mut sheet, Question::Payment, None);
    assert_eq!(trouble(&sheet), Some(Trouble::NoAnswer));
    assert!(asked(&press(&mut sheet, Press::LookAgain)).contains(&"GET /v1/payments/p-1".to_owned()));
    answer(&mut sheet, Question::Payment, problem(401, "unauthenticated"));
    assert_eq!(trouble(&sheet), Some(Trouble::Refused(ProblemCode::Unauthenticated)));
    answer(&mut sheet, Question::Payment, reply(200, &called()));
    assert_eq!(sheet.step.name(), "choosing");
}

#[test]
fn a_payment_of_somebody_else_and_a_hotels_page_are_no_answer() {
    let other = with(called(), json!({ "id": "p-2" }));
    let hotel = Reply { status: 200, content_type: "text/html".to_owned(), body: "<html>".to_owned() };
    for reply in [reply(200, &other), Some(hotel)] {
        let (mut sheet, _) = Sheet::start(PaymentId::parse("p-1").unwrap(), &MOMENT);
        answer(&mut sheet, Question::Payment, reply);
        assert_eq!(trouble(&sheet), Some(Trouble::NoAnswer));
    }
}

#[test]
fn an_older_reading_never_takes_the_place_of_a_newer_one() {
    let mut sheet = sheet(&called());
    answer(
        &mut sheet,
        Question::Payment,
        reply(200, &with(called(), json!({ "version": 4, "disposition": "accepted" }))),
    );
    assert_eq!(sheet.facts.payment.as_ref().map(|payment| payment.version), Some(5));
}

#[test]
fn why_a_person_must_look_is_taken_from_the_stores_list() {
    let mut sheet = sheet(&called());
    let item = |id: &str| {
        json!({ "payment": with(called(), json!({ "id": id })), "reason": "decision_overdue",
        "automatic_action": "nothing", "operator_action": "keep_or_return" })
    };
    answer(&mut sheet, Question::Reviews, reply(200, &json!({ "items": [item("p-2")] })));
    assert_eq!(sheet.facts.call, None);
    answer(&mut sheet, Question::Reviews, reply(200, &json!({ "items": [item("p-2"), item("p-1")] })));
    assert!(sheet.facts.call.is_some());
}

#[test]
fn the_provider_is_read_when_the_supervisor_asks_for_it() {
    let mut sheet = sheet(&called());
    let effects = press(&mut sheet, Press::LookAgain);
    assert_eq!(asked(&effects), ["POST /v1/payments/p-1/refresh"]);
    assert!(press(&mut sheet, Press::LookAgain).is_empty(), "once at a time");
    answer(&mut sheet, Question::Refresh, None);
    assert_eq!(trouble(&sheet), Some(Trouble::NoAnswer));
}
