//! One payment's way over a dying proxy: what till, payer and operator do meanwhile.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use scantill_testkit::agreement::agrees;
use scantill_testkit::program::Program;
use scantill_testkit::world::{
    PIN, SUPERVISOR, Settings, body, code, magic, payment_id, read, refund_body, until,
};
use scantill_types::PaymentId;
use scantill_types::api::{Disposition, PaymentState};
use serde_json::{Value, json};

const SIGABRT: i32 = 6;
/// Longer than every wait below, so that all of them have passed unseen.
const LATE: Duration = Duration::from_millis(1_500);
const QUICK: &str = "read_first_ms = 50, read_every_ms = 50, read_slow_every_ms = 50, expire_again_ms = 50, \
    absent_quiet_ms = 300, absent_apart_ms = 200, proxy_deadline_ms = 5000, money_answer_ms = 1000, \
    watch_first_ms = 200, watch_second_ms = 600, return_apart_ms = 100";
/// Nothing is read but what a webhook or a start asks for.
const HINTED: &str = "read_first_ms = 600000, read_every_ms = 600000, expire_again_ms = 50, absent_quiet_ms = 300, \
    absent_apart_ms = 200, proxy_deadline_ms = 1000, money_answer_ms = 1000, watch_first_ms = 600000, \
    watch_second_ms = 600000";

/// What happens to the payment.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    /// The payer pays at once.
    Pay,
    /// The payer does nothing, and the cashier cancels.
    Cancel,
    /// The payer confirms on the phone, and a webhook tells of it.
    Confirm,
    /// The payer pays what was cancelled, and only a webhook tells of it.
    PayLate,
    /// The payer pays, and a supervisor gives a part back.
    Refund,
    /// A network delivers the request to charge twice, and the payer does nothing.
    Double,
    /// The cancel loses the race, and the cashier gives the money back.
    Return,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Restart {
    AtOnce,
    Late,
}

/// Where the proxy dies, on which way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) crash_at: &'static str,
    pub(crate) creation: &'static str,
    pub(crate) deed: Deed,
}

/// Lives through the case, and checks that all is well in the end.
pub(crate) async fn live_through(case: Case, restart: Restart) {
    let webhooks = matches!(case.deed, Deed::Confirm | Deed::PayLate | Deed::Double);
    let timing = if webhooks && !matches!(case.deed, Deed::Double) { HINTED } else { QUICK };
    let settings = Settings { creation: case.creation, webhooks, timing, ..Settings::default() };
    let mut program = Program::start_armed(settings, case.crash_at).await;
    if matches!(case.deed, Deed::Double) {
        program.fault("delivered_twice", "POST /charges").await;
    }
    let (id, sale) = (payment_id(), body(&magic(payer(case.deed))));
    // The answer may never come: the proxy dies.
    let _ = program.call("PUT", &format!("/v1/payments/{id}")).json(&sale).send().await;
    act(&program, &id, case.deed).await;
    let status = program.ended().await;
    assert_eq!(status.signal(), Some(SIGABRT), "it ended by itself: {status}");
    if matches!(restart, Restart::Late) {
        tokio::time::sleep(LATE).await;
    }
    program.start().await;
    resume(&program, &id, &sale, case.deed).await;
    if matches!(case.deed, Deed::Double) {
        both_end(&program, &id).await;
    } else {
        agrees(&program, &[id]).await;
    }
}

/// Both charges end unpaid, and each expire follows a read that showed its charge pending.
async fn both_end(program: &Program, id: &PaymentId) {
    until("both charges are expired", async || {
        let ledger = program.ledger().await;
        ledger.len() == 2 && ledger.iter().all(|charge| charge["status"] == "expired")
    })
    .await;
    program.reaches(id, PaymentState::Cancelled).await;
    for charge in program.ledger().await {
        let read = format!("/charges/{}", charge["id"].as_str().unwrap());
        let log = program.request_log().await;
        let count = |path: &str| log.iter().filter(|line| line["path"] == path).count();
        let (expires, reads) = (count(&format!("{read}/expire")), count(&read));
        assert!((1..=reads).contains(&expires), "{expires} expires after {reads} reads: {log:?}");
    }
}

fn payer(deed: Deed) -> &'static str {
    match deed {
        Deed::Pay | Deed::Refund => "00",
        Deed::Return => "41",
        Deed::Cancel | Deed::Double => "03",
        Deed::Confirm => "01",
        Deed::PayLate => "42",
    }
}

async fn act(program: &Program, id: &PaymentId, deed: Deed) {
    match deed {
        Deed::Pay | Deed::Double => {}
        Deed::Cancel | Deed::PayLate => {
            until("it can be cancelled, or the proxy is gone", async || {
                !matches!(state(program, id).await.as_deref(), Some("sending" | "unknown"))
            })
            .await;
            let _ = cancel(program, id).send().await;
        }
        Deed::Refund => {
            program.supervisor(SUPERVISOR, PIN).await;
            program.until(id, |payment| payment.disposition == Some(Disposition::Accepted)).await;
            let wish = refund_body(1000, 0);
            let refund = program
                .call("PUT", &format!("/v1/payments/{id}/refunds/{}", scantill_testkit::world::named("r-1")));
            let _ = refund.json(&wish).send().await;
        }
        Deed::Return => {
            program.reaches(id, PaymentState::Pending).await;
            let _ = cancel(program, id).send().await;
            program.until(id, |payment| payment.disposition == Some(Disposition::AwaitingDecision)).await;
            let decide = program.call("POST", &format!("/v1/payments/{id}/disposition"));
            let _ = decide.json(&json!({"decision": "refund"})).send().await;
        }
        Deed::Confirm => {
            program.until_charged().await;
            let charge = program.ledger().await[0]["id"].as_str().unwrap().to_owned();
            program.confirm(&charge).await;
        }
    }
}

/// What a till does when its proxy is back: an id that never arrived is ended, and a wish is repeated.
async fn resume(program: &Program, id: &PaymentId, sale: &Value, deed: Deed) {
    let never_arrived = state(program, id).await.is_none();
    if never_arrived || matches!(deed, Deed::Cancel | Deed::Double) {
        let ended: scantill_types::api::Payment = read(cancel(program, id)).await.unwrap();
        assert!(!never_arrived || ended.state == PaymentState::Cancelled);
    }
    if never_arrived {
        let late = code(program.put(id, sale).await);
        assert_eq!(late, scantill_types::api::ProblemCode::PaymentEnded);
    }
}

fn cancel(program: &Program, id: &PaymentId) -> reqwest::RequestBuilder {
    let body = json!({"sale_id": "sale-x", "amount": 2225, "currency": "THB", "by": "cashier"});
    program.call("POST", &format!("/v1/payments/{id}/cancel")).json(&body)
}

/// None where the proxy knows of no such payment, or there is no proxy.
async fn state(program: &Program, id: &PaymentId) -> Option<String> {
    let answer = program.call("GET", &format!("/v1/payments/{id}")).send().await.ok()?;
    let payment: Value = answer.error_for_status().ok()?.json().await.ok()?;
    payment["state"].as_str().map(str::to_owned)
}
