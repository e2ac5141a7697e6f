//! Whose key it is decides whether the proxy starts (P1).

use std::time::Duration;

use scantill_proxy::serve::Proxy;
use scantill_testkit::world::{Settings, World, body, code, config, listener, magic, payment_id};
use scantill_types::api::{PaymentState, ProblemCode};
use serde_json::json;
use tempfile::TempDir;

/// The wait for a provider's answer is 20 s.
const ANSWERS_AT_THE_LATEST: Duration = Duration::from_secs(10);

async fn refused(folder: &TempDir, api_url: &str, key: &str) -> String {
    let mut config = config(folder, api_url, &Settings::default());
    config.accounts[0].secret_key = Some(key.to_owned());
    Proxy::prepare(config).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_key_of_another_account_is_refused_once_there_are_payments() {
    let mut world = World::start().await;
    world.pay(&magic("00")).await;
    world.stop_proxy().await;
    let api_url = format!("http://{}", world.sandbox.address());
    let message = refused(&world.folder, &api_url, "skey_test_another").await;
    assert!(message.contains("another Omise account"), "{message}");
    let second_key = config(&world.folder, &api_url, &Settings::default());
    Proxy::prepare(second_key).await.unwrap();
}

#[tokio::test]
async fn a_key_tried_by_mistake_does_not_block_the_right_one() {
    let mut world = World::start().await;
    world.stop_proxy().await;
    let api_url = format!("http://{}", world.sandbox.address());
    let folder = TempDir::new().unwrap();
    let mut mistaken = config(&folder, &api_url, &Settings::default());
    mistaken.accounts[0].secret_key = Some("skey_test_another".to_owned());
    Proxy::prepare(mistaken).await.unwrap();
    world.folder = folder;
    world.start_proxy().await;
    world.token = world.pair("till-1").await.token;
    world.pay(&magic("00")).await;
    world.stop_proxy().await;
    world.start_proxy().await;
}

#[tokio::test]
async fn an_account_with_open_payments_cannot_be_taken_away() {
    let mut world = World::start().await;
    world.pending("03").await;
    world.stop_proxy().await;
    let mut renamed = world.config();
    renamed.accounts[0].name = "another".to_owned();
    let message = Proxy::prepare(renamed).await.unwrap_err().to_string();
    assert!(message.contains("has open or refundable payments"), "{message}");
}

#[tokio::test]
async fn an_account_with_refundable_payments_can_be_taken_away_after_a_year() {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let mut world = World::start().await;
    world.paid().await;
    world.stop_proxy().await;
    let renamed = || {
        let mut renamed = world.config();
        renamed.accounts[0].name = "another".to_owned();
        renamed
    };
    for days in [0, 364] {
        world.clock.set_by_ms(days * DAY_MS);
        let prepared = Proxy::prepare_by(renamed(), world.clock.clone()).await;
        let message = prepared.unwrap_err().to_string();
        assert!(message.contains("has open or refundable payments"), "after {days} days: {message}");
    }
    world.clock.set_by_ms(366 * DAY_MS);
    Proxy::prepare_by(renamed(), world.clock.clone()).await.unwrap();
}

#[tokio::test]
async fn a_key_that_omise_says_is_live_is_refused_in_test_mode() {
    let world = World::start().await;
    let api_url = format!("http://{}", world.sandbox.address());
    let message = refused(&TempDir::new().unwrap(), &api_url, "skey_live_demo").await;
    assert!(message.contains("live key"), "{message}");
}

#[tokio::test]
async fn a_key_that_omise_refuses_is_named() {
    let world = World::start().await;
    let api_url = format!("http://{}", world.sandbox.address());
    let message = refused(&TempDir::new().unwrap(), &api_url, "skey_test_").await;
    assert!(message.contains("check secret_key"), "{message}");
}

#[tokio::test]
async fn without_the_provider_the_till_is_served_and_payments_refused() {
    // Whoever connects is turned away at once.
    let closed = listener().await;
    let nobody = closed.local_addr().unwrap();
    tokio::spawn(async move { while closed.accept().await.is_ok() {} });
    let folder = TempDir::new().unwrap();
    let proxy =
        Proxy::prepare(config(&folder, &format!("http://{nobody}"), &Settings::default())).await.unwrap();
    let mut world = World::start().await;
    let listening = listener().await;
    world.proxy = format!("http://{}", listening.local_addr().unwrap());
    tokio::spawn(proxy.run(listening, std::future::pending()));
    world.token = world.pair("till-1").await.token;
    let refused = world.put(&payment_id(), &body(&magic("00"))).await;
    assert_eq!(code(refused), ProblemCode::ProviderUnreachable);
}

#[tokio::test]
async fn a_known_account_is_served_while_its_provider_hangs_or_refuses() {
    let mut world = World::start().await;
    let id = world.pending("01").await;
    world.stop_proxy().await;
    world.order("POST", "faults", json!({"fault": "hang", "on": "GET /account", "count": 1})).await;
    let started = tokio::time::timeout(ANSWERS_AT_THE_LATEST, world.start_proxy()).await;
    started.expect("nobody waits for a provider that hangs");
    assert_eq!(world.payment(&id).await.state, PaymentState::Pending);
    world.stop_proxy().await;
    // A second key that was never asked about changes nothing about what is known.
    world.key_before = Some("skey_test_demo.2".to_owned());
    world.order("PUT", "accounts/demo", json!({"keys": {"1": "expired", "2": "expired"}})).await;
    world.start_proxy().await;
    world.until_refused().await;
    assert_eq!(world.payment(&id).await.state, PaymentState::Pending);
    world.order("PUT", "accounts/demo", json!({"keys": {"1": "good"}})).await;
    let charge = world.charge_of(&id).await;
    world.confirm(&charge).await;
    world.reaches(&id, PaymentState::Successful).await;
}
