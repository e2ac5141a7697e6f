//! Keys are rotated while payments go on; a key that Omise refuses makes them wait (P1).

use scantill_testkit::world::{Settings, World, body, code, config, magic, payment_id};
use scantill_types::api::{PaymentState, ProblemCode};
use serde_json::json;

async fn two_keys() -> World {
    let timing = "read_first_ms = 50, read_every_ms = 50, identify_every_ms = 100";
    let mut world = World::start_with(Settings { webhooks: false, timing, ..Settings::default() }).await;
    world.stop_proxy().await;
    world.key_before = Some("skey_test_demo.2".to_owned());
    world.start_proxy().await;
    world
}

async fn set_keys(world: &World, keys: serde_json::Value) {
    world.order("PUT", "accounts/demo", json!({"keys": keys})).await;
}

#[tokio::test]
async fn the_accounts_other_key_takes_over_from_a_refused_one() {
    let world = two_keys().await;
    let (id, charge) = world.pending_charge("01").await;
    set_keys(&world, json!({"1": "expired"})).await;
    world.confirm(&charge).await;
    world.reaches(&id, PaymentState::Successful).await;
    let next = world.pay(&magic("00")).await;
    world.reaches(&next, PaymentState::Successful).await;
}

#[tokio::test]
async fn while_every_key_is_refused_payments_wait_and_new_ones_are_refused() {
    let world = two_keys().await;
    let (id, charge) = world.pending_charge("01").await;
    set_keys(&world, json!({"1": "expired", "2": "expired"})).await;
    world.confirm(&charge).await;
    world.until_refused().await;
    let refused = world.put(&payment_id(), &body(&magic("00"))).await;
    assert_eq!(code(refused), ProblemCode::ProviderUnreachable);
    assert_eq!(world.payment(&id).await.state, PaymentState::Pending);
    set_keys(&world, json!({"1": "good"})).await;
    world.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn while_the_account_is_locked_payments_wait_and_new_ones_are_refused() {
    let world = two_keys().await;
    let (id, charge) = world.pending_charge("01").await;
    // Omise answers 403 to every key.
    set_keys(&world, json!({"1": "locked", "2": "locked"})).await;
    world.confirm(&charge).await;
    world.until_refused().await;
    let posts = world.requests("POST", "/sources").await;
    assert_eq!(code(world.put(&payment_id(), &body(&magic("00"))).await), ProblemCode::ProviderUnreachable);
    assert_eq!(world.requests("POST", "/sources").await, posts);
    assert_eq!(world.payment(&id).await.state, PaymentState::Pending);
    set_keys(&world, json!({"1": "good"})).await;
    world.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn a_second_key_of_another_account_is_refused() {
    let world = World::start().await;
    let mut config = config(&tempfile::TempDir::new().unwrap(), &world.api_url(), &Settings::default());
    config.accounts[0].secret_key_before = Some("skey_test_another".to_owned());
    let refused = scantill_proxy::serve::Proxy::prepare(config).await.unwrap_err().to_string();
    assert!(refused.contains("another Omise account"), "{refused}");
}
