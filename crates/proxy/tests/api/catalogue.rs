//! Every fault of the sandbox's catalogue, on every call that the proxy makes: when it has passed, the proxy's books
//! and the provider's true ledger must agree, and nothing may be left in doubt without a human being called.

use std::collections::HashMap;
use std::time::Duration;

use scantill_core::PaymentId;
use scantill_core::api::{Disposition, Payment, PaymentState, ProblemCode, Refund, RefundState};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::world::{Settings, World, body, magic, payment_id};

const PIN: &str = "2580";
/// Worlds at once: more only wait for each other.
const WORLDS_MAX: usize = 6;
/// The waits of the rules, shrunken alike; lists may lag by less than an absence takes to prove.
const TIMING: &str = "read_first_ms = 20, read_every_ms = 20, read_slow_every_ms = 20, read_relaxed_every_ms = 60, \
    read_backoff_max_ms = 100, \
    expire_again_ms = 30, money_answer_ms = 500, read_answer_ms = 500, proxy_deadline_ms = 4000, permit_ms = 2000, \
    watch_first_ms = 100, watch_second_ms = 300, watch_third_ms = 600, watch_every_ms = 600, absent_quiet_ms = 400, \
    absent_apart_ms = 200, decide_ms = 400, return_apart_ms = 100, reconcile_every_ms = 300, identify_every_ms = 50";
const LAG_MS: u64 = 300;
/// A wait that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(15);

const REFUNDING: &str = "POST /charges/:id/refunds";

/// The calls that the proxy makes, each struck once, or a few times where it is repeated.
const CALLS: [(&str, u64); 7] = [
    ("POST /sources", 1),
    ("POST /charges", 1),
    ("GET /charges/:id", 3),
    ("GET /charges", 3),
    ("POST /charges/:id/expire", 2),
    (REFUNDING, 1),
    ("GET /charges/:id/refunds", 2),
];

const REQUEST_FAULTS: [&str; 37] = [
    "refuse_connections",
    "hang",
    "cut_before_commit",
    "redirect_307",
    "error_400",
    "error_401",
    "error_404",
    "too_many_requests",
    "error_500",
    "html_502",
    "error_503",
    "error_504",
    "hang_after_commit",
    "cut_after_commit",
    "cut_mid_body",
    "delay",
    "slow_body",
    "wrong_content_length",
    "truncated_json",
    "gzip_garbage",
    "html_200",
    "empty_object",
    "huge_body",
    "backend_error_committed",
    "error_500_committed",
    "error_504_committed",
    "unknown_status",
    "unknown_failure_code",
    "wrong_id",
    "wrong_amount",
    "wrong_currency",
    "wrong_livemode",
    "delivered_twice",
    "webhook_before_answer",
    "lagging",
    "stale_read",
    "flapping",
];

const WEBHOOK_FAULTS: [&str; 12] = [
    "webhook_lost",
    "webhook_doubled",
    "webhook_late",
    "webhook_out_of_order",
    "webhook_replayed",
    "webhook_forged",
    "webhook_unsigned",
    "webhook_old_timestamp",
    "webhook_reserialised",
    "webhook_other_amount",
    "webhook_other_charge",
    "webhook_other_mode",
];

/// A fault's order, with what it would otherwise take in real time made short.
fn order(fault: &str, on: &str, count: &Value) -> Value {
    let mut order = json!({"fault": fault, "on": on, "count": count});
    match fault {
        "delay" | "webhook_late" | "webhook_replayed" => order["delay_ms"] = 200.into(),
        "slow_body" => order["delay_ms"] = 1.into(),
        "refuse_connections" => order["for_ms"] = 150.into(),
        "lagging" | "stale_read" => order["lag_ms"] = LAG_MS.into(),
        "huge_body" => order["size_bytes"] = (9 * 1024 * 1024).into(),
        _ => {}
    }
    order
}

/// One shop under one fault: a sale that is paid, one that is refused, one that the cashier ends, and refunds of what was
/// paid before and under it.
struct Shop {
    world: World,
    fault: &'static str,
    payments: Vec<PaymentId>,
}

