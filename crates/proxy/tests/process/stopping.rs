//! SIGTERM, SIGSTOP and SIGCONT at any moment.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use scantill_testkit::agreement::agrees;
use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, magic, refund_body, until};
use scantill_types::PaymentId;
use scantill_types::api::{PaymentState, RefundState};
use serde_json::json;

const QUICK: &str = "read_first_ms = 50, read_every_ms = 50, read_slow_every_ms = 50, expire_again_ms = 50, \
    absent_quiet_ms = 300, absent_apart_ms = 200";

fn one_call(timing: &'static str) -> Settings {
    Settings { creation: "one_call", webhooks: false, timing, ..Settings::default() }
}

/// A payment whose POST is on its way, and stays there until `fault` lets its answer go.
async fn in_flight(program: &Program, fault: serde_json::Value) -> PaymentId {
    let posts = program.requests("POST", "/charges").await;
    program.order("POST", "faults", fault).await;
    let id = program.pay(&magic("00")).await;
    until("the POST arrives", async || program.requests("POST", "/charges").await == posts + 1).await;
    id
}

/// How many expires and refunds were sent.
pub(crate) async fn asked_of_charges(program: &Program) -> usize {
    program.request_times_below("POST", "/charges/").await.len()
}

async fn stops_listening(program: &Program) {
    let health = format!("{}/healthz", program.proxy);
    until("the port is closed", async || program.http.get(&health).send().await.is_err()).await;
}

#[tokio::test]
async fn sigterm_ends_the_streams_and_drops_nothing_in_flight() {
    let mut program = Program::start_with(one_call(QUICK)).await;
    let waiting = program.pending("01").await;
    let stream = program.call("GET", "/v1/events").send().await.unwrap();
    let slow = json!({"fault": "delay", "on": "POST /charges", "delay_ms": 700});
    let sent = in_flight(&program, slow).await;
    program.send(Signal::TERM);
    let events =
        tokio::time::timeout(Duration::from_secs(5), stream.text()).await.expect("the stream goes on");
    assert!(events.unwrap().contains(waiting.as_str()));
    assert!(program.ended().await.success());
    assert_eq!(program.states(&sent), ["sending", "pending"]);
    program.start().await;
    let charge = program.charge_of(&waiting).await;
    program.confirm(&charge).await;
    agrees(&program, &[waiting, sent]).await;
}

#[tokio::test]
async fn a_refund_in_flight_at_sigterm_is_sent_once_and_stored() {
    let mut program = Program::start_with(one_call(QUICK)).await;
    let id = program.paid_beside_supervisor().await;
    program.delay("POST /charges/:id/refunds", 700).await;
    let wish = refund_body(1_000, 0);
    program.refund(&id, "r-1", &wish).await.unwrap();
    until("the refund arrives", async || program.refunds().await.len() == 1).await;
    program.send(Signal::TERM);
    assert!(program.ended().await.success());
    let causes = program.audited("cause", &id);
    assert!(causes.contains(&"refund_answered".to_owned()), "{causes:?}");
    program.start().await;
    assert_eq!(program.payment(&id).await.refunds[0].state, RefundState::Done);
    agrees(&program, &[id]).await;
    assert_eq!(asked_of_charges(&program).await, 1);
}

#[tokio::test]
async fn an_expire_in_flight_at_sigterm_is_sent_once_and_stored() {
    let mut program = Program::start_with(one_call(QUICK)).await;
    let id = program.pending("03").await;
    program.delay("POST /charges/:id/expire", 700).await;
    program.cancel(&id).await.unwrap();
    until("the expire arrives", async || asked_of_charges(&program).await == 1).await;
    program.send(Signal::TERM);
    assert!(program.ended().await.success());
    assert_eq!(program.states(&id).last().unwrap(), "cancelled");
    program.start().await;
    agrees(&program, &[id]).await;
    assert_eq!(asked_of_charges(&program).await, 1);
}

