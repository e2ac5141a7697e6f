//! Giving back: with approval, once, up to what is left, and found again when the answer is lost (P19, P20).

use scantill_testkit::world::{
    PIN, Settings, World, approval, code, magic, named, refund_body, refund_of, with,
};
use scantill_types::PaymentId;
use scantill_types::api::{Disposition, Payment, PaymentState, ProblemCode, RefundState, ReviewReason};
use serde_json::{Value, json};

async fn reaches(world: &World, id: &PaymentId, refund_id: &str, state: RefundState) -> Payment {
    world.until(id, |payment| refund_of(payment, refund_id).state == state).await
}

/// Waits shrunken, and no webhook helps.
fn alone() -> Settings {
    let timing = "read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 100, absent_apart_ms = 100, \
        return_apart_ms = 200, decide_ms = 300";
    Settings { timing, webhooks: false, ..Settings::default() }
}

#[tokio::test]
async fn several_refunds_take_up_to_the_rest() {
    let (world, id) = World::with_paid_payment(Settings::default()).await;
    let payment =
        world.refund(&id, "r-1", &with(&refund_body(1_000, 0), "reason", json!("one of two"))).await.unwrap();
    assert_eq!(refund_of(&payment, "r-1").approved_by.as_deref(), Some("Mali"));
    reaches(&world, &id, "r-1", RefundState::Done).await;
    world
        .until(&id, |payment| payment.charge.as_ref().is_some_and(|charge| charge.refunded_amount == 1_000))
        .await;
    assert_eq!(code(world.refund(&id, "r-2", &refund_body(1_226, 1_000)).await), ProblemCode::AmountTooLarge);
    assert_eq!(code(world.refund(&id, "r-2", &refund_body(0, 1_000)).await), ProblemCode::AmountTooSmall);
    assert_eq!(code(world.refund(&id, "r-2", &refund_body(500, 0)).await), ProblemCode::RefundChanged);
    world.refund(&id, "r-2", &refund_body(1_225, 1_000)).await.unwrap();
    let payment = reaches(&world, &id, "r-2", RefundState::Done).await;
    assert_eq!(payment.disposition, Some(Disposition::Accepted));
    let amounts: Vec<_> = world.refunds().await.iter().map(|line| line["amount"].as_i64()).collect();
    assert_eq!(amounts, [Some(1_000), Some(1_225)]);
}

#[tokio::test]
async fn a_repeated_refund_is_the_same_and_another_is_refused() {
    let (world, id) = World::with_paid_payment(Settings::default()).await;
    world.refund(&id, "r-1", &refund_body(1_000, 0)).await.unwrap();
    let again = world
        .refund(
            &id,
            "r-1",
            &with(&refund_body(1_000, 0), "approval", json!({"supervisor": "Mali", "pin": "0000"})),
        )
        .await
        .unwrap();
    assert_eq!(again.refunds.len(), 1);
    assert_eq!(code(world.refund(&id, "r-1", &refund_body(999, 0)).await), ProblemCode::RefundConflict);
    reaches(&world, &id, "r-1", RefundState::Done).await;
    assert_eq!(world.refunds().await.len(), 1);
    assert_eq!(world.wanted(&id), [("refund_asked".to_owned(), "Mali".to_owned())]);
}

#[tokio::test]
async fn a_whole_refund_before_settlement_is_a_void_and_says_so() {
    let (world, id) = World::with_paid_payment(Settings::default()).await;
    assert!(world.payment(&id).await.charge.unwrap().can_perform_void);
    world.refund(&id, "r-1", &with(&refund_body(2_225, 0), "void", json!(true))).await.unwrap();
    let payment = reaches(&world, &id, "r-1", RefundState::Done).await;
    assert!(refund_of(&payment, "r-1").voided);
}

#[tokio::test]
async fn five_wrong_pins_lock_approvals() {
    let (world, id) = World::with_paid_payment(Settings::default()).await;
    for _ in 0..5 {
        let wrong = with(&refund_body(1, 0), "approval", json!({"supervisor": "Mali", "pin": "1111"}));
        assert_eq!(code(world.refund(&id, "r-1", &wrong).await), ProblemCode::ApprovalRefused);
    }
    assert_eq!(code(world.refund(&id, "r-1", &refund_body(1, 0)).await), ProblemCode::ApprovalLocked);
    assert!(world.payment(&id).await.refunds.is_empty());
}

