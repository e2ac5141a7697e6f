//! Everything that a caller can get wrong: a stable code, a sentence, nothing charged.

use scantill_testkit::world::{World, body, code, magic, payment_id, read, with};
use scantill_types::api::{PaymentState, ProblemCode};
use serde_json::{Value, json};

#[tokio::test]
async fn each_wrong_field_has_its_code_and_nothing_is_charged() {
    let world = World::start().await;
    let good = body(&magic("00"));
    let cases = [
        ("amount", json!(0), ProblemCode::AmountTooSmall),
        ("amount", json!(-2225), ProblemCode::AmountTooSmall),
        ("amount", json!(1999), ProblemCode::AmountTooSmall),
        ("amount", json!(15_000_001), ProblemCode::AmountTooLarge),
        ("amount", json!(i64::MAX), ProblemCode::AmountTooLarge),
        ("currency", json!("SGD"), ProblemCode::CurrencyNotTaken),
        ("code", json!("28763443a25664394"), ProblemCode::InvalidCode),
        ("code", json!("123456789"), ProblemCode::InvalidCode),
        ("code", json!("2".repeat(33)), ProblemCode::InvalidCode),
        ("code", json!("4006381333931"), ProblemCode::InvalidCode),
        ("code", json!("https://qr.alipay.com/fkx012345678"), ProblemCode::InvalidCode),
        ("reference", json!(""), ProblemCode::InvalidRequest),
        ("reference", json!("a\nb"), ProblemCode::InvalidRequest),
        ("metadata", json!({"": "x"}), ProblemCode::InvalidRequest),
        ("scanned_ago_ms", json!(45_001), ProblemCode::CodeStale),
    ];
    for (name, value, expected) in cases {
        let (id, body) = (payment_id(), with(&good, name, value.clone()));
        let problem = world.put(&id, &body).await.unwrap_err();
        assert_eq!((problem.code, problem.never_created), (expected, true), "{name} {value}");
        // The refusal is on record: a copy of the same PUT that comes late, mended or not, is refused too.
        assert_eq!(code(world.put(&id, &good).await), ProblemCode::PaymentEnded);
    }
    assert!(world.ledger().await.is_empty());
    assert_eq!(world.requests("POST", "/sources").await, 0);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_without_repeating_it() {
    let world = World::start().await;
    let good = body(&magic("00"));
    let cases = [
        ("{".to_owned(), ProblemCode::InvalidJson),
        (String::new(), ProblemCode::InvalidJson),
        (with(&good, "colour", json!("red")).to_string(), ProblemCode::InvalidRequest),
        (with(&good, "store_id", json!("store_2")).to_string(), ProblemCode::InvalidRequest),
        (with(&good, "amount", json!("28763443825664394")).to_string(), ProblemCode::InvalidRequest),
        (with(&good, "amount", json!(22.25)).to_string(), ProblemCode::InvalidRequest),
        (with(&good, "sale_id", json!("a b")).to_string(), ProblemCode::InvalidRequest),
        (with(&good, "code", json!("x".repeat(20_000))).to_string(), ProblemCode::BodyTooLarge),
    ];
    for (text, expected) in cases {
        let call = world.call("PUT", &format!("/v1/payments/{}", payment_id()));
        let call = call.header("Content-Type", "application/json").body(text.clone());
        let problem = read::<Value>(call).await.unwrap_err();
        assert_eq!(problem.code, expected, "{text:.60}");
        assert!(!problem.detail.contains("28763443825664394"));
    }
    let huge = world.call("PUT", &format!("/v1/payments/{}", payment_id()));
    let huge = huge.header("Content-Type", "application/json").body(vec![b' '; 10 * 1024 * 1024]);
    // The proxy stops reading at its limit; whether the client sees the answer before the cut is the network's affair.
    if let Ok(answer) = huge.send().await {
        assert_eq!(answer.status(), 413);
    }
    assert!(world.ledger().await.is_empty());
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems_too() {
    let world = World::start().await;
    let unknown = read::<Value>(world.call("GET", &format!("/v1/payments/{}", payment_id()))).await;
    assert_eq!(code(unknown), ProblemCode::PaymentNotFound);
    assert_eq!(code(read::<Value>(world.call("GET", "/v1/nothing")).await), ProblemCode::NotFound);
    assert_eq!(
        code(read::<Value>(world.call("DELETE", "/v1/terminal")).await),
        ProblemCode::MethodNotAllowed
    );
    assert_eq!(
        code(read::<Value>(world.call("GET", "/v1/payments?limit=x")).await),
        ProblemCode::InvalidRequest
    );
    let id = world.pay(&magic("00")).await;
    world.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn what_the_api_answers_is_kept_by_no_cache() {
    let world = World::start().await;
    let id = world.pay(&magic("00")).await;
    for path in ["/v1/terminal".to_owned(), format!("/v1/payments/{id}"), "/v1/payments/none".to_owned()] {
        let answer = world.call("GET", &path).send().await.unwrap();
        let cache = answer.headers().get("cache-control").and_then(|value| value.to_str().ok());
        assert_eq!(cache, Some("no-store"), "{path}");
    }
}