#[tokio::test]
async fn what_takes_too_long_is_left_for_the_next_start() {
    let timing = "read_first_ms = 50, read_every_ms = 50, drain_ms = 500, absent_quiet_ms = 300, absent_apart_ms = 200";
    let mut program = Program::start_with(one_call(timing)).await;
    let slow = json!({"fault": "hang_after_commit", "on": "POST /charges"});
    let id = in_flight(&program, slow).await;
    let began = Instant::now();
    program.send(Signal::TERM);
    assert!(program.ended().await.success());
    assert!((500..5_000).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    program.start().await;
    program.reaches(&id, PaymentState::Successful).await;
    agrees(&program, &[id]).await;
}

#[tokio::test]
async fn a_provider_that_hangs_holds_up_no_end() {
    let timing = "read_first_ms = 50, read_every_ms = 50, reconcile_every_ms = 50, drain_ms = 10000";
    let mut program = Program::start_with(one_call(timing)).await;
    program.fault_always("hang", "GET /refunds").await;
    let looks = program.requests("GET", "/refunds").await;
    until("a look through the refunds", async || looks < program.requests("GET", "/refunds").await).await;
    let began = Instant::now();
    program.send(Signal::TERM);
    assert!(program.ended().await.success());
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_second_sigterm_ends_it_at_once() {
    let mut program = Program::start_with(one_call(QUICK)).await;
    let id = in_flight(&program, json!({"fault": "hang", "on": "POST /charges"})).await;
    program.send(Signal::TERM);
    stops_listening(&program).await;
    let began = Instant::now();
    program.send(Signal::TERM);
    assert_eq!(program.ended().await.code(), Some(130));
    assert!(began.elapsed() < Duration::from_secs(5));
    program.start().await;
    program.reaches(&id, PaymentState::Failed).await;
    agrees(&program, &[id]).await;
}

#[tokio::test]
async fn killed_while_it_drains_it_finds_what_was_in_flight() {
    let mut program = Program::start_with(one_call(QUICK)).await;
    let id = in_flight(&program, json!({"fault": "hang_after_commit", "on": "POST /charges"})).await;
    program.send(Signal::TERM);
    stops_listening(&program).await;
    program.kill().await;
    program.start().await;
    program.reaches(&id, PaymentState::Successful).await;
    agrees(&program, &[id]).await;
}

#[tokio::test]
async fn a_proxy_suspended_for_longer_than_every_wait_goes_on() {
    let timing = "read_first_ms = 400, read_every_ms = 100, expire_again_ms = 100, money_answer_ms = 500, \
        absent_quiet_ms = 300, absent_apart_ms = 200, proxy_deadline_ms = 1000";
    let program = Program::start_with(one_call(timing)).await;
    let pending = program.pending("02").await;
    let cancelling = program.pending("03").await;
    program.fault("cut_after_commit", "POST /charges").await;
    let unknown = program.pay(&magic("00")).await;
    program.reaches(&unknown, PaymentState::Unknown).await;
    program.cancel(&cancelling).await.unwrap();
    let slow = json!({"fault": "delay", "on": "POST /charges", "delay_ms": 300});
    let sending = in_flight(&program, slow).await;
    program.send(Signal::STOP);
    // The payer pays meanwhile, the answer comes, and every wait of the proxy is over.
    tokio::time::sleep(Duration::from_secs(4)).await;
    program.send(Signal::CONT);
    agrees(&program, &[pending.clone(), cancelling, unknown, sending]).await;
    assert_eq!(program.payment(&pending).await.state, PaymentState::Successful);
    assert_eq!(program.requests("POST", "/charges").await, 4);
}

#[cfg(not(feature = "failpoints"))]
#[tokio::test]
async fn the_ordinary_program_knows_of_no_place_to_die_at() {
    for place in ["BeforeCreate", "Uncommitted", "AnswerUnread"] {
        let program = Program::start_armed(one_call(QUICK), place).await;
        let id = program.pay(&magic("00")).await;
        agrees(&program, &[id]).await;
    }
}
