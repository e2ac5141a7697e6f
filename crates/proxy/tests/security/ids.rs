//! Ids that callers make: UUIDs of version 7 in lower case, and nothing is kept of any other.

use scantill_testkit::world::{World, body, magic, payment_id, read, refund_body, with};
use scantill_types::PaymentId;
use scantill_types::api::ProblemCode;
use serde_json::{Value, json};

/// What a till never makes.
fn odd_ids() -> [String; 6] {
    let id = payment_id().as_str().to_owned();
    [
        "x".into(),
        "fixed-id-1".into(),
        id.to_uppercase(),
        id.replacen("-7", "-4", 1),
        id.replace('-', ""),
        "4111111111111111".into(),
    ]
}

#[tokio::test]
async fn a_payment_of_another_id_is_refused_for_good_and_not_recorded() {
    let world = World::start().await;
    let good = body(&magic("00"));
    let cancel = json!({"sale_id": good["sale_id"], "amount": 2225, "currency": "THB", "by": "till"});
    for id in odd_ids() {
        let put = world.call("PUT", &format!("/v1/payments/{id}")).json(&good);
        let cancelled = world.call("POST", &format!("/v1/payments/{id}/cancel")).json(&cancel);
        for call in [put, cancelled] {
            let problem = read::<Value>(call).await.unwrap_err();
            assert_eq!((problem.code, problem.never_created), (ProblemCode::InvalidRequest, true), "{id}");
            assert!(problem.detail.contains("UUID of version 7"), "{}", problem.detail);
        }
    }
    assert_eq!(world.listed("").await.0, Vec::<PaymentId>::new());
    world.put(&payment_id(), &good).await.unwrap();
}

#[tokio::test]
async fn nothing_is_looked_up_by_another_id() {
    let world = World::start().await;
    for id in odd_ids() {
        for (method, path) in [("GET", ""), ("POST", "/refresh"), ("POST", "/holder")] {
            let call = world.call(method, &format!("/v1/payments/{id}{path}")).json(&json!({}));
            let problem = read::<Value>(call).await.unwrap_err();
            assert_eq!(problem.code, ProblemCode::PaymentNotFound, "{method} {id}{path}");
        }
    }
}

#[tokio::test]
async fn a_refund_of_another_id_is_refused_and_not_begun() {
    let world = World::start().await;
    let id = world.pay(&magic("00")).await;
    world.reaches(&id, scantill_types::api::PaymentState::Successful).await;
    let wish = refund_body(100, 0);
    for refund in odd_ids() {
        let path = format!("/v1/payments/{id}/refunds/{refund}");
        let problem = read::<Value>(world.call("PUT", &path).json(&wish)).await.unwrap_err();
        assert_eq!(problem.code, ProblemCode::InvalidRequest, "{refund}");
        assert!(problem.detail.contains("refund's id"), "{}", problem.detail);
    }
    assert_eq!(world.payment(&id).await.refunds, []);
}

#[tokio::test]
async fn a_card_is_no_id_of_a_sale_or_a_device() {
    let world = World::start().await;
    let sale = with(&body(&magic("00")), "sale_id", json!("4111-1111-1111-1111"));
    let problem = world.put(&payment_id(), &sale).await.unwrap_err();
    assert_eq!((problem.code, problem.never_created), (ProblemCode::InvalidRequest, true));
    let pair = world.call("POST", "/v1/pair").json(&json!({"device_id": "4111111111111111"}));
    assert_eq!(read::<Value>(pair).await.unwrap_err().code, ProblemCode::InvalidRequest);
}
