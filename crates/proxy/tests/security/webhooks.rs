//! Lines 4 and 5 of the checklist: what a stranger's webhook may cost.

use scantill_testkit::world::deliveries::{event, now};
use scantill_testkit::world::{Settings, World};
use std::pin::pin;
use std::time::{Duration, Instant};

/// The largest body that is taken.
const BODY_BYTES: usize = 64 * 1024;
/// As much as the largest head has room for.
const COMMAS: usize = 12_000;
/// Far more than two MACs cost, far less than one for each comma.
const AT_ONCE: Duration = Duration::from_secs(5);

async fn world() -> World {
    let mut world = World::without_proxy(Settings::without_webhooks()).await;
    world.webhook_secret_before = Some("b2xkZXI=".to_owned());
    world.start_proxy().await;
    world
}

/// A delivery with signatures that nobody made.
async fn attack(world: &World, signatures: String, body: String) -> u16 {
    let url = format!("{}/webhooks/omise/demo", world.proxy);
    let request = world.http.post(url).header("Omise-Signature-Timestamp", now().to_string());
    let answer = request.header("Omise-Signature", signatures).body(body).send().await.unwrap();
    answer.status().as_u16()
}

async fn macs(world: &World) -> u64 {
    world.counted("scantill_webhook_macs_total").await
}

/// One test, since all proxies of a program count together.
#[tokio::test(flavor = "multi_thread")]
async fn the_largest_webhooks_cost_one_mac_for_each_secret() {
    let world = world().await;
    let body = "x".repeat(BODY_BYTES);
    let forged = "0".repeat(64);
    for (signatures, cost) in [
        (",".repeat(COMMAS), 0),
        ("00,".repeat(COMMAS / 3), 0),
        (format!("{forged},{forged}"), 2),
        (format!("{forged},").repeat(COMMAS / 65), 0),
        (format!("{}{forged}", ",".repeat(COMMAS)), 0),
        ("A".repeat(64), 0),
        (format!("{forged}0"), 0),
    ] {
        let (before, began) = (macs(&world).await, Instant::now());
        assert_eq!(attack(&world, signatures.clone(), body.clone()).await, 401, "{signatures:.70}");
        assert!(began.elapsed() < AT_ONCE, "{:?} for {signatures:.70}", began.elapsed());
        assert_eq!(macs(&world).await - before, cost, "{signatures:.70}");
    }
    let genuine = event("evnt_large", &"p".repeat(BODY_BYTES - 400), "chrg_test_1");
    assert_eq!(world.deliver(&genuine, now(), b"secret").await, 200);
    assert_eq!(world.deliver(&genuine, now(), b"older").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hostile_webhooks_hold_up_nobody_else() {
    let world = world().await;
    let attacks = [(); 2].map(|()| attack(&world, ",".repeat(COMMAS), "x".repeat(BODY_BYTES)));
    let mut attacks = pin!(futures_util::future::join_all(attacks));
    let mut waited_longest = Duration::ZERO;
    let answers = loop {
        let began = Instant::now();
        let health = world.http.get(format!("{}/healthz", world.proxy)).send();
        tokio::select! {
            answers = &mut attacks => break answers,
            health = health => assert_eq!(health.unwrap().status(), 200),
        }
        waited_longest = waited_longest.max(began.elapsed());
    };
    assert_eq!(answers, [401, 401]);
    assert!(waited_longest < Duration::from_secs(1), "{waited_longest:?}");
}
