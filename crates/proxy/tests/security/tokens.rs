//! Line 14: tokens end when they are not used for long, and at an age.

use std::time::{Duration, Instant};

use scantill_proxy::device_life::DeviceLife;
use scantill_testkit::world::{Settings, World, code, read, until};
use scantill_types::api::ProblemCode;
use serde_json::Value;

const LONG_MS: u64 = 3_600_000;

async fn world(idle_ms: u64, life_ms: u64) -> World {
    let device_life = Some(DeviceLife { idle_ms, life_ms });
    World::start_with(Settings { webhooks: false, device_life, ..Settings::default() }).await
}

async fn ask(world: &World) -> Result<Value, scantill_types::api::Problem> {
    read(world.call("GET", "/v1/terminal")).await
}

fn seen_at(world: &World) -> i64 {
    world.stored("SELECT seen_at FROM devices")
}

#[tokio::test]
async fn a_token_that_is_used_lives_and_one_that_rests_ends() {
    let mut world = world(1_500, LONG_MS).await;
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(2_500) {
        ask(&world).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    world.stop_proxy().await;
    world.start_proxy().await;
    ask(&world).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_600)).await;
    let refused = ask(&world).await.unwrap_err();
    assert_eq!(refused.code, ProblemCode::Unauthenticated);
    assert!(refused.detail.contains("not used for too long"), "{}", refused.detail);
    assert_eq!(code(ask(&world).await), ProblemCode::Unauthenticated, "a refused call is no use of it");
}

#[tokio::test]
async fn an_open_stream_is_use_until_the_token_reaches_its_age() {
    let world = world(600, 2_000).await;
    let paired = Instant::now();
    let mut stream = world.call("GET", "/v1/events").send().await.unwrap();
    let first = seen_at(&world);
    until("the device is seen", async || first + 600 < seen_at(&world)).await;
    ask(&world).await.unwrap();
    let ending = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(Duration::from_secs(10), ending).await.expect("the stream goes on");
    let lived = paired.elapsed();
    assert!((1_700..3_000).contains(&lived.as_millis()), "{lived:?}");
    let refused = ask(&world).await.unwrap_err();
    assert!(refused.detail.contains("paired too long ago"), "{}", refused.detail);
}

#[tokio::test]
async fn a_token_that_ended_is_replaced_by_pairing_again() {
    let mut world = world(300, LONG_MS).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(code(ask(&world).await), ProblemCode::Unauthenticated);
    world.replace_device("till-1").await;
    ask(&world).await.unwrap();
}

#[tokio::test]
async fn a_clock_that_is_set_back_is_followed() {
    let world = world(LONG_MS, 100 * LONG_MS).await;
    let paired = seen_at(&world);
    let now = i64::try_from(10 * LONG_MS).unwrap();
    world.database().execute("UPDATE devices SET seen_at = seen_at + ?1", [now]).unwrap();
    ask(&world).await.unwrap();
    until("the time of now", async || (seen_at(&world) - paired).abs() < 60_000).await;
}
