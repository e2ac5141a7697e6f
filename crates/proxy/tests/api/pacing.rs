//! Reading without flooding: fewer reads while webhooks come, none while the provider says that it is busy.

use scantill_testkit::world::{PIN, SUPERVISOR, Settings, World, magic, refund_body, until};
use scantill_types::PaymentId;
use scantill_types::api::{FailureCode, PaymentState};
use serde_json::json;

fn relaxed(webhooks: bool) -> Settings {
    let timing = "read_first_ms = 30, read_every_ms = 30, read_relaxed_every_ms = 60000";
    Settings { webhooks, timing, ..Settings::default() }
}

async fn reads_of(world: &World, id: &PaymentId) -> usize {
    let charge = world.charge_of(id).await;
    world.requests("GET", &format!("/charges/{charge}")).await
}

#[tokio::test]
async fn while_webhooks_prove_healthy_a_payment_takes_one_read() {
    let world = World::start_with(relaxed(true)).await;
    // Read so seldom that the webhook is first: this proves it.
    let first = world.pay(&magic("00")).await;
    world.reaches(&first, PaymentState::Successful).await;
    for _ in 0..3 {
        let (id, charge) = world.pending_charge("01").await;
        world.confirm(&charge).await;
        world.reaches(&id, PaymentState::Successful).await;
    }
    let id = world.pay(&magic("02")).await;
    world.reaches(&id, PaymentState::Successful).await;
    assert!(reads_of(&world, &id).await <= 2, "the webhook of the creation, and that of the end");
}

#[tokio::test]
async fn healthy_webhooks_do_not_slow_the_lookup_of_a_payment_in_doubt() {
    let timing = "read_first_ms = 30, read_every_ms = 30, read_relaxed_every_ms = 60000, absent_quiet_ms = 100, \
        absent_apart_ms = 100";
    let world = World::start_with(Settings { timing, creation: "one_call", ..Settings::default() }).await;
    for _ in 0..3 {
        let (id, charge) = world.pending_charge("01").await;
        world.confirm(&charge).await;
        world.reaches(&id, PaymentState::Successful).await;
    }
    world.fault("cut_before_commit", "POST /charges").await;
    let id = world.pay(&magic("00")).await;
    world.reaches(&id, PaymentState::Failed).await;
}

#[tokio::test]
async fn without_webhooks_it_is_read_at_the_ordinary_pace() {
    let world = World::start_with(relaxed(false)).await;
    let id = world.pay(&magic("02")).await;
    world.reaches(&id, PaymentState::Successful).await;
    assert!(10 < reads_of(&world, &id).await);
}

#[tokio::test]
async fn a_busy_provider_is_left_alone_for_as_long_as_it_asks() {
    let timing = "read_first_ms = 20, read_every_ms = 20";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let busy =
        json!({"fault": "too_many_requests", "on": "GET /charges/:id", "count": 1, "retry_after_s": 1});
    world.order("POST", "faults", busy).await;
    let id = world.pay(&magic("02")).await;
    world.reaches(&id, PaymentState::Successful).await;
    let charge = world.charge_of(&id).await;
    let times = world.request_times("GET", &format!("/charges/{charge}")).await;
    assert!(1_000 <= times[1].since_ms(times[0]), "{times:?}");
    assert!(times[2].since_ms(times[1]) < 1_000, "{times:?}");
}

/// Takes a payment on at another till.
async fn at_another_till(world: &mut World) {
    let other = world.pair("till-2").await.token;
    let own = std::mem::replace(&mut world.token, other);
    world.pay(&magic("01")).await;
    world.token = own;
}

/// How often a fault struck, by its place in the order of orders.
async fn struck(world: &World, place: usize) -> u64 {
    world.faults().await[place]["struck"].as_u64().unwrap()
}

/// Has the sandbox cut every connection that is open.
async fn cut_all(world: &World) {
    world.end_faults().await;
    let charges = "POST /charges";
    let refuse = json!({"fault": "refuse_connections", "on": charges, "count": 1, "for_ms": 20});
    world.order("POST", "faults", refuse).await;
    let post = world.http.post(format!("{}/charges", world.api_url())).basic_auth("skey_test_demo", Some(""));
    let _ = post.json(&json!({})).send().await;
    until("the sandbox refuses connections", async || 1 <= struck(world, 0).await).await;
    world.end_faults().await;
}

#[tokio::test]
async fn while_the_provider_hangs_few_requests_are_in_flight() {
    let timing = "read_first_ms = 20, read_every_ms = 20, read_slow_every_ms = 20, permit_ms = 2000";
    let mut world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    // One terminal takes two of three reads, and three of four posts.
    at_another_till(&mut world).await;
    until("the other till's charge", async || world.ledger().await.len() == 1).await;
    let mut ids = Vec::new();
    for _ in 0..30 {
        // One after another: none waits for its turn to be sent.
        let id = world.pending("01").await;
        ids.push(id);
    }
    for on in ["GET /charges/:id", "POST /sources"] {
        world.fault_always("hang", on).await;
    }
    until("three reads", async || 3 <= struck(&world, 0).await).await;
    // On a busy machine some come too late to be sent at all.
    while struck(&world, 1).await < 4 {
        at_another_till(&mut world).await;
        world.pay(&magic("01")).await;
    }
    // No answer comes while one more waits in vain, and far more than three payments are due.
    let unsent = world.pay(&magic("01")).await;
    let payment = world.reaches(&unsent, PaymentState::Failed).await;
    assert_eq!(payment.failure_code, Some(FailureCode::NotSent));
    assert_eq!((struck(&world, 0).await, struck(&world, 1).await), (3, 4));
    cut_all(&world).await;
    for id in &ids {
        let charge = world.charge_of(id).await;
        world.confirm(&charge).await;
        world.reaches(id, PaymentState::Successful).await;
    }
}

#[tokio::test]
async fn a_post_that_waits_too_long_for_its_turn_is_never_begun() {
    let timing = "read_first_ms = 20, read_every_ms = 20, permit_ms = 1000, money_answer_ms = 4000";
    let settings = Settings { creation: "one_call", timing, webhooks: false, ..Settings::default() };
    let mut world = World::start_with(settings).await;
    world.fault_always("hang", "POST /charges").await;
    at_another_till(&mut world).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(world.pay(&magic("00")).await);
    }
    let queued = ids.pop().unwrap();
    let payment = world.reaches(&queued, PaymentState::Failed).await;
    assert_eq!(payment.failure_code, Some(FailureCode::NotSent));
    // Its time begins when the PUT comes, a little before the payment is created.
    assert!(500 <= payment.updated_at.since_ms(payment.created_at));
    for id in &ids {
        world.reaches(id, PaymentState::Unknown).await;
    }
    // A turn is free again, and nobody takes it.
    assert_eq!(world.requests("POST", "/charges").await, 4);
    assert_eq!(world.payment(&queued).await.state, PaymentState::Failed);
}

#[tokio::test]
async fn while_the_provider_hangs_two_refunds_are_in_flight() {
    let timing = "read_first_ms = 20, read_every_ms = 20, money_answer_ms = 1000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    world.supervisor(SUPERVISOR, PIN).await;
    world.fault_always("hang", "POST /charges/:id/refunds").await;
    let wish = refund_body(1_000, 0);
    for _ in 0..3 {
        let id = world.paid().await;
        world.refund(&id, "r-1", &wish).await.unwrap();
    }
    until("the third", async || 3 <= world.request_times_below("POST", "/charges/").await.len()).await;
    let times = world.request_times_below("POST", "/charges/").await;
    assert!(950 <= times[2].since_ms(times[0]), "{times:?}");
}