impl Shop {
    async fn open(fault: &'static str, creation: &'static str) -> Self {
        let settings = Settings { creation, timing: TIMING, ..Settings::default() };
        let world = World::start_with(settings).await;
        world.supervisor("Mali", PIN).await;
        Self { world, fault, payments: Vec::new() }
    }

    /// Orders the fault on each call that it can strike.
    async fn arm(&self) {
        if self.fault.starts_with("webhook_") && self.fault != "webhook_before_answer" {
            self.world.order("POST", "faults", order(self.fault, "*", &json!("all"))).await;
            return;
        }
        for (call, count) in CALLS {
            // Some faults can only strike some calls; the sandbox says which.
            let (status, answer) =
                self.world.try_order("POST", "faults", order(self.fault, call, &json!(count))).await;
            assert!(status.is_success() || status == 400, "{answer}");
        }
    }

    async fn sell(&mut self, outcome: &str) -> PaymentId {
        loop {
            let id = payment_id();
            match self.world.put(&id, &body(&magic(outcome))).await {
                Ok(_) => {
                    self.payments.push(id.clone());
                    return id;
                }
                // The key may look refused for a moment. What was refused is on record as never created.
                Err(problem) if problem.code == ProblemCode::ProviderUnreachable => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(problem) => panic!("{}: {problem:?}", self.fault),
            }
        }
    }

    /// `before` was paid while there was no fault yet.
    async fn trade(&mut self, before: &PaymentId) {
        let paid = self.sell("00").await;
        self.sell("10").await;
        let ended = self.sell("03").await;
        let _ = self.world.cancel(&ended).await;
        self.give_back(before).await;
        if self.settled(&paid).await.disposition == Some(Disposition::Kept) {
            self.give_back(&paid).await;
        }
    }

    /// Gives a part back, and waits until that is sent.
    async fn give_back(&self, id: &PaymentId) {
        let wish = json!({"amount": 1000, "currency": "THB", "refunded_before": 0, "pin": PIN});
        // It may be refused where the charge, as it was read last, cannot be given back.
        if self.world.refund(id, "r-1", &wish).await.is_ok() {
            let is_sent = |refund: &Refund| refund.state != RefundState::Approved;
            self.world.until(id, |payment| payment.refunds.iter().any(is_sent)).await;
        }
    }

    /// Whether the fault met a refund on its way.
    async fn struck_a_refund(&self) -> bool {
        let faults = self.world.order("GET", "faults", Value::Null).await;
        let rules = faults["faults"].as_array().unwrap();
        rules.iter().any(|rule| rule["on"] == REFUNDING && rule["struck"].as_u64() != Some(0))
    }

    /// Waits until nothing about the payment is open, or a human was called.
    async fn settled(&self, id: &PaymentId) -> Payment {
        let is_settled = |payment: &Payment| {
            let is_over =
                payment.state.is_final() && payment.refunds.iter().all(|refund| refund.state.is_final());
            let is_decided = !matches!(
                payment.disposition,
                Some(Disposition::Undecided | Disposition::ToReturn | Disposition::Returning)
            );
            (is_over && is_decided) || (payment.attention.is_some() && payment.state != PaymentState::Sending)
        };
        self.world.until(id, is_settled).await
    }

    /// The books against the truth.
    async fn agree(&self) {
        let (fault, mut settled) = (self.fault, HashMap::new());
        for id in &self.payments {
            settled.insert(id.to_string(), self.settled(id).await);
        }
        let charges = self.world.ledger().await;
        for payment in settled.values() {
            let id = payment.charge.as_ref().map(|charge| charge.id.as_str());
            let truth = charges.iter().find(|line| line["id"].as_str() == id);
            let paid = truth.and_then(|line| line["amount_paid"].as_i64()).unwrap_or(0);
            if payment.disposition == Some(Disposition::Kept) {
                assert_eq!(paid, payment.amount, "{fault}: shown as paid and not paid: {payment:?}");
            }
        }
        for line in charges.iter().filter(|line| 0 < line["amount_paid"].as_i64().unwrap_or(0)) {
            self.is_known(line).await;
        }
        self.refunds_agree(&settled, &charges).await;
    }