#[tokio::test]
async fn many_wrong_pins_at_once_outrun_no_count() {
    let (world, id) = World::with_paid_payment(Settings::default()).await;
    let wrong = with(&refund_body(1, 0), "approval", json!({"supervisor": "Mali", "pin": "1111"}));
    let tries = (0..20).map(|_| world.refund(&id, "r-1", &wrong));
    let answers: Vec<_> = futures_util::future::join_all(tries).await.into_iter().map(code).collect();
    assert_eq!(answers.iter().filter(|answer| **answer == ProblemCode::ApprovalRefused).count(), 5);
    assert_eq!(code(world.refund(&id, "r-1", &refund_body(1, 0)).await), ProblemCode::ApprovalLocked);
}

#[tokio::test]
async fn a_store_without_supervisors_refuses_and_says_how_to_add_one() {
    let world = World::start().await;
    let id = world.paid().await;
    let problem = world.refund(&id, "r-1", &refund_body(1, 0)).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::ApprovalRefused);
    assert!(problem.detail.contains("supervisor add"), "{}", problem.detail);
}

#[tokio::test]
async fn no_refund_of_an_open_or_unpaid_payment() {
    let (world, _) = World::with_paid_payment(Settings::default()).await;
    let open = world.pay(&magic("03")).await;
    assert_eq!(code(world.refund(&open, "r-1", &refund_body(1, 0)).await), ProblemCode::ChargeInDoubt);
    let failed = world.pay(&magic("10")).await;
    world.until(&failed, |payment| payment.state.is_final()).await;
    assert_eq!(code(world.refund(&failed, "r-1", &refund_body(1, 0)).await), ProblemCode::NotRefundable);
    let nowhere = scantill_testkit::world::payment_id();
    assert_eq!(code(world.refund(&nowhere, "r-1", &refund_body(1, 0)).await), ProblemCode::PaymentNotFound);
}

#[tokio::test]
async fn a_refund_that_omise_refuses_says_why_and_another_may_follow() {
    let (world, id) = World::with_paid_payment(Settings::default()).await;
    world.order("PUT", "accounts/demo", json!({"balance": 100})).await;
    world.refund(&id, "r-1", &refund_body(1_000, 0)).await.unwrap();
    let payment = reaches(&world, &id, "r-1", RefundState::Refused).await;
    assert_eq!(refund_of(&payment, "r-1").refusal.as_deref(), Some("failed_refund"));
    world.order("PUT", "accounts/demo", json!({"balance": "unlimited"})).await;
    world.refund(&id, "r-2", &refund_body(1_000, 0)).await.unwrap();
    reaches(&world, &id, "r-2", RefundState::Done).await;
}

#[tokio::test]
async fn of_two_refunds_approved_at_once_one_is_accepted() {
    let (world, id) = World::with_paid_payment(alone()).await;
    world.supervisor("Chai", "1357").await;
    world.delay("POST /charges/:id/refunds", 1_000).await;
    let ask = async |refund: &str, name: &str, pin: &str| {
        let wish = with(&refund_body(2_225, 0), "approval", json!({"supervisor": name, "pin": pin}));
        let request = world.call("PUT", &format!("/v1/payments/{id}/refunds/{}", named(refund))).json(&wish);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap()["code"].clone())
    };
    let (mali, chai) = tokio::join!(ask("r-mali", "Mali", PIN), ask("r-chai", "Chai", "1357"));
    let mut answers = [mali, chai];
    answers.sort_by_key(|answer| answer.0);
    assert_eq!(answers, [(201, Value::Null), (409, json!("refund_under_way"))]);
    let over = |payment: &Payment| payment.refunds.len() == 1 && payment.refunds[0].state.is_final();
    assert_eq!(world.until(&id, over).await.refunds[0].state, RefundState::Done);
    assert_eq!(world.refunds().await.len(), 1);
    assert_eq!(world.request_times_below("POST", "/charges/").await.len(), 1);
}

