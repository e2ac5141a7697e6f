//! One shop under one fault, and what happens in it.

use std::time::Duration;

use scantill_types::PaymentId;
use scantill_types::api::{Disposition, Payment, PaymentInReview, PaymentState, ProblemCode};
use serde_json::{Value, json};

use super::canaries::{self, PIN};
use super::faults::{
    BEFORE_A_REFUND, BESIDE, CHARGING, Call, OF_READS_ALONE, OF_REFUNDS, OF_SALES, OF_WEBHOOKS, REFUNDING,
    may_call_for, order,
};
use super::truth::{PATIENCE, is_settled};
use scantill_testkit::world::{Settings, World, body, magic, payment_id, until};

/// The waits of the rules, shrunken alike, but for an answer about money: on a busy machine one that is right takes its
/// time. Nobody but the cashier ends a payment here.
const TIMING: &str = "read_first_ms = 20, read_every_ms = 20, read_slow_every_ms = 20, read_relaxed_every_ms = 60, \
    read_backoff_max_ms = 100, \
    expire_again_ms = 30, money_answer_ms = 2000, read_answer_ms = 500, proxy_deadline_ms = 30000, \
    watch_first_ms = 100, watch_second_ms = 300, watch_third_ms = 600, watch_every_ms = 600, absent_quiet_ms = 400, \
    absent_apart_ms = 200, decide_ms = 400, return_apart_ms = 100, reconcile_every_ms = 300, identify_every_ms = 50";
/// What somebody gives back in the provider's dashboard.
const IN_THE_DASHBOARD: i64 = 500;

/// What is done under the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trade {
    /// Sales and refunds, with charges created in this way, and told of by webhooks or not.
    Sales { creation: &'static str, webhooks: bool },
    /// A start, a charge that never came to be, and a refund made elsewhere, while no webhook comes.
    Beside,
}

/// How often a fault struck a call, or the webhooks.
#[derive(Clone, Debug)]
pub(super) struct Strikes {
    pub(super) fault: &'static str,
    pub(super) on: String,
    pub(super) count: u64,
}

pub(super) struct Shop {
    pub(super) world: World,
    pub(super) fault: &'static str,
    pub(super) payments: Vec<PaymentId>,
    /// The payment of which somebody gave a part back past the proxy.
    pub(super) refunded_elsewhere: Option<PaymentId>,
}

impl Shop {
    pub(super) async fn open(fault: &'static str, trade: Trade) -> Self {
        let (creation, webhooks) = match trade {
            Trade::Sales { creation, webhooks } => (creation, webhooks),
            Trade::Beside => ("source_then_charge", false),
        };
        let settings = Settings { creation, webhooks, timing: TIMING, ..Settings::default() };
        canaries::listen();
        let world = World::start_with(settings).await;
        canaries::know(&world.token);
        world.supervisor("Mali", PIN).await;
        Self { world, fault, payments: Vec::new(), refunded_elsewhere: None }
    }

    /// A sale that is paid, one that is refused, one that the cashier ends, and refunds of what was paid before and
    /// under the fault.
    pub(super) async fn trade(&mut self) {
        let before = self.sell("00").await;
        self.kept(&before).await;
        self.arm_for_sales().await;
        let paid = self.sell("00").await;
        let refused = self.sell("10").await;
        let ended = self.sell("03").await;
        // Until it is sent, a cancel is an end without any charge.
        self.world.until(&ended, |payment| payment.state != PaymentState::Sending).await;
        self.world.cancel(&ended).await.unwrap();
        let paid = self.told(&paid).await;
        for id in [refused, ended] {
            self.told(&id).await;
        }
        self.sell_until_a_charge_is_struck().await;
        self.arm_for_refunds(&OF_REFUNDS).await;
        self.give_back(&before).await;
        if paid.disposition == Some(Disposition::Accepted) {
            self.arm_for_refunds(&BEFORE_A_REFUND).await;
            self.give_back(&paid.id).await;
        }
    }

    /// What is asked of the provider beside sales and refunds.
    pub(super) async fn trade_beside(&mut self) {
        let before = self.sell("00").await;
        let charge = self.kept(&before).await.charge.unwrap().id;
        self.world.stop_proxy().await;
        self.world.refund_in_the_dashboard(charge.as_str(), IN_THE_DASHBOARD).await;
        self.refunded_elsewhere = Some(before);
        self.arm(&BESIDE).await;
        self.world.fault("cut_before_commit", CHARGING).await;
        self.world.start_proxy().await;
        self.sell("00").await;
    }

