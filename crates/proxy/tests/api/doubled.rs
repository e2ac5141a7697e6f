//! A request to charge that somebody on the way delivered twice: one charge fails and answers, the other is paid (P12).

use scantill_testkit::world::{
    PIN, SUPERVISOR, Settings, World, approval, body, code, magic, payment_id, refund_body, until, with,
};
use scantill_types::PaymentId;
use scantill_types::api::{Disposition, PaymentState, ProblemCode, RefundState, ReviewReason};
use serde_json::{Value, json};

/// The second copy is answered, and fails. No webhook tells of the first before that: it would be the payment's own.
async fn doubled(timing: &'static str) -> (World, PaymentId, Value) {
    let world = World::start_with(Settings { creation: "one_call", timing, ..Settings::default() }).await;
    world.supervisor(SUPERVISOR, PIN).await;
    world.fault("delivered_twice", "POST /charges").await;
    world.order("POST", "webhooks/drop", json!({"count": "all"})).await;
    let (id, sale) = (payment_id(), body(&magic("01")));
    world.put(&id, &sale).await.unwrap();
    let bound = world.reaches(&id, PaymentState::Pending).await.charge.unwrap().id;
    world.order("POST", &format!("charges/{bound}/reject"), json!({})).await;
    world.reaches(&id, PaymentState::Failed).await;
    world.order("POST", "webhooks/resume", json!({})).await;
    let paid = world.ledger().await[0]["id"].as_str().unwrap().to_owned();
    world.confirm(&paid).await;
    let payment = world.until(&id, |payment| payment.disposition.is_some()).await;
    assert_eq!(
        (payment.state, payment.disposition, payment.review),
        (PaymentState::Failed, Some(Disposition::AwaitingDecision), Some(ReviewReason::DuplicateCharge))
    );
    assert_eq!(payment.charge.unwrap().id.as_str(), paid, "the charge that money stands on is shown");
    (world, id, sale)
}

