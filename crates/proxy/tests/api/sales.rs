//! The rules of a sale (P2), and whose payment is whose (P3).

use scantill_testkit::world::{World, body, code, magic, payment_id, read, with};
use scantill_types::api::{PaymentPage, PaymentState, ProblemCode, Terminal};
use serde_json::json;

#[tokio::test]
async fn a_sale_has_one_open_payment_and_is_paid_once() {
    let world = World::start().await;
    let first = payment_id();
    let sale = body(&magic("01"));
    world.put(&first, &sale).await.unwrap();
    let other = with(&sale, "code", json!(magic("00")));
    let problem = world.put(&payment_id(), &other).await.unwrap_err();
    assert_eq!((problem.code, problem.payment_id), (ProblemCode::SaleOpen, Some(first.clone())));
    let charge = world.reaches(&first, PaymentState::Pending).await.charge.unwrap().id;
    world.confirm(&charge).await;
    world.reaches(&first, PaymentState::Successful).await;
    let problem = world.put(&payment_id(), &other).await.unwrap_err();
    assert_eq!((problem.code, problem.payment_id), (ProblemCode::SalePaid, Some(first)));
    assert_eq!(world.ledger().await.len(), 1);
}

#[tokio::test]
async fn after_a_failure_the_sale_is_retried_with_the_same_amount_only() {
    let world = World::start().await;
    let sale = body(&magic("10"));
    let first = payment_id();
    world.put(&first, &sale).await.unwrap();
    world.reaches(&first, PaymentState::Failed).await;
    let dearer = with(&with(&sale, "amount", json!(9900)), "code", json!(magic("00")));
    assert_eq!(code(world.put(&payment_id(), &dearer).await), ProblemCode::SaleChanged);
    let second = payment_id();
    world.put(&second, &with(&sale, "code", json!(magic("00")))).await.unwrap();
    world.reaches(&second, PaymentState::Successful).await;
    let path = format!("/v1/payments?sale_id={}", sale["sale_id"].as_str().unwrap());
    let page: PaymentPage = read(world.call("GET", &path)).await.unwrap();
    let ids: Vec<_> = page
        .payments
        .into_iter()
        .map(|payment| payment.id)
        .filter(|id| *id == first || *id == second)
        .collect();
    assert_eq!(ids, [second, first]);
}

#[tokio::test]
async fn a_reference_paid_today_must_be_accepted_by_name() {
    let world = World::start().await;
    let first = payment_id();
    world.put(&first, &with(&body(&magic("00")), "reference", json!("table-7"))).await.unwrap();
    world.reaches(&first, PaymentState::Successful).await;
    let again = with(&body(&magic("00")), "reference", json!("table-7"));
    let problem = world.put(&payment_id(), &again).await.unwrap_err();
    assert_eq!((problem.code, problem.payment_id), (ProblemCode::ReferenceSeen, Some(first.clone())));
    let second = payment_id();
    world.put(&second, &with(&again, "accepted_payment_id", json!(first))).await.unwrap();
    world.reaches(&second, PaymentState::Successful).await;
    let third = with(&body(&magic("00")), "reference", json!("table-7"));
    let stale = with(&third, "accepted_payment_id", json!(first));
    assert_eq!(code(world.put(&payment_id(), &stale).await), ProblemCode::ReferenceSeen);
    world.put(&payment_id(), &with(&third, "accepted_payment_id", json!(second))).await.unwrap();
}

#[tokio::test]
async fn another_terminals_payment_answers_without_detail() {
    let mut world = World::start().await;
    let id = world.pay(&magic("03")).await;
    world.token = world.pair("till-2").await.token;
    let terminal: Terminal = read(world.call("GET", "/v1/terminal")).await.unwrap();
    assert_eq!(terminal.terminal_id.as_str(), "POS-02");
    let path = format!("/v1/payments/{id}");
    let problem = read::<serde_json::Value>(world.call("GET", &path)).await.unwrap_err();
    assert_eq!((problem.code, problem.payment_id), (ProblemCode::PaymentConflict, None));
    assert_eq!(code(world.put(&id, &body(&magic("00"))).await), ProblemCode::PaymentConflict);
    assert_eq!(code(world.cancel(&id).await), ProblemCode::PaymentConflict);
    let page: PaymentPage = read(world.call("GET", "/v1/payments")).await.unwrap();
    assert!(page.payments.is_empty());
}

#[tokio::test]
async fn the_list_gives_pages_of_the_newest_first() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.insert(0, world.pay(&magic("10")).await);
    }
    let first: PaymentPage = read(world.call("GET", "/v1/payments?limit=3")).await.unwrap();
    let path = format!("/v1/payments?limit=3&cursor={}", first.next_cursor.unwrap());
    let second: PaymentPage = read(world.call("GET", &path)).await.unwrap();
    assert_eq!(second.next_cursor, None);
    let listed: Vec<_> =
        first.payments.into_iter().chain(second.payments).map(|payment| payment.id).collect();
    assert_eq!(listed, ids);
}

#[tokio::test]
async fn the_list_finds_a_terminals_payments_by_the_merchants_reference() {
    let world = World::start().await;
    let referring = |reference: &str| with(&body(&magic("10")), "reference", json!(reference));
    let mut ids = Vec::new();
    for reference in ["inv-7", "inv-70", "inv-7"] {
        let id = payment_id();
        world.put(&id, &referring(reference)).await.unwrap();
        world.reaches(&id, PaymentState::Failed).await;
        ids.push(id);
    }
    world.pay(&magic("10")).await;
    let of = async |token: &str, reference: &str| {
        let request = world.http.get(format!("{}/v1/payments?reference={reference}", world.proxy));
        let page: PaymentPage = read(request.bearer_auth(token)).await.unwrap();
        page.payments.into_iter().map(|payment| payment.id).collect::<Vec<_>>()
    };
    assert_eq!(of(&world.token, "inv-7").await, [ids[2].clone(), ids[0].clone()]);
    assert_eq!(of(&world.token, "inv-70").await, [ids[1].clone()]);
    assert!(of(&world.token, "inv").await.is_empty());
    let next_till = world.pair("till-2").await.token;
    assert!(of(&next_till, "inv-7").await.is_empty());
}
