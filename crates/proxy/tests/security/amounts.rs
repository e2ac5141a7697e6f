//! Lines 28 and 29: what a caller says of an amount is checked here, and what it must not say is refused.

use scantill_testkit::world::{PIN, SUPERVISOR, World, body, magic, named, payment_id, read, with};
use scantill_types::api::{PaymentState, ProblemCode};
use serde_json::{Value, json};

/// No whole number of minor units that a payment or a refund may have.
const NUMBERS: [&str; 16] = [
    "0",
    "-1",
    "-2225",
    "1.5",
    "2225.0",
    "2.225e3",
    "1e400",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "\"2225\"",
    "null",
    "true",
    "[]",
    "{}",
    "NaN",
];

#[tokio::test]
async fn no_amount_but_one_within_the_limits_is_charged() {
    let world = World::start().await;
    let good = body(&magic("00")).to_string();
    for number in NUMBERS {
        let text = good.replace("\"amount\":2225", &format!("\"amount\":{number}"));
        assert_ne!(text, good);
        let call = world.call("PUT", &format!("/v1/payments/{}", payment_id()));
        let call = call.header("Content-Type", "application/json").body(text);
        let problem = read::<Value>(call).await.unwrap_err();
        assert!(matches!(problem.status, 400 | 422), "{number}: {problem:?}");
        assert!(!problem.detail.contains(number) || number.len() < 3, "{problem:?}");
    }
    for currency in ["SGD", "USD", "thb ", ""] {
        let other = with(&body(&magic("00")), "currency", json!(currency));
        assert!(
            matches!(world.put(&payment_id(), &other).await.unwrap_err().status, 400 | 422),
            "{currency}"
        );
    }
    assert_eq!(world.requests("POST", "/charges").await, 0);
}

#[tokio::test]
async fn no_refund_but_one_of_what_is_left_is_sent() {
    let world = World::start().await;
    world.supervisor(SUPERVISOR, PIN).await;
    let id = world.pay(&magic("00")).await;
    world.reaches(&id, PaymentState::Successful).await;
    let path = format!("/v1/payments/{id}/refunds/{}", named("r-1"));
    for number in NUMBERS.into_iter().chain(["2226"]) {
        let wish = format!(
            "{{\"amount\":{number},\"currency\":\"THB\",\"refunded_before\":0,\"approval\":{{\"supervisor\":\"Mali\",\"pin\":\"2580\"}}}}"
        );
        let call = world.call("PUT", &path).header("Content-Type", "application/json").body(wish);
        let problem = read::<Value>(call).await.unwrap_err();
        assert!(matches!(problem.status, 400 | 422), "{number}: {problem:?}");
    }
    assert!(world.payment(&id).await.refunds.is_empty() && world.refunds().await.is_empty());
}

#[tokio::test]
async fn fields_that_are_the_proxys_own_are_refused() {
    let world = World::start().await;
    let good = body(&magic("00"));
    for field in [
        "id",
        "status",
        "state",
        "paid",
        "store_id",
        "terminal_id",
        "account",
        "livemode",
        "disposition",
        "holder",
        "charge",
        "refunds",
        "version",
        "counter",
        "capture",
        "return_uri",
        "webhook_endpoints",
        "__proto__",
    ] {
        let problem = world.put(&payment_id(), &with(&good, field, json!("x"))).await.unwrap_err();
        assert_eq!(problem.code, ProblemCode::InvalidRequest, "{field}");
    }
    // What the proxy writes into a charge's metadata cannot be overruled.
    let id = payment_id();
    let names = json!({"payment_id": "another", "installation_id": "x", "store_id": "s", "sale_id": "y"});
    world.put(&id, &with(&good, "metadata", names)).await.unwrap();
    world.reaches(&id, PaymentState::Successful).await;
    let charges = world.ledger().await;
    assert_eq!(charges.len(), 1, "{charges:?}");
    assert_eq!(charges[0]["metadata"]["payment_id"], json!(id));
    assert_eq!(charges[0]["metadata"]["sale_id"], good["sale_id"]);
    assert_ne!(charges[0]["metadata"]["installation_id"], json!("x"));
}
