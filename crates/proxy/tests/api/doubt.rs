//! Faults between proxy and provider: nothing is charged twice, and what happened is found.

use scantill_testkit::world::{
    PIN, SUPERVISOR, Settings, World, approval, body, code, magic, payment_id, with,
};
use scantill_types::api::{Disposition, FailureCode, PaymentState, ProblemCode, ReviewReason};
use serde_json::json;

fn one_call() -> Settings {
    Settings { creation: "one_call", webhooks: false, ..Settings::default() }
}

#[tokio::test]
async fn an_answer_lost_after_the_commit_is_found_and_never_sent_again() {
    for fault in ["cut_after_commit", "error_500_committed"] {
        let world = World::start_with(one_call()).await;
        world.fault(fault, "POST /charges").await;
        let id = world.pay(&magic("02")).await;
        let payment = world.reaches(&id, PaymentState::Successful).await;
        assert_eq!(payment.disposition, Some(Disposition::Accepted), "{fault}");
        assert!(world.states(&id).contains(&"unknown".to_owned()), "{fault}");
        assert_eq!(world.requests("POST", "/charges").await, 1);
        assert_eq!(world.ledger().await.len(), 1);
    }
}

#[tokio::test]
async fn a_request_cut_before_the_commit_is_in_doubt_and_blocks() {
    let world = World::start_with(one_call()).await;
    world.fault("cut_before_commit", "POST /charges").await;
    let (id, sale) = (payment_id(), body(&magic("00")));
    world.put(&id, &sale).await.unwrap();
    world.reaches(&id, PaymentState::Unknown).await;
    let again = world.put(&payment_id(), &with(&sale, "code", json!(magic("01")))).await;
    assert_eq!(code(again), ProblemCode::SaleOpen);
    assert_eq!(world.payment(&id).await.state, PaymentState::Unknown);
}

#[tokio::test]
async fn a_charge_missing_from_two_lists_is_absent_and_frees_the_sale() {
    for creation in ["one_call", "source_then_charge"] {
        let timing = "read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 200, absent_apart_ms = 200";
        let world =
            World::start_with(Settings { creation, timing, webhooks: false, ..Settings::default() }).await;
        world.fault("cut_before_commit", "POST /charges").await;
        let (id, sale) = (payment_id(), body(&magic("00")));
        world.put(&id, &sale).await.unwrap();
        let payment = world.reaches(&id, PaymentState::Failed).await;
        assert_eq!(payment.failure_code, Some(FailureCode::NotCreated), "{creation}");
        assert!(400 <= payment.updated_at.since_ms(payment.created_at));
        let again = payment_id();
        world.put(&again, &with(&sale, "code", json!(magic("01")))).await.unwrap();
        world.reaches(&again, PaymentState::Pending).await;
        assert_eq!(world.ledger().await.len(), 1);
    }
}

#[tokio::test]
async fn a_payment_that_nobody_ends_is_ended_by_the_proxy() {
    let timing = "read_first_ms = 20, read_every_ms = 20, proxy_deadline_ms = 300";
    let world = World::start_with(Settings { timing, ..Settings::default() }).await;
    let id = world.pay(&magic("03")).await;
    let payment = world.reaches(&id, PaymentState::Cancelled).await;
    assert_eq!(
        payment.cancel_request.map(|wanted| wanted.by),
        Some(scantill_types::api::CancelledBy::Deadline)
    );
}

#[tokio::test]
async fn money_that_comes_after_an_unpaid_end_is_found_by_the_watch() {
    let timing = "read_first_ms = 20, read_every_ms = 20, watch_first_ms = 200, watch_second_ms = 3000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let id = world.pending("42").await;
    world.cancel(&id).await.unwrap();
    world.reaches(&id, PaymentState::Cancelled).await;
    let payment = world.until(&id, |payment| payment.review.is_some()).await;
    assert_eq!(
        (payment.review, payment.disposition),
        (Some(ReviewReason::PaidLate), Some(Disposition::AwaitingDecision))
    );
}

#[tokio::test]
async fn many_payments_in_doubt_at_once_are_all_found() {
    let world = World::start_with(one_call()).await;
    world
        .order("POST", "faults", json!({"fault": "cut_after_commit", "on": "POST /charges", "count": 12}))
        .await;
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(world.pay(&magic("00")).await);
    }
    for id in ids {
        world.reaches(&id, PaymentState::Successful).await;
    }
    assert_eq!(world.ledger().await.len(), 12);
}

#[tokio::test]
async fn of_two_successes_in_one_sale_one_is_refunded() {
    let timing = "read_first_ms = 20, read_every_ms = 20, watch_first_ms = 100, watch_second_ms = 3000, return_apart_ms = 200";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let (late, sale) = (payment_id(), body(&magic("42")));
    world.put(&late, &sale).await.unwrap();
    world.reaches(&late, PaymentState::Pending).await;
    world.cancel(&late).await.unwrap();
    world.reaches(&late, PaymentState::Cancelled).await;
    let second = payment_id();
    world.put(&second, &with(&sale, "code", json!(magic("00")))).await.unwrap();
    let kept = world.reaches(&second, PaymentState::Successful).await;
    assert_eq!(kept.disposition, Some(Disposition::Accepted));
    let returned = world.until(&late, |payment| payment.disposition == Some(Disposition::Refunded)).await;
    assert_eq!((returned.state, returned.refunds.len()), (PaymentState::Cancelled, 1));
    assert_eq!(world.payment(&second).await.disposition, Some(Disposition::Accepted));
    let refunds = world.refunds().await;
    assert_eq!((refunds.len(), refunds[0]["amount"].as_i64()), (1, Some(2_225)));
}

