//! Line 35: a refusal names its request, says when to come again and how to make oneself known.

use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, World, payment_id};
use serde_json::{Value, json};

#[tokio::test]
async fn each_problem_carries_the_id_of_its_request() {
    let world = World::start_with(Settings::without_webhooks()).await;
    let mut ids = Vec::new();
    for (method, path) in
        [("GET", "/v1/none"), ("GET", "/none"), ("DELETE", "/v1/terminal"), ("GET", "/v1/payments/x")]
    {
        let answer = world.call(method, path).send().await.unwrap();
        let header = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(
            (problem["request_id"].as_str().unwrap(), header.len()),
            (header.as_str(), 16),
            "{problem}"
        );
        ids.push(header);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn who_is_not_known_is_told_how_to_be() {
    let world = World::start_with(Settings::without_webhooks()).await;
    for token in ["", "wrong"] {
        let request = world.http.get(format!("{}/v1/terminal", world.proxy)).bearer_auth(token);
        let answer = request.send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["www-authenticate"]),
            (401, &"Bearer realm=\"scantill\"".parse().unwrap())
        );
    }
    let lower = world.http.get(format!("{}/v1/terminal", world.proxy));
    let lower = lower.header("authorization", format!("bearer {}", world.token)).send().await.unwrap();
    assert_eq!(lower.status(), 200);
}

#[tokio::test]
async fn lines_of_the_log_carry_it_too() {
    let program = Program::start_with(Settings::without_webhooks()).await;
    let id = program.paid_beside_supervisor().await;
    let wish = json!({"amount": 1, "currency": "THB", "refunded_before": 0, "approval": {"supervisor": "Mali", "pin": "0000"}});
    let path = format!("/v1/payments/{id}/refunds/{}", payment_id());
    let answer = program.call("PUT", &path).json(&wish).send().await.unwrap();
    let named = answer.headers()["x-request-id"].to_str().unwrap();
    let log = program.log();
    let line = log.lines().find(|line| line.contains("a wrong PIN was given")).expect(&log);
    assert!(line.contains(named), "{named}: {line}");
}
