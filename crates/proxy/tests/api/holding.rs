//! Several devices of one terminal: what each sees, and who holds what (P3).

use std::time::Duration;

use scantill_testkit::world::{World, code, magic, payment_id, read};
use scantill_types::PaymentId;
use scantill_types::api::{Disposition, Payment, PaymentState, Problem, ProblemCode};
use serde_json::json;

async fn take_over(world: &World, id: &PaymentId) -> Result<Payment, Problem> {
    read(world.call("POST", &format!("/v1/payments/{id}/holder")).json(&json!({}))).await
}

/// All that a stream tells in a while, as it tells it.
async fn told(world: &World, last_event_id: Option<&str>) -> Vec<PaymentId> {
    let request = world.call("GET", "/v1/events");
    let request = match last_event_id {
        Some(id) => request.header("Last-Event-ID", id),
        None => request,
    };
    let mut stream = request.send().await.unwrap();
    let mut text = String::new();
    // The first comment comes after everything that the stream begins with.
    while !text.starts_with(":\n") && !text.contains("\n:\n") {
        let chunk = tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await.unwrap();
        text.push_str(std::str::from_utf8(&chunk.unwrap().unwrap()).unwrap());
    }
    let payments = text.lines().filter_map(|line| line.strip_prefix("data: "));
    payments.map(|data| serde_json::from_str::<Payment>(data).unwrap().id).collect()
}

#[tokio::test]
async fn every_device_of_a_terminal_sees_open_payments_and_reviews() {
    let mut world = World::start().await;
    world.paid().await;
    let failed = world.pay(&magic("10")).await;
    world.reaches(&failed, PaymentState::Failed).await;
    let undecided = world.awaiting_decision().await;
    let strange = world.pay(&magic("31")).await;
    world.until(&strange, |payment| payment.review.is_some()).await;
    let open = world.pending("03").await;
    let (mut newest_first, mut stranger) = (vec![open, strange, undecided], world.token.clone());
    world.become_second_device("tablet-new").await;
    assert_eq!(world.listed("unsettled=true").await, (newest_first.clone(), None));
    let (page, cursor) = world.listed("unsettled=true&limit=2").await;
    assert_eq!(page, newest_first[..2]);
    let rest = world.listed(&format!("unsettled=true&limit=2&cursor={}", cursor.unwrap())).await;
    assert_eq!(rest, (newest_first[2..].to_vec(), None));
    newest_first.sort();
    for unknown in [None, Some("strange-7"), Some("7")] {
        let mut told = told(&world, unknown).await;
        told.sort();
        assert_eq!(told, newest_first, "{unknown:?}");
    }
    std::mem::swap(&mut world.token, &mut stranger);
    world.token = world.pair("till-2").await.token;
    assert_eq!(world.listed("unsettled=true").await.0, []);
    assert_eq!(told(&world, None).await, []);
}

#[tokio::test]
async fn what_was_decided_is_listed_no_more() {
    let world = World::start().await;
    let id = world.awaiting_decision().await;
    world.decide(&id, &json!({"decision": "accept"})).await.unwrap();
    assert_eq!(world.listed("unsettled=true").await.0, []);
    assert_eq!(world.listed("unsettled=false").await.0, std::slice::from_ref(&id));
    assert_eq!(world.payment(&id).await.disposition, Some(Disposition::Accepted));
}

#[tokio::test]
async fn the_second_device_takes_a_payment_over_and_the_first_is_told() {
    let mut world = World::start().await;
    let id = world.pay(&magic("01")).await;
    let before = world.reaches(&id, PaymentState::Pending).await;
    let mut stream = world.call("GET", "/v1/events").header("Last-Event-ID", "x").send().await.unwrap();
    world.become_second_device("tablet-new").await;
    let taken = take_over(&world, &id).await.unwrap();
    assert_eq!((before.holder.as_str(), taken.holder.as_str()), ("till-1", "tablet-new"));
    assert_eq!((taken.version, taken.state), (before.version + 1, PaymentState::Pending));
    assert_eq!(take_over(&world, &id).await.unwrap(), taken);
    let mut told = String::new();
    while !told.contains("\"holder\":\"tablet-new\"") {
        let chunk = tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await.unwrap();
        told.push_str(std::str::from_utf8(&chunk.unwrap().unwrap()).unwrap());
    }
    assert_eq!(world.wanted(&id), [("taken_over".to_owned(), "tablet-new".to_owned())]);
    let charge = taken.charge.unwrap().id;
    world.confirm(&charge).await;
    let paid = world.reaches(&id, PaymentState::Successful).await;
    assert_eq!(paid.holder.as_str(), "tablet-new");
    world.audit_is_whole();
}

#[tokio::test]
async fn no_other_terminal_takes_a_payment_over() {
    let mut world = World::start().await;
    let id = world.pay(&magic("03")).await;
    assert_eq!(code(take_over(&world, &payment_id()).await), ProblemCode::PaymentNotFound);
    let first = std::mem::take(&mut world.token);
    world.token = world.pair("till-2").await.token;
    let problem = take_over(&world, &id).await.unwrap_err();
    assert_eq!((problem.code, problem.payment_id), (ProblemCode::PaymentConflict, None));
    world.token = first;
    assert_eq!(world.payment(&id).await.holder.as_str(), "till-1");
}
