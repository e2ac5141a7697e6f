//! Creating charges, in both ways of Omise's page *Alipay (In-store)*.

use scantill_testkit::world::{Settings, World, body, code, magic, payment_id, read, with};
use scantill_types::Currency;
use scantill_types::api::{Disposition, FailureCode, Payment, PaymentState, ProblemCode};
use serde_json::json;

async fn pays(settings: Settings) {
    let world = World::start_with(settings).await;
    let id = payment_id();
    let body = with(&body("1234567890"), "reference", json!("inv-1234567890"));
    let body = with(&body, "metadata", json!({"table": "7", "payment_id": "another"}));
    let payment = world.put(&id, &body).await.unwrap();
    assert_eq!((payment.state, payment.code_outside_grammar), (PaymentState::Sending, true));
    let payment = world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(payment.disposition, Some(Disposition::Accepted));
    let ledger = world.ledger().await;
    assert_eq!(ledger.len(), 1);
    assert_eq!(ledger[0]["amount"], 2225);
    let metadata = &ledger[0]["metadata"];
    assert_eq!(metadata["invoice_id"], "inv-1234567890");
    assert_eq!(metadata["payment_id"], id.as_str());
    assert_eq!(metadata["sale_id"], body["sale_id"]);
    assert_eq!(metadata["terminal_id"], "POS-01");
    assert_eq!(metadata["counter"], 1);
    assert_eq!(metadata["table"], "7");
}

#[tokio::test]
async fn the_documented_sample_is_paid_by_a_source_and_then_a_charge() {
    pays(Settings::default()).await;
}

#[tokio::test]
async fn the_documented_sample_is_paid_in_one_call() {
    pays(Settings { creation: "one_call", ..Settings::default() }).await;
}

#[tokio::test]
async fn the_living_successors_take_payments() {
    pays(Settings { source_type: "alipayplus_upm", ..Settings::default() }).await;
    pays(Settings { source_type: "wechat_pay_upm", creation: "one_call", ..Settings::default() }).await;
}

#[tokio::test]
async fn the_same_put_twice_makes_one_charge() {
    let world = World::start().await;
    let (id, body) = (payment_id(), body("28763443825664394"));
    let again = with(&body, "scanned_ago_ms", json!(900));
    let (first, second) = tokio::join!(world.put(&id, &body), world.put(&id, &again));
    assert_eq!(first.unwrap().id, second.unwrap().id);
    world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(world.put(&id, &again).await.unwrap().state, PaymentState::Successful);
    assert_eq!(world.ledger().await.len(), 1);
    assert_eq!(world.requests("POST", "/charges").await, 1);
}

#[tokio::test]
async fn the_same_id_with_another_body_is_refused() {
    let world = World::start().await;
    let (id, body) = (payment_id(), body(&magic("03")));
    world.put(&id, &body).await.unwrap();
    for (name, value) in [
        ("amount", json!(2226)),
        ("code", json!(magic("00"))),
        ("reference", json!("inv-2")),
        ("sale_id", json!("s")),
    ] {
        assert_eq!(
            code(world.put(&id, &with(&body, name, value)).await),
            ProblemCode::PaymentConflict,
            "{name}"
        );
    }
}

#[tokio::test]
async fn every_failure_code_arrives_as_it_was_given() {
    let world = World::start().await;
    let codes = [
        ("10", FailureCode::InsufficientBalance),
        ("11", FailureCode::InsufficientFund),
        ("12", FailureCode::Timeout),
        ("13", FailureCode::PaymentExpired),
        ("14", FailureCode::PaymentRejected),
        ("15", FailureCode::PaymentCancelled),
        ("16", FailureCode::FailedProcessing),
        ("17", FailureCode::InvalidBarcode),
        ("18", FailureCode::FailedFraudCheck),
        ("19", FailureCode::InternalError),
        ("20", FailureCode::Undefined),
        ("21", FailureCode::AmountMismatch),
        ("22", FailureCode::ConfirmedAmountMismatch),
        ("23", FailureCode::InvalidAccount),
        ("24", FailureCode::InvalidAccountNumber),
        ("25", FailureCode::Other("wallet_under_review".into())),
    ];
    let mut ids = Vec::new();
    for (outcome, expected) in codes {
        ids.push((world.pay(&magic(outcome)).await, expected));
    }
    for (id, expected) in ids {
        let payment = world.reaches(&id, PaymentState::Failed).await;
        assert_eq!((payment.failure_code, payment.disposition), (Some(expected), None));
    }
}

#[tokio::test]
async fn a_code_that_was_used_is_refused_and_never_sent() {
    let world = World::start().await;
    let id = world.pay("28763443825664394").await;
    world.reaches(&id, PaymentState::Successful).await;
    let problem = world.put(&payment_id(), &body("28763443825664394")).await.unwrap_err();
    assert_eq!((problem.code, problem.never_created), (ProblemCode::CodeUsed, true));
    assert_eq!(world.ledger().await.len(), 1);
}

#[tokio::test]
async fn the_code_stands_nowhere_in_storage() {
    let mut world = World::start().await;
    let id = world.pay("28763443825664394").await;
    world.reaches(&id, PaymentState::Successful).await;
    world.stop_proxy().await;
    let database = world.folder.path().join("data");
    let mut files = vec![std::fs::read(database.join("scantill.sqlite3")).unwrap()];
    // The log is folded into the storage when the last connection closes.
    files.extend(std::fs::read(database.join("scantill.sqlite3-wal")).ok());
    assert!(
        files
            .iter()
            .any(|bytes| bytes.windows(id.as_str().len()).any(|window| window == id.as_str().as_bytes()))
    );
    for bytes in files {
        assert!(!bytes.windows(17).any(|window| window == b"28763443825664394"));
    }
}

#[tokio::test]
async fn no_charge_on_a_source_that_came_after_the_code_expired() {
    let timing = "read_first_ms = 50, read_every_ms = 50, code_fresh_ms = 300";
    let world = World::start_with(Settings { timing, ..Settings::default() }).await;
    let slow = json!({"fault": "delay", "on": "POST /sources", "count": 1, "delay_ms": 600});
    world.order("POST", "faults", slow).await;
    let id = world.pay(&magic("00")).await;
    let payment = world.reaches(&id, PaymentState::Failed).await;
    assert_eq!(payment.failure_code, Some(FailureCode::NotSent));
    assert_eq!((world.ledger().await.len(), world.requests("POST", "/charges").await), (0, 0));
}

#[tokio::test]
async fn a_currency_is_read_in_either_case_as_omise_writes_it() {
    let world = World::start().await;
    let (id, good) = (payment_id(), body(&magic("00")));
    let taken = world.put(&id, &with(&good, "currency", json!("thb"))).await.unwrap();
    assert_eq!(taken.currency, Currency::Thb);
    let cancel = json!({"sale_id": "sale-x", "amount": 2225, "currency": "Thb", "by": "cashier"});
    let other = payment_id();
    let request = world.call("POST", &format!("/v1/payments/{other}/cancel")).json(&cancel);
    assert_eq!(read::<Payment>(request).await.unwrap().state, PaymentState::Cancelled);
    assert_eq!(world.put(&id, &good).await.unwrap().id, id);
    let unknown = world.put(&payment_id(), &with(&good, "currency", json!("thbx"))).await.unwrap_err();
    assert_eq!(unknown.code, ProblemCode::InvalidRequest);
}