#[tokio::test]
async fn after_a_year_omise_refuses_a_refund_and_its_reason_is_shown() {
    let (world, id) = World::with_paid_payment(alone()).await;
    world.order("PUT", "clock", json!({"move_ms": 366 * 24 * 60 * 60 * 1_000_i64})).await;
    world.refund(&id, "r-1", &refund_body(1_000, 0)).await.unwrap();
    let payment = world.until(&id, |payment| refund_of(payment, "r-1").state.is_final()).await;
    let refused = refund_of(&payment, "r-1");
    assert_eq!(
        (refused.state, refused.refusal.as_deref()),
        (RefundState::Refused, Some("failed_refund")),
        "{refused:?}"
    );
    assert_eq!(payment.disposition, Some(Disposition::Accepted));
    assert!(world.refunds().await.is_empty());
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_found_and_never_sent_again() {
    for fault in ["cut_after_commit", "error_500_committed", "html_502"] {
        let (world, id) = World::with_paid_payment(alone()).await;
        world.fault(fault, "POST /charges/:id/refunds").await;
        world.refund(&id, "r-1", &refund_body(1_000, 0)).await.unwrap();
        let payment = world.until(&id, |payment| refund_of(payment, "r-1").state.is_final()).await;
        let happened = world.refunds().await.len();
        let expected = if happened == 1 { RefundState::Done } else { RefundState::Absent };
        assert_eq!(refund_of(&payment, "r-1").state, expected, "{fault}");
        let charge = payment.charge.unwrap().id;
        assert_eq!(world.requests("POST", &format!("/charges/{charge}/refunds")).await, 1, "{fault}");
    }
}

#[tokio::test]
async fn a_refund_that_never_arrived_is_proved_absent_and_another_may_follow() {
    let (world, id) = World::with_paid_payment(alone()).await;
    world.fault("cut_before_commit", "POST /charges/:id/refunds").await;
    world.refund(&id, "r-1", &refund_body(1_000, 0)).await.unwrap();
    assert_eq!(code(world.refund(&id, "r-2", &refund_body(1_000, 0)).await), ProblemCode::RefundUnderWay);
    reaches(&world, &id, "r-1", RefundState::Absent).await;
    world.refund(&id, "r-2", &refund_body(1_000, 0)).await.unwrap();
    reaches(&world, &id, "r-2", RefundState::Done).await;
    assert_eq!(world.refunds().await.len(), 1);
}

#[tokio::test]
async fn an_approval_is_void_after_a_refund_made_elsewhere() {
    let (world, id) = World::with_paid_payment(alone()).await;
    let charge = world.charge_of(&id).await;
    world.refund_in_the_dashboard(charge.as_str(), 500).await;
    world.refund(&id, "r-1", &refund_body(1_000, 0)).await.unwrap();
    let payment = reaches(&world, &id, "r-1", RefundState::Refused).await;
    assert_eq!(refund_of(&payment, "r-1").refusal.as_deref(), Some("approval_void"));
    assert_eq!(world.refunds().await.len(), 1);
}

#[tokio::test]
async fn a_refund_made_in_the_dashboard_is_found_with_and_without_webhooks() {
    let reconciling = "read_first_ms = 20, read_every_ms = 20, reconcile_every_ms = 50";
    let without = Settings { timing: reconciling, webhooks: false, ..Settings::default() };
    for settings in [Settings::default(), without] {
        let (world, id) = World::with_paid_payment(settings).await;
        let charge = world.charge_of(&id).await;
        world.refund_in_the_dashboard(charge.as_str(), 500).await;
        let payment = world.until(&id, |payment| !payment.refunds.is_empty()).await;
        assert_eq!((payment.refunds[0].id.clone(), payment.refunds[0].amount), (None, 500));
        assert_eq!(payment.review, Some(ReviewReason::UnapprovedRefund));
        let keep = json!({"decision": "accept", "approval": approval()});
        assert_eq!(world.decide(&id, &keep).await.unwrap().disposition, Some(Disposition::Accepted));
    }
}

#[tokio::test]
async fn an_unreadable_charge_hides_no_other_refund() {
    let timing = "read_first_ms = 20, read_every_ms = 20, reconcile_every_ms = 50, read_backoff_max_ms = 50";
    for fault in ["html_200", "error_404", "error_500"] {
        let (world, first) =
            World::with_paid_payment(Settings { timing, webhooks: false, ..Settings::default() }).await;
        let second = world.pay(&magic("00")).await;
        world.reaches(&second, PaymentState::Successful).await;
        let charge = |payment: Payment| payment.charge.unwrap().id.to_string();
        let unreadable = charge(world.payment(&first).await);
        let on = format!("GET /charges/{unreadable}");
        world.fault_always(fault, &on).await;
        world.refund_in_the_dashboard(&unreadable, 500).await;
        world.refund_in_the_dashboard(&charge(world.payment(&second).await), 700).await;
        let payment = world.until(&second, |payment| !payment.refunds.is_empty()).await;
        assert_eq!(payment.refunds[0].amount, 700, "{fault}");
        assert!(world.payment(&first).await.refunds.is_empty());
        world.end_faults().await;
        let payment = world.until(&first, |payment| !payment.refunds.is_empty()).await;
        assert_eq!((payment.refunds[0].amount, payment.review), (500, Some(ReviewReason::UnapprovedRefund)));
    }
}

#[tokio::test]
async fn a_cashiers_refund_is_sent_after_two_reads() {
    for decision in ["refund", "settled_otherwise", "customer_gone"] {
        let (world, _) = World::with_paid_payment(alone()).await;
        let id = world.awaiting_decision().await;
        let charge = world.charge_of(&id).await;
        let reads = world.requests("GET", &format!("/charges/{charge}")).await;
        let decided = world.decide(&id, &json!({"decision": decision})).await.unwrap();
        assert_eq!(decided.disposition, Some(Disposition::RefundDue));
        let returned = world.until(&id, |payment| payment.disposition == Some(Disposition::Refunded)).await;
        assert!(200 <= returned.updated_at.since_ms(decided.updated_at));
        assert!(
            reads + 3 <= world.requests("GET", &format!("/charges/{charge}")).await,
            "two, and one before sending"
        );
        assert_eq!((world.refunds().await.len(), returned.refunds[0].reason.is_some()), (1, true));
        assert!(world.decide(&id, &json!({"decision": "accept"})).await.is_err());
    }
}

#[tokio::test]
async fn a_late_success_that_nobody_decides_waits_for_a_supervisor() {
    let (world, _) = World::with_paid_payment(alone()).await;
    let id = world.awaiting_decision().await;
    let waiting = world.until(&id, |payment| payment.disposition == Some(Disposition::InReview)).await;
    assert_eq!(waiting.review, Some(ReviewReason::DecisionOverdue));
    assert_eq!(code(world.decide(&id, &json!({"decision": "accept"})).await), ProblemCode::ApprovalRefused);
    let kept = world.decide(&id, &json!({"decision": "accept", "approval": approval()})).await.unwrap();
    assert_eq!((kept.disposition, kept.review), (Some(Disposition::Accepted), None));
    assert_eq!(world.wanted(&id), [("decided_by_supervisor".to_owned(), "Mali".to_owned())]);
}

#[tokio::test]
async fn a_failed_refund_needs_review_and_is_refunded_again() {
    let (world, _) = World::with_paid_payment(alone()).await;
    let id = world.awaiting_decision().await;
    // The rule tries it once more.
    let twice = json!({"fault": "cut_before_commit", "on": "POST /charges/:id/refunds", "count": 2});
    world.order("POST", "faults", twice).await;
    world.decide(&id, &json!({"decision": "refund"})).await.unwrap();
    let failed = world.until(&id, |payment| payment.disposition == Some(Disposition::InReview)).await;
    assert_eq!(failed.review, Some(ReviewReason::RefundFailed));
    let called = world.decide(&id, &json!({"decision": "call_supervisor"})).await.unwrap();
    assert_eq!(called.review, Some(ReviewReason::RefundFailed), "why the supervisor is needed stays");
    world.decide(&id, &json!({"decision": "refund", "approval": approval()})).await.unwrap();
    world.until(&id, |payment| payment.disposition == Some(Disposition::Refunded)).await;
    assert_eq!(world.refunds().await.len(), 1);
}