    /// A success at the provider is a success here, or has called a human.
    async fn is_known(&self, line: &Value) {
        let (charge, payment) =
            (line["id"].as_str().unwrap(), line["metadata"]["payment_id"].as_str().unwrap());
        let id = PaymentId::parse(payment).unwrap();
        let knows = |payment: &Payment| {
            let is_bound = payment.charge.as_ref().is_some_and(|known| known.id.as_str() == charge);
            payment.attention.is_some() || (is_bound && payment.disposition.is_some())
        };
        let patience = tokio::time::timeout(PATIENCE, self.world.until(&id, knows));
        assert!(patience.await.is_ok(), "{}: a success was lost: {line}", self.fault);
    }

    /// Of each payment what went back is what really went back, or a human was called for that very payment.
    async fn refunds_agree(&self, settled: &HashMap<String, Payment>, charges: &[Value]) {
        let fault = self.fault;
        let happened = self.world.refunds().await;
        for (id, payment) in settled {
            let of_payment = |refund: &&Value| {
                let charge = charges.iter().find(|charge| charge["id"] == refund["charge"]);
                charge.is_some_and(|charge| charge["metadata"]["payment_id"] == id.as_str())
            };
            let refunds: Vec<&Value> = happened.iter().filter(of_payment).collect();
            let returned: i64 = refunds.iter().filter_map(|refund| refund["amount"].as_i64()).sum();
            // What went back past the books is found by the next look through the provider's refunds.
            let is_told = |payment: &Payment| given_back(payment) == returned || payment.attention.is_some();
            let told = tokio::time::timeout(PATIENCE, self.world.until(&payment.id, is_told)).await;
            let payment = told.unwrap_or_else(|_| panic!("{fault}: {refunds:?} {payment:?}"));
            assert!(
                given_back(&payment) <= returned,
                "{fault}: shown as given back and not given back: {payment:?}"
            );
        }
    }
}

fn given_back(payment: &Payment) -> i64 {
    let done = payment.refunds.iter().filter(|refund| refund.state == RefundState::Done);
    done.map(|refund| refund.amount).sum()
}

/// `true` if a refund was struck too.
async fn endure(fault: &'static str, creation: &'static str) -> bool {
    let mut shop = Shop::open(fault, creation).await;
    let before = shop.sell("00").await;
    shop.settled(&before).await;
    shop.arm().await;
    shop.trade(&before).await;
    let struck_a_refund = shop.struck_a_refund().await;
    shop.world.order("DELETE", "faults", json!({})).await;
    shop.agree().await;
    let sent = shop.world.requests("POST", "/charges").await;
    // Where a middlebox doubles a request, the log has both copies.
    let copies = usize::from(fault == "delivered_twice") + 1;
    assert!(
        sent <= copies * shop.payments.len(),
        "{fault}: {sent} charges for {} payments",
        shop.payments.len()
    );
    struck_a_refund
}

/// In how many of them a refund was struck.
async fn endure_all(runs: impl IntoIterator<Item = (&'static str, &'static str)>) -> usize {
    let (mut worlds, mut failed, mut struck) = (JoinSet::new(), Vec::new(), 0);
    let mut take = |(fault, creation, endured): (&'static str, &'static str, Option<bool>)| match endured {
        Some(struck_a_refund) => struck += usize::from(struck_a_refund),
        None => failed.push((fault, creation)),
    };
    for (fault, creation) in runs {
        if WORLDS_MAX <= worlds.len() {
            take(worlds.join_next().await.unwrap().unwrap());
        }
        worlds.spawn(async move { (fault, creation, tokio::spawn(endure(fault, creation)).await.ok()) });
    }
    while let Some(done) = worlds.join_next().await {
        take(done.unwrap());
    }
    assert!(failed.is_empty(), "see above: {failed:?}");
    struck
}

#[tokio::test(flavor = "multi_thread")]
async fn under_every_fault_of_a_request_the_books_agree_with_the_truth() {
    let both = |fault| [(fault, "one_call"), (fault, "source_then_charge")];
    let struck = endure_all(REQUEST_FAULTS.into_iter().flat_map(both)).await;
    assert!(REQUEST_FAULTS.len() <= struck, "only {struck} refunds were struck");
}

#[tokio::test(flavor = "multi_thread")]
async fn under_every_fault_of_a_webhook_the_books_agree_with_the_truth() {
    endure_all(WEBHOOK_FAULTS.map(|fault| (fault, "one_call"))).await;
}
