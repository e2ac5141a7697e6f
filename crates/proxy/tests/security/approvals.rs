//! Lines 25, 26, 27 and 30: who approves is named, a PIN is guessed slowly, and large refunds need two people.

use std::collections::BTreeSet;

use reqwest::Response;
use scantill_testkit::program::Program;
use scantill_testkit::world::{PIN, SUPERVISOR, Settings, World, body, magic, payment_id, read, with};
use scantill_types::PaymentId;
use scantill_types::api::{Disposition, Payment, PaymentState, RefundState, SupervisorList};
use serde_json::{Value, json};

pub(crate) fn settings() -> Settings {
    Settings::without_webhooks()
}

pub(crate) async fn shop(settings: Settings) -> World {
    let world = World::start_with(settings).await;
    world.supervisor(SUPERVISOR, PIN).await;
    world.supervisor("Chai", "1357").await;
    world
}

pub(crate) fn by(supervisor: &str, pin: &str) -> Value {
    json!({"supervisor": supervisor, "pin": pin})
}

pub(crate) fn refund(amount: i64, before: i64, approval: &Value) -> Value {
    json!({"amount": amount, "currency": "THB", "refunded_before": before, "approval": approval})
}

async fn ask(world: &World, method: &str, path: &str, body: &Value) -> Response {
    world.call(method, path).json(body).send().await.unwrap()
}