#[tokio::test]
async fn accepting_a_second_payment_of_a_sale_changes_nothing_and_says_so() {
    let timing = "read_first_ms = 20, read_every_ms = 20, expire_again_ms = 20, watch_first_ms = 100, watch_second_ms = 3000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    world.supervisor(SUPERVISOR, PIN).await;
    let (late, sale) = (payment_id(), body(&magic("42")));
    world.put(&late, &sale).await.unwrap();
    world.reaches(&late, PaymentState::Pending).await;
    world.cancel(&late).await.unwrap();
    world.reaches(&late, PaymentState::Cancelled).await;
    let other = payment_id();
    world.put(&other, &with(&sale, "code", json!(magic("41")))).await.unwrap();
    world.until(&late, |payment| payment.disposition == Some(Disposition::AwaitingDecision)).await;
    world.decide(&late, &json!({"decision": "call_supervisor"})).await.unwrap();
    world.until(&other, |payment| payment.disposition == Some(Disposition::AwaitingDecision)).await;
    world.decide(&other, &json!({"decision": "accept"})).await.unwrap();
    let before = world.payment(&late).await;
    let problem =
        world.decide(&late, &json!({"decision": "accept", "approval": approval()})).await.unwrap_err();
    assert_eq!((problem.code, problem.payment_id), (ProblemCode::SalePaid, Some(other)));
    assert_eq!(world.payment(&late).await, before);
}

#[tokio::test]
async fn a_late_success_ends_the_sales_open_attempt() {
    let timing = "read_first_ms = 20, read_every_ms = 20, watch_first_ms = 100, watch_second_ms = 3000";
    let world = World::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await;
    let (late, sale) = (payment_id(), body(&magic("42")));
    world.put(&late, &sale).await.unwrap();
    world.reaches(&late, PaymentState::Pending).await;
    world.cancel(&late).await.unwrap();
    world.reaches(&late, PaymentState::Cancelled).await;
    let open = payment_id();
    world.put(&open, &with(&sale, "code", json!(magic("03")))).await.unwrap();
    let ended = world.reaches(&open, PaymentState::Cancelled).await;
    assert_eq!(
        ended.cancel_request.map(|wanted| wanted.by),
        Some(scantill_types::api::CancelledBy::OtherPayment)
    );
}

#[tokio::test]
async fn a_lost_source_proves_that_nothing_was_charged() {
    let world = World::start().await;
    world.fault("cut_after_commit", "POST /sources").await;
    let id = world.pay(&magic("00")).await;
    let payment = world.reaches(&id, PaymentState::Failed).await;
    assert_eq!(payment.failure_code, Some(FailureCode::NotCreated));
    assert!(world.ledger().await.is_empty());
    assert_eq!(world.requests("POST", "/charges").await, 0);
}

#[tokio::test]
async fn an_html_answer_is_doubt_and_too_many_requests_a_refusal() {
    let world = World::start_with(one_call()).await;
    world.fault("html_502", "POST /charges").await;
    let id = world.pay(&magic("00")).await;
    world.reaches(&id, PaymentState::Unknown).await;
    world.fault("too_many_requests", "POST /charges").await;
    let id = world.pay(&magic("00")).await;
    let payment = world.reaches(&id, PaymentState::Failed).await;
    let refusal = payment.refusal.as_deref();
    assert_eq!((payment.failure_code, refusal), (Some(FailureCode::Refused), Some("too_many_requests")));
}

#[tokio::test]
async fn a_provider_that_is_down_means_not_sent() {
    let world = World::start().await;
    let World { sandbox, proxy, http, token, .. } = world;
    sandbox.stop().await;
    let id = payment_id();
    let put = http.put(format!("{proxy}/v1/payments/{id}")).bearer_auth(&token).json(&body(&magic("00")));
    assert_eq!(put.send().await.unwrap().status(), 201);
    let failed = async {
        loop {
            let get = http.get(format!("{proxy}/v1/payments/{id}")).bearer_auth(&token);
            let payment: scantill_types::api::Payment = get.send().await.unwrap().json().await.unwrap();
            if payment.state.is_final() {
                return payment;
            }
        }
    };
    let payment = tokio::time::timeout(std::time::Duration::from_secs(10), failed).await.unwrap();
    assert_eq!(payment.failure_code, Some(FailureCode::NotSent));
}

#[tokio::test]
async fn a_charge_of_another_amount_is_never_paid() {
    let world = World::start().await;
    let id = world.pay(&magic("30")).await;
    let payment = world.until(&id, |payment| payment.review.is_some()).await;
    assert_eq!(payment.review, Some(ReviewReason::Mismatch));
    assert_ne!(payment.state, PaymentState::Successful);
}

#[tokio::test]
async fn a_status_that_nobody_knows_moves_nothing() {
    let world = World::start().await;
    let id = world.pay(&magic("31")).await;
    let payment = world.until(&id, |payment| payment.review.is_some()).await;
    assert_eq!(
        (payment.state, payment.review),
        (PaymentState::Pending, Some(ReviewReason::UnexpectedStatus))
    );
}