/// Charges what a payment was to charge, past the proxy, as a middlebox does that sends a request twice.
async fn deliver_a_copy(world: &World, id: &PaymentId, body: &Value) {
    let installation: String = world.stored("SELECT value FROM names WHERE name = 'installation'");
    let copy = json!({
        "amount": body["amount"], "currency": "thb",
        "source": {"type": "barcode_alipay", "barcode": body["code"], "store_id": "store_1",
            "store_name": "store 1", "terminal_id": "POS-01"},
        "metadata": {"payment_id": id, "sale_id": body["sale_id"], "installation_id": installation},
    });
    let request = world.http.post(format!("{}/charges", world.api_url()));
    let answer = request.basic_auth("skey_test_demo", Some("")).json(&copy).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn money_on_a_duplicate_is_refunded_and_frees_the_sale() {
    let (world, id, sale) =
        doubled("read_first_ms = 50, read_every_ms = 50, decide_ms = 300, return_apart_ms = 200").await;
    let again = with(&sale, "code", json!(magic("01")));
    assert_eq!(code(world.put(&payment_id(), &again).await), ProblemCode::SalePaid);
    let returned = world.until(&id, |payment| payment.disposition == Some(Disposition::Refunded)).await;
    assert_eq!((returned.refunds.len(), returned.refunds[0].state), (1, RefundState::Done));
    assert_eq!(world.refunds().await.len(), 1);
    world.put(&payment_id(), &with(&sale, "code", json!(magic("02")))).await.unwrap();
}

#[tokio::test]
async fn a_supervisor_accepts_or_refunds_money_on_a_duplicate() {
    let timing = "read_first_ms = 50, read_every_ms = 50, return_apart_ms = 100";
    for (decision, expected) in [("accept", Disposition::Accepted), ("refund", Disposition::Refunded)] {
        let (world, id, _) = doubled(timing).await;
        world.decide(&id, &json!({"decision": "call_supervisor"})).await.unwrap();
        let without = world.decide(&id, &json!({"decision": decision})).await;
        assert_eq!(code(without), ProblemCode::ApprovalRefused);
        world.decide(&id, &json!({"decision": decision, "approval": approval()})).await.unwrap();
        world.until(&id, |payment| payment.disposition == Some(expected)).await;
        assert_eq!(world.refunds().await.len(), usize::from(decision == "refund"));
    }
}

#[tokio::test]
async fn accepted_money_on_a_duplicate_can_be_refunded() {
    let (world, id, _) = doubled("read_first_ms = 50, read_every_ms = 50").await;
    world.decide(&id, &json!({"decision": "accept"})).await.unwrap();
    let wish = refund_body(1_000, 0);
    world.refund(&id, "r-1", &wish).await.unwrap();
    let refunded = |payment: &scantill_types::api::Payment| {
        payment.charge.as_ref().is_some_and(|charge| charge.refunded_amount == 1_000)
    };
    let payment = world.until(&id, refunded).await;
    assert_eq!((payment.disposition, world.refunds().await.len()), (Some(Disposition::Accepted), 1));
}

#[tokio::test]
async fn a_charged_copy_of_a_refused_request_is_found() {
    let timing = "read_first_ms = 20, read_every_ms = 20, watch_first_ms = 300, watch_second_ms = 600";
    let world =
        World::start_with(Settings { creation: "one_call", webhooks: false, timing, ..Settings::default() })
            .await;
    world.fault("too_many_requests", "POST /charges").await;
    let (id, sale) = (payment_id(), body(&magic("00")));
    world.put(&id, &sale).await.unwrap();
    let refused = world.reaches(&id, PaymentState::Failed).await;
    assert_eq!(refused.refusal.as_deref(), Some("too_many_requests"));
    deliver_a_copy(&world, &id, &sale).await;
    let found = world.until(&id, |payment| payment.disposition.is_some()).await;
    assert_eq!(
        (found.disposition, found.review),
        (Some(Disposition::AwaitingDecision), Some(ReviewReason::PaidLate))
    );
}

#[tokio::test]
async fn an_unconfirmed_webhook_is_confirmed_after_a_restart() {
    let timing = "read_first_ms = 50, read_every_ms = 50, return_apart_ms = 100";
    let mut world = World::start_with(Settings { creation: "one_call", timing, ..Settings::default() }).await;
    let (id, sale) = (payment_id(), body(&magic("00")));
    world.put(&id, &sale).await.unwrap();
    world.until(&id, |payment| payment.disposition == Some(Disposition::Accepted)).await;
    let blind = json!({"fault": "cut_before_commit", "on": "GET /charges/:id", "count": 100_000});
    world.order("POST", "faults", blind).await;
    deliver_a_copy(&world, &id, &sale).await;
    let unconfirmed = "SELECT count(*) FROM webhooks WHERE assertion IS NOT NULL";
    let unconfirmed = |world: &World| world.stored::<i64>(unconfirmed);
    until("the webhooks of the copy are kept", async || unconfirmed(&world) == 4).await;
    world.stop_proxy().await;
    assert_eq!(unconfirmed(&world), 2, "of the payment's own charge all is known");
    world.end_faults().await;
    world.start_proxy().await;
    let found = world.until(&id, |payment| payment.refunds.len() == 1).await;
    assert_eq!(
        (found.disposition, found.review),
        (Some(Disposition::Accepted), Some(ReviewReason::DuplicateCharge)),
        "the copy goes back, and somebody should see it"
    );
    world.stop_proxy().await;
    assert_eq!(unconfirmed(&world), 0);
}

#[tokio::test]
async fn reconciliation_finds_a_duplicate_without_a_webhook_and_refunds_it() {
    let timing = "read_first_ms = 50, read_every_ms = 50, return_apart_ms = 100, reconcile_every_ms = 100";
    let settings = Settings { creation: "one_call", timing, webhooks: false, ..Settings::default() };
    let world = World::start_with(settings).await;
    world.fault("delivered_twice", "POST /charges").await;
    let id = world.pay(&magic("00")).await;
    world.until(&id, |payment| payment.disposition == Some(Disposition::Accepted)).await;
    let found = world.until(&id, |payment| payment.review == Some(ReviewReason::DuplicateCharge)).await;
    assert_eq!(found.disposition, Some(Disposition::Accepted));
    world.until(&id, |payment| payment.refunds.iter().any(|refund| refund.state == RefundState::Done)).await;
    let paid = world.ledger().await;
    let back: Vec<i64> = paid.iter().map(|charge| charge["refunded_amount"].as_i64().unwrap()).collect();
    assert_eq!((back.len(), back.iter().sum::<i64>()), (2, 2_225), "one of the two went back: {paid:?}");
}

#[tokio::test]
async fn a_duplicate_that_is_never_expired_is_written_down_once() {
    let timing = "read_first_ms = 50, read_every_ms = 50, expire_again_ms = 50";
    let world = World::start_with(Settings { creation: "one_call", timing, ..Settings::default() }).await;
    world.fault_always("cut_before_commit", "POST /charges/:id/expire").await;
    world.fault("delivered_twice", "POST /charges").await;
    let id = world.pay(&magic("03")).await;
    let found = world.until(&id, |payment| payment.review == Some(ReviewReason::DuplicateCharge)).await;
    let bound = found.charge.unwrap().id;
    let ledger = world.ledger().await;
    let mut ids = ledger.iter().map(|charge| charge["id"].as_str().unwrap());
    let expire = format!("/charges/{}/expire", ids.find(|id| *id != bound.as_str()).unwrap());
    until("it is expired", async || 2 <= world.requests("POST", &expire).await).await;
    let lines = || world.stored::<i64>("SELECT count(*) FROM audit WHERE payment_id IS NOT NULL");
    let before = lines();
    until("it is expired again", async || 6 <= world.requests("POST", &expire).await).await;
    assert_eq!(lines(), before, "what shows nothing new leaves no trace");
}
