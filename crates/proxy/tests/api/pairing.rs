//! Devices and their tokens.

use scantill_proxy::storage::NewTerminal;
use scantill_testkit::world::{World, code, device_id, new_terminal, read};
use scantill_types::Timestamp;
use scantill_types::api::{Paired, ProblemCode, Terminal};
use serde_json::{Value, json};

async fn add(world: &World, expires_at: Timestamp) -> String {
    let terminal = NewTerminal { time_zone: "Asia/Singapore".into(), ..new_terminal("store_2", "POS-07") };
    world.add_terminal(terminal, expires_at).await
}

async fn pair(world: &World, code: &str) -> Result<Paired, scantill_types::api::Problem> {
    world.pair_with_code(code, device_id().as_str()).await
}

#[tokio::test]
async fn a_pairing_code_works_once() {
    let mut world = World::start().await;
    let pairing = add(&world, Timestamp(i64::MAX)).await;
    let paired = pair(&world, &pairing.to_lowercase()).await.unwrap();
    assert_eq!(paired.terminal.terminal_id.as_str(), "POS-07");
    assert_eq!(paired.terminal.time_zone, "Asia/Singapore");
    world.token = paired.token;
    let terminal: Terminal = read(world.call("GET", "/v1/terminal")).await.unwrap();
    assert!(paired.terminal.now.is_some() && paired.terminal.now <= terminal.now, "{terminal:?}");
    assert_eq!(Terminal { now: paired.terminal.now, ..terminal }, paired.terminal);
    assert_eq!(code(pair(&world, &pairing).await), ProblemCode::PairingRefused);
}

#[tokio::test]
async fn an_old_code_is_refused_and_five_tries_kill_their_code_alone() {
    let world = World::start().await;
    let old = add(&world, Timestamp(1)).await;
    assert_eq!(code(pair(&world, &old).await), ProblemCode::PairingRefused);
    let (tried, good) = (add(&world, Timestamp(i64::MAX)).await, add(&world, Timestamp(i64::MAX)).await);
    for _ in 0..5 {
        let wrong = format!("{}-AAAA-AAAA", &tried[..4]);
        assert_eq!(code(pair(&world, &wrong).await), ProblemCode::PairingRefused);
    }
    assert_eq!(code(pair(&world, &tried).await), ProblemCode::PairingRefused);
    pair(&world, &good).await.unwrap();
}

#[tokio::test]
async fn every_call_but_pairing_needs_a_token() {
    let world = World::start().await;
    let calls = [
        ("GET", "/v1/terminal"),
        ("GET", "/v1/payments"),
        ("GET", "/v1/payments/x"),
        ("PUT", "/v1/payments/x"),
        ("POST", "/v1/payments/x/cancel"),
        ("POST", "/v1/payments/x/refresh"),
        ("POST", "/v1/payments/x/disposition"),
        ("POST", "/v1/payments/x/holder"),
        ("GET", "/v1/events"),
    ];
    for (method, path) in calls {
        for token in ["", "wrong"] {
            let request = world.http.request(method.parse().unwrap(), format!("{}{path}", world.proxy));
            let answer = read::<Value>(request.bearer_auth(token).json(&json!({}))).await;
            assert_eq!(code(answer), ProblemCode::Unauthenticated, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_schemes_name_has_no_case() {
    let world = World::start().await;
    let ask = |header: String| {
        let request = world.http.get(format!("{}/v1/terminal", world.proxy));
        read::<Terminal>(request.header("Authorization", header))
    };
    for scheme in ["Bearer", "bearer", "BEARER", "bearer "] {
        ask(format!("{scheme} {}", world.token)).await.unwrap();
    }
    for scheme in ["Basic", "bearers", ""] {
        let refused = ask(format!("{scheme} {}", world.token)).await;
        assert_eq!(code(refused), ProblemCode::Unauthenticated, "{scheme}");
    }
    assert_eq!(code(ask(world.token.clone()).await), ProblemCode::Unauthenticated);
}

#[tokio::test]
async fn a_device_that_pairs_again_keeps_its_terminal() {
    let world = World::start().await;
    let again = world.pair("till-1").await;
    assert_eq!(again.terminal.terminal_id.as_str(), "POS-01");
    assert_ne!(again.token, world.token);
    assert_eq!(world.pair("till-3").await.terminal.terminal_id.as_str(), "POS-02");
}