pub(crate) async fn request_refund(world: &World, id: &PaymentId, body: &Value) -> (u16, Value) {
    let path = format!("/v1/payments/{id}/refunds/{}", payment_id());
    let answer = ask(world, "PUT", &path, body).await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// What the audit says of approvals: who, for what, with which outcome.
pub(crate) fn approvals(world: &World) -> Vec<(Option<String>, String, String)> {
    let database = world.database();
    let sql = "SELECT person, detail ->> 'for', detail ->> 'outcome' FROM audit WHERE cause = 'approval' ORDER BY seq";
    let mut lines = database.prepare(sql).unwrap();
    let told = lines.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    told.map(Result::unwrap).collect()
}

/// A right and a wrong PIN, in this call: both answers without what names the request.
async fn both(world: &World, method: &str, path: &str, body: &Value) -> BTreeSet<String> {
    let mut answers = BTreeSet::new();
    for approval in [by("Mali", PIN), by("Mali", "8642"), by("Nobody", PIN)] {
        let answer = ask(world, method, path, &with(body, "approval", approval)).await;
        let status = answer.status();
        let mut problem: Value = answer.json().await.unwrap();
        problem.as_object_mut().unwrap().remove("request_id");
        answers.insert(format!("{status} {problem}"));
    }
    answers
}

#[tokio::test]
async fn where_the_state_refuses_every_pin_gets_the_same_answer() {
    let world = shop(settings()).await;
    let paid = world.paid().await;
    let failed = world.pay(&magic("10")).await;
    world.until(&failed, |payment| payment.state.is_final()).await;
    let open = world.pending("03").await;
    let wish = |amount: i64, before: i64| refund(amount, before, &Value::Null);
    let cases = [
        ("POST", format!("/v1/payments/{paid}/release"), json!({}), "not_in_doubt"),
        ("POST", format!("/v1/payments/{open}/release"), json!({}), "not_in_doubt"),
        ("POST", format!("/v1/payments/{paid}/acknowledge"), json!({}), "nothing_to_decide"),
        (
            "POST",
            format!("/v1/payments/{failed}/disposition"),
            json!({"decision": "accept"}),
            "nothing_to_decide",
        ),
        (
            "PUT",
            format!("/v1/payments/{failed}/refunds/{}", scantill_testkit::world::named("r-1")),
            wish(1, 0),
            "not_refundable",
        ),
        (
            "PUT",
            format!("/v1/payments/{open}/refunds/{}", scantill_testkit::world::named("r-1")),
            wish(1, 0),
            "charge_in_doubt",
        ),
        (
            "PUT",
            format!("/v1/payments/{paid}/refunds/{}", scantill_testkit::world::named("r-1")),
            wish(9_999, 0),
            "amount_too_large",
        ),
        (
            "PUT",
            format!("/v1/payments/{paid}/refunds/{}", scantill_testkit::world::named("r-1")),
            wish(1, 7),
            "refund_changed",
        ),
    ];
    for (method, path, body, code) in cases {
        let answers = both(&world, method, &path, &body).await;
        assert_eq!(answers.len(), 1, "{path}: {answers:?}");
        assert!(answers.first().unwrap().contains(code), "{path}: {answers:?}");
    }
    assert_eq!(approvals(&world), [], "no PIN was tried");
}

#[tokio::test]
async fn a_second_kept_payment_is_refused_before_the_pin_too() {
    let timing = "read_first_ms = 20, read_every_ms = 20, expire_again_ms = 20, watch_first_ms = 100, watch_second_ms = 3000";
    let world = shop(Settings { timing, ..settings() }).await;
    let (late, sale) = (payment_id(), body(&magic("42")));
    world.put(&late, &sale).await.unwrap();
    world.reaches(&late, PaymentState::Pending).await;
    world.cancel(&late).await.unwrap();
    world.reaches(&late, PaymentState::Cancelled).await;
    let other = payment_id();
    world.put(&other, &with(&sale, "code", json!(magic("41")))).await.unwrap();
    let undecided = |payment: &Payment| payment.disposition == Some(Disposition::AwaitingDecision);
    world.until(&late, undecided).await;
    world.decide(&late, &json!({"decision": "call_supervisor"})).await.unwrap();
    world.until(&other, undecided).await;
    world.decide(&other, &json!({"decision": "accept"})).await.unwrap();
    let path = format!("/v1/payments/{late}/disposition");
    let answers = both(&world, "POST", &path, &json!({"decision": "accept"})).await;
    assert!(answers.len() == 1 && answers.first().unwrap().contains("sale_paid"), "{answers:?}");
    assert_eq!(approvals(&world), []);
}

#[tokio::test]
async fn a_wrong_pin_and_an_unknown_name_get_the_same_words() {
    let world = shop(settings()).await;
    let id = world.paid().await;
    let wrong = request_refund(&world, &id, &refund(1, 0, &by("Mali", "8642"))).await;
    let nobody = request_refund(&world, &id, &refund(1, 0, &by("Nobody", PIN))).await;
    let others = request_refund(&world, &id, &refund(1, 0, &by("Chai", PIN))).await;
    for (status, problem) in [&wrong, &nobody, &others] {
        assert_eq!((*status, &problem["detail"]), (403, &wrong.1["detail"]));
    }
    let right = request_refund(&world, &id, &refund(1, 0, &by("Mali", PIN))).await;
    assert_eq!(right.0, 201);
    let line = |person: Option<&str>, outcome: &str| {
        (person.map(str::to_owned), "refund".to_owned(), outcome.to_owned())
    };
    let expected = [
        line(Some("Mali"), "wrong"),
        line(None, "wrong"),
        line(Some("Chai"), "wrong"),
        line(Some("Mali"), "right"),
    ];
    assert_eq!(approvals(&world), expected);
}

#[tokio::test]
async fn an_unknown_name_costs_the_same_work_and_a_lock_none() {
    let program = Program::start_with(settings()).await;
    let id = program.paid_beside_supervisor().await;
    let checked = async || {
        let metrics = crate::security_log::metrics(&program).await;
        let count = |line: &str| line.strip_prefix("scantill_pins_checked_total ").map(str::to_owned);
        metrics.lines().find_map(count).unwrap_or_default()
    };
    for (name, expected) in [("Mali", "1"), ("Nobody", "2"), ("Nobody", "3")] {
        request_refund(&program, &id, &refund(1, 0, &by(name, "8642"))).await;
        assert_eq!(checked().await, expected, "{name}");
    }
    for _ in 0..6 {
        request_refund(&program, &id, &refund(1, 0, &by("Nobody", "8642"))).await;
    }
    assert_eq!(checked().await, "6", "the fifth one of nobody locks");
}

#[tokio::test]
async fn a_lock_holds_for_one_person_and_device_across_restarts() {
    let mut world = shop(settings()).await;
    let id = world.paid().await;
    for _ in 0..5 {
        assert_eq!(request_refund(&world, &id, &refund(1, 0, &by("Mali", "8642"))).await.0, 403);
    }
    world.stop_proxy().await;
    world.start_proxy().await;
    let path = format!("/v1/payments/{id}/refunds/{}", payment_id());
    let locked = ask(&world, "PUT", &path, &refund(1, 0, &by("Mali", PIN))).await;
    let wait_s: u64 = locked.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(locked.status() == 429 && (1..=60).contains(&wait_s), "{wait_s}");
    assert_eq!(
        request_refund(&world, &id, &refund(1, 0, &by("Chai", "1357"))).await.0,
        201,
        "another person"
    );
    world.until(&id, |payment| payment.refunds.iter().all(|refund| refund.state.is_final())).await;
    world.become_second_device("till-9").await;
    assert_eq!(request_refund(&world, &id, &refund(1, 1, &by("Mali", PIN))).await.0, 201, "another device");
    let locks = approvals(&world).iter().filter(|line| line.2 == "locked").count();
    assert_eq!(locks, 1);
}

#[tokio::test]
async fn who_goes_on_trying_a_locked_pin_writes_few_lines() {
    let world = shop(settings()).await;
    let id = world.paid().await;
    for _ in 0..45 {
        request_refund(&world, &id, &refund(1, 0, &by("Mali", "8642"))).await;
    }
    let sql = "SELECT detail ->> 'tries' FROM audit WHERE detail ->> 'outcome' = 'locked' ORDER BY seq";
    let database = world.database();
    let mut lines = database.prepare(sql).unwrap();
    let tries: Vec<i64> = lines.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(tries, [1, 2, 4, 8, 16, 32]);
}

#[tokio::test]
async fn a_new_pin_opens_the_locks_of_its_person() {
    let world = shop(settings()).await;
    let id = world.paid().await;
    for _ in 0..6 {
        request_refund(&world, &id, &refund(1, 0, &by("Mali", "8642"))).await;
    }
    assert_eq!(request_refund(&world, &id, &refund(1, 0, &by("Mali", PIN))).await.0, 429);
    world.supervisor("Mali", "864209").await;
    assert_eq!(request_refund(&world, &id, &refund(1, 0, &by("Mali", "864209"))).await.0, 201);
}

#[tokio::test]
async fn a_till_learns_the_names_of_its_store_and_no_pin() {
    let world = shop(settings()).await;
    let list: SupervisorList = read(world.call("GET", "/v1/supervisors")).await.unwrap();
    assert_eq!(list.supervisors, ["Chai", "Mali"]);
    let stranger = world.http.get(format!("{}/v1/supervisors", world.proxy)).send().await.unwrap();
    assert_eq!(stranger.status(), 401);
}

#[tokio::test]
async fn limits_of_a_store_without_terminals_are_logged_at_start() {
    let mut program =
        Program::start_with(limited("refund_limits = [{ store = \"store_l\", amount = 1 }]")).await;
    program.kill().await;
    program.start().await;
    let log = program.log();
    assert!(log.contains("name a store that has no terminal") && log.contains("store_l"), "{log}");
}

fn limited(account: &'static str) -> Settings {
    Settings { account, ..settings() }
}

fn two(amount: i64, before: i64) -> Value {
    with(&refund(amount, before, &by("Mali", PIN)), "second_approval", by("Chai", "1357"))
}

pub(crate) async fn is_done(world: &World, id: &PaymentId) -> Payment {
    let over = |payment: &Payment| payment.refunds.iter().all(|refund| refund.state.is_final());
    world.until(id, over).await
}

#[tokio::test]
async fn a_refund_above_the_limit_needs_two_different_supervisors() {
    let world =
        shop(limited("refund_limits = [{ amount = 1_000 }, { store = \"store_9\", amount = 1 }]")).await;
    let id = world.paid().await;
    let (status, problem) = request_refund(&world, &id, &refund(1_001, 0, &by("Mali", PIN))).await;
    assert_eq!((status, &problem["code"]), (403, &json!("second_approval_needed")));
    assert_eq!(problem["needs_two"], json!({"limit": "amount", "amount": 1_000}));
    let twice = with(&refund(1_001, 0, &by("Mali", PIN)), "second_approval", by("Mali", PIN));
    assert_eq!(request_refund(&world, &id, &twice).await.1["code"], "second_approval_needed");
    assert_eq!(approvals(&world), [], "no PIN was spent");
    let wrong = with(&refund(1_001, 0, &by("Mali", PIN)), "second_approval", by("Chai", PIN));
    assert_eq!(request_refund(&world, &id, &wrong).await.1["code"], "approval_refused");
    assert!(world.payment(&id).await.refunds.is_empty());
    assert_eq!(request_refund(&world, &id, &two(1_001, 0)).await.0, 201);
    let payment = is_done(&world, &id).await;
    assert_eq!(payment.refunds[0].approved_by.as_deref(), Some("Mali and Chai"));
    assert_eq!(payment.refunds[0].state, RefundState::Done);
    assert_eq!(request_refund(&world, &id, &refund(1_000, 1_001, &by("Mali", PIN))).await.0, 201);
}

#[tokio::test]
async fn refunds_beyond_the_days_sum_need_two_even_in_parallel() {
    let world = shop(limited("refund_limits = [{ store = \"store_1\", day_amount = 2_000 }]")).await;
    let mut payments = Vec::new();
    for _ in 0..4 {
        payments.push(world.paid().await);
    }
    let wish = refund(1_000, 0, &by("Mali", PIN));
    let asked = payments.iter().map(|id| request_refund(&world, id, &wish));
    let answers = futures_util::future::join_all(asked).await;
    assert_eq!(answers.iter().filter(|answer| answer.0 == 201).count(), 2, "{answers:?}");
    let refused = answers.iter().find(|answer| answer.0 == 403).unwrap();
    assert_eq!(refused.1["needs_two"], json!({"limit": "day_amount", "amount": 2_000, "refunded": 2_000}));
    let left = payments.iter().zip(&answers).find(|(_, answer)| answer.0 == 403).unwrap().0;
    assert_eq!(request_refund(&world, left, &two(1_000, 0)).await.0, 201);
}

#[tokio::test]
async fn where_the_requester_must_differ_each_refund_needs_two() {
    let world = shop(limited("refund_limits = [{ requester_differs = true }]")).await;
    let id = world.paid().await;
    let (status, problem) = request_refund(&world, &id, &refund(1, 0, &by("Mali", PIN))).await;
    assert_eq!((status, &problem["needs_two"]), (403, &json!({"limit": "requester"})));
    assert_eq!(request_refund(&world, &id, &two(1, 0)).await.0, 201);
}