    /// Ends the faults, and tells how often each struck.
    pub(super) async fn calm(&self) -> Vec<Strikes> {
        let rules = self.world.faults().await;
        self.world.end_faults().await;
        let ours = rules.iter().filter(|rule| rule["fault"] == self.fault);
        let strikes = |rule: &Value| Strikes {
            fault: self.fault,
            on: rule["on"].as_str().unwrap().to_owned(),
            count: rule["struck"].as_u64().unwrap(),
        };
        ours.map(strikes).collect()
    }

    async fn arm_for_sales(&self) {
        if is_of_webhooks(self.fault) {
            self.world.order("POST", "faults", order(self.fault, "*", &json!("all"))).await;
            return;
        }
        self.arm(&OF_SALES).await;
        if self.fault == "lagging" {
            // A list is asked where an answer was lost.
            self.world.fault("cut_after_commit", CHARGING).await;
        }
    }

    async fn arm_for_refunds(&self, calls: &[Call]) {
        if is_of_webhooks(self.fault) {
            return;
        }
        self.arm(calls).await;
        if self.fault == "lagging" {
            self.world.fault("cut_before_commit", REFUNDING).await;
        }
    }

    async fn arm(&self, calls: &[Call]) {
        for Call { on, times, .. } in calls {
            self.world.order("POST", "faults", order(self.fault, on, &json!(times))).await;
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

    /// A fault that closes the sandbox's port may have kept all sales from it, when another call was struck just before.
    async fn sell_until_a_charge_is_struck(&mut self) {
        if is_of_webhooks(self.fault) || OF_READS_ALONE.contains(&self.fault) {
            return;
        }
        let fault = self.fault;
        let selling = async {
            while self.struck(CHARGING).await == 0 {
                let id = self.sell("00").await;
                self.told(&id).await;
            }
        };
        tokio::time::timeout(PATIENCE, selling)
            .await
            .unwrap_or_else(|_| panic!("{fault}: no charge is struck"));
    }

    /// How often the fault struck this call. It is told when the port is open again.
    async fn struck(&self, call: &str) -> u64 {
        let rules = self.world.faults().await;
        let of_call = rules.iter().filter(|rule| rule["fault"] == self.fault && rule["on"] == call);
        of_call.map(|rule| rule["struck"].as_u64().unwrap()).sum()
    }

    async fn kept(&self, id: &PaymentId) -> Payment {
        self.world.until(id, |payment| payment.disposition == Some(Disposition::Accepted)).await
    }

    /// Waits until nothing about the payment is open, or a human is called.
    async fn told(&self, id: &PaymentId) -> Payment {
        until("an end of the payment, or a call", async || {
            let is_called = |item: &PaymentInReview| item.payment.id == *id;
            is_settled(&self.world.payment(id).await)
                || self.world.reviews().await.items.iter().any(is_called)
        })
        .await;
        self.world.payment(id).await
    }

    /// Gives a part back, and waits for what comes of it. On a busy machine a refund may not be begun while its approval
    /// holds: then it is asked for anew.
    async fn give_back(&self, id: &PaymentId) {
        for refund in ["r-1", "r-2", "r-3", "r-4", "r-5"] {
            let wish = json!({"amount": 1000, "currency": "THB", "refunded_before": 0, "approval": {"supervisor": "Mali", "pin": PIN}});
            // A human is to look at the charge first.
            if let Err(problem) = self.world.refund(id, refund, &wish).await {
                assert_eq!(problem.code, ProblemCode::ChargeInDoubt, "{}", self.fault);
                assert!(!may_call_for(self.fault).is_empty(), "{}: {problem:?}", self.fault);
                return;
            }
            let refunds = self.told(id).await.refunds;
            if refunds.last().and_then(|refund| refund.refusal.as_deref()) != Some("not_sent") {
                return;
            }
        }
    }
}

fn is_of_webhooks(fault: &str) -> bool {
    OF_WEBHOOKS.iter().any(|family| family.faults.contains(&fault))
}
