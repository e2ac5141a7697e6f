//! What it takes to prove that no charge exists: whole lists, and nothing else that speaks of one (P9, P14).

use scantill_testkit::world::{Settings, World, body, magic, payment_id, until};
use scantill_types::PaymentId;
use scantill_types::api::{FailureCode, PaymentState, ReviewReason};
use serde_json::{Value, json};

/// Proofs of absence are a matter of milliseconds.
const QUICK: &str = "read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 50, absent_apart_ms = 50";
/// More charges than one page of a list holds.
const CHARGES_OF_OTHERS: usize = 150;
/// Far more looks than a proof takes: the provider tells its time in seconds, so that nothing is proved within one.
const LOOKS: usize = 100;

async fn world(creation: &'static str, webhooks: bool) -> World {
    World::start_with(Settings { creation, webhooks, timing: QUICK, ..Settings::default() }).await
}

/// Lists show nothing of what happens from now on.
async fn blind_lists(world: &World) {
    let lagging = json!({"fault": "lagging", "on": "GET /charges", "lag_ms": 600_000, "count": 100_000});
    world.order("POST", "faults", lagging).await;
}

/// A payment that stays in doubt over many empty lists, although its charge was made.
async fn stays_in_doubt(world: &World, id: &PaymentId) {
    world.reaches(id, PaymentState::Unknown).await;
    let before = world.requests("GET", "/charges").await;
    until("many lists", async || before + LOOKS <= world.requests("GET", "/charges").await).await;
    assert_eq!(world.payment(id).await.state, PaymentState::Unknown);
}

#[tokio::test]
async fn a_list_is_read_to_its_last_page_before_any_verdict() {
    for (fault, expected) in
        [("cut_after_commit", PaymentState::Successful), ("cut_before_commit", PaymentState::Failed)]
    {
        let world = world("one_call", false).await;
        for _ in 0..CHARGES_OF_OTHERS {
            world.charge_elsewhere().await;
        }
        world.fault(fault, "POST /charges").await;
        let id = world.pay(&magic("00")).await;
        let payment = world.until(&id, |payment| payment.state.is_final()).await;
        assert_eq!(payment.state, expected, "{fault}");
    }
}

#[tokio::test]
async fn nothing_is_absent_while_its_source_names_a_charge() {
    let world = world("source_then_charge", false).await;
    blind_lists(&world).await;
    world.fault("cut_after_commit", "POST /charges").await;
    let id = world.pay(&magic("00")).await;
    stays_in_doubt(&world, &id).await;
    assert!(!world.request_times_below("GET", "/sources/").await.is_empty(), "the source was asked");
    world.end_faults().await;
    world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(world.ledger().await.len(), 1);
}

#[tokio::test]
async fn nothing_is_absent_while_a_webhook_names_an_unreadable_charge() {
    for fault in ["cut_before_commit", "error_404"] {
        let world = world("one_call", true).await;
        blind_lists(&world).await;
        let unreadable = json!({"fault": fault, "on": "GET /charges/:id", "count": 100_000});
        world.order("POST", "faults", unreadable).await;
        world.fault("cut_after_commit", "POST /charges").await;
        let id = world.pay(&magic("00")).await;
        stays_in_doubt(&world, &id).await;
        world.end_faults().await;
        world.reaches(&id, PaymentState::Successful).await;
        assert_eq!(world.ledger().await.len(), 1);
    }
}

#[tokio::test]
async fn a_charge_on_our_source_that_differs_needs_review() {
    let world = world("source_then_charge", false).await;
    world.fault("cut_before_commit", "POST /charges").await;
    let (id, sale) = (payment_id(), body(&magic("00")));
    world.put(&id, &sale).await.unwrap();
    world.reaches(&id, PaymentState::Unknown).await;
    let source: String = world.stored("SELECT attempt ->> '$.source' FROM payments");
    let by_hand: Value = json!({"amount": 2_225, "currency": "thb", "source": source});
    let request = world.http.post(format!("{}/charges", world.api_url()));
    let answer = request.basic_auth("skey_test_demo", Some("")).json(&by_hand).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let payment = world.until(&id, |payment| payment.review.is_some() || payment.state.is_final()).await;
    assert_eq!((payment.state, payment.review), (PaymentState::Unknown, Some(ReviewReason::Mismatch)));
    assert_ne!(payment.failure_code, Some(FailureCode::NotCreated));
}
