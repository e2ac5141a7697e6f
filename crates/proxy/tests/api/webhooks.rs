//! Deliveries that are not what they seem have no effect.

use futures_util::future::join_all;
use scantill_testkit::world::deliveries::{event, now};
use scantill_testkit::world::{Settings, World, magic, until};
use scantill_types::api::PaymentState;
use serde_json::{Value, json};

#[tokio::test]
async fn forged_stale_and_unsigned_deliveries_are_refused() {
    let world = World::start().await;
    let body = event("evnt_1", "pay", "chrg_test_1");
    assert_eq!(world.deliver(&body, now(), b"guess").await, 401);
    assert_eq!(world.deliver(&body, now() - 310, b"secret").await, 401, "too old");
    assert_eq!(world.deliver(&body, now() + 310, b"secret").await, 401, "from the future");
    let unsigned = world.http.post(format!("{}/webhooks/omise/demo", world.proxy)).body(body.clone());
    assert_eq!(unsigned.send().await.unwrap().status(), 401);
    let elsewhere = world.http.post(format!("{}/webhooks/omise/nobody", world.proxy)).body(body.clone());
    assert_eq!(elsewhere.send().await.unwrap().status(), 404);
    assert_eq!(world.deliver(&body, now(), b"secret").await, 200);
}

#[tokio::test]
async fn a_signed_lie_is_read_and_not_believed() {
    let timing = "read_first_ms = 600000, read_every_ms = 600000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let (id, charge) = world.pending_charge("03").await;
    let path = format!("/charges/{charge}");
    let body = event("evnt_lie", id.as_str(), charge.as_str());
    assert_eq!(world.deliver(&body, now(), b"secret").await, 200);
    let read = async {
        while world.requests("GET", &path).await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), read).await.unwrap();
    assert_eq!(world.payment(&id).await.state, PaymentState::Pending);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let world = World::start().await;
    let body = event("evnt_big", &"x".repeat(70_000), "chrg_test_1");
    assert_eq!(world.deliver(&body, now(), b"secret").await, 413);
}

#[tokio::test]
async fn deliveries_are_kept_once() {
    let world = World::start().await;
    let body = event("evnt_twice", "pay", "chrg_test_1");
    let (first, second) =
        tokio::join!(world.deliver(&body, now(), b"secret"), world.deliver(&body, now(), b"secret"));
    assert_eq!((first, second), (200, 200));
    let kept: i64 = world.stored("SELECT count(*) FROM webhooks WHERE event_id = 'evnt_twice'");
    assert_eq!(kept, 1);
    let _: Value = serde_json::from_str(&body).unwrap();
}

#[tokio::test]
async fn of_many_copies_of_one_delivery_one_changes_the_payment() {
    let timing = "read_first_ms = 600000, read_every_ms = 600000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let (id, charge) = world.pending_charge("01").await;
    world.confirm(&charge).await;
    let repeated = world.counted("scantill_webhooks_repeated_total").await;
    let body = event("evnt_many", id.as_str(), charge.as_str());
    let copies = (0..50).map(|_| world.deliver(&body, now(), b"secret"));
    assert!(join_all(copies).await.into_iter().all(|status| status == 200));
    world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(world.deliver(&body, now(), b"secret").await, 200);
    assert!(repeated + 50 <= world.counted("scantill_webhooks_repeated_total").await);
    assert_eq!(world.states(&id).iter().filter(|state| *state == "successful").count(), 1);
}

#[tokio::test]
async fn an_unconfirmed_webhook_is_read_again_after_growing_pauses() {
    let timing = "read_first_ms = 600000, read_every_ms = 600000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let (id, charge) = world.pending_charge("01").await;
    let path = format!("/charges/{charge}");
    let stale = json!({"fault": "stale_read", "on": "GET /charges/:id", "lag_ms": 1_500, "count": 100_000});
    world.order("POST", "faults", stale).await;
    world.confirm(&charge).await;
    let body = event("evnt_early", id.as_str(), charge.as_str());
    assert_eq!(world.deliver(&body, now(), b"secret").await, 200);
    world.reaches(&id, PaymentState::Successful).await;
    let times = world.request_times("GET", &path).await;
    assert_eq!(times.len(), 3, "{times:?}");
    assert!(1_000 <= times[1].since_ms(times[0]) && 2_000 <= times[2].since_ms(times[1]), "{times:?}");
}

#[tokio::test]
async fn while_secrets_are_rotated_both_are_taken() {
    let mut world = World::without_proxy(Settings::without_webhooks()).await;
    world.webhook_secret_before = Some("b2xkZXI=".to_owned());
    world.start_proxy().await;
    for (secret, status) in [(&b"secret"[..], 200), (b"older", 200), (b"oldest", 401)] {
        let body = event("evnt_rotated", "pay", "chrg_test_1");
        assert_eq!(world.deliver(&body, now(), secret).await, status, "{secret:?}");
    }
}

#[tokio::test]
async fn webhooks_about_unknown_charges_are_counted_and_read_nothing() {
    let world = World::start().await;
    let before = world.counted("scantill_webhooks_of_others_total").await;
    let body = event("evnt_others", "pay-of-others", "chrg_test_others");
    assert_eq!(world.deliver(&body, now(), b"secret").await, 200);
    until("it is counted", async || before < world.counted("scantill_webhooks_of_others_total").await).await;
    assert_eq!(world.requests("GET", "/charges/chrg_test_others").await, 0);
}

#[tokio::test]
async fn webhooks_that_are_refused_or_differ_or_are_of_others_are_counted() {
    let cases = [
        ("webhook_forged", "scantill_webhooks_refused_total"),
        ("webhook_unsigned", "scantill_webhooks_refused_total"),
        ("webhook_old_timestamp", "scantill_webhooks_refused_total"),
        ("webhook_other_amount", "scantill_webhooks_differing_total"),
        ("webhook_other_mode", "scantill_webhooks_differing_total"),
    ];
    for (fault, counter) in cases {
        let world = World::start().await;
        world.fault_always(fault, "*").await;
        let before = world.counted(counter).await;
        let id = world.pay(&magic("00")).await;
        let payment = world.reaches(&id, PaymentState::Successful).await;
        assert_eq!(payment.review, None, "{fault}");
        until(fault, async || before < world.counted(counter).await).await;
    }
}
