//! The storage of one shop against what really happened.

use std::collections::HashMap;
use std::time::Duration;

use scantill_testkit::ledger::is_of;
use scantill_testkit::until_ok;
use scantill_types::PaymentId;
use scantill_types::api::{Disposition, Payment, PaymentState, RefundState, ReviewReason};
use serde_json::Value;

use super::faults::{denies_what_is_pending, every_call, may_call_for};
use super::shop::Shop;

/// A wait that takes longer has failed.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(25);

/// The storage first, and then what had happened until then.
struct Snapshot {
    payments: Vec<Payment>,
    calls: HashMap<PaymentId, ReviewReason>,
    charges: Vec<Value>,
    refunds: Vec<Value>,
}

impl Shop {
    /// Waits until the storage agrees with the truth and nothing is in doubt, but where a human is rightly called.
    pub(super) async fn agree(&self) -> Vec<ReviewReason> {
        let look = async || {
            let now = self.look().await;
            for payment in &now.payments {
                now.never(self.fault, payment);
            }
            let trouble = now.payments.iter().find_map(|payment| self.trouble(&now, payment));
            trouble.map_or(Ok(now), Err)
        };
        let agreed = until_ok(PATIENCE, PAUSE, look).await;
        let agreed = agreed.unwrap_or_else(|trouble| panic!("{}: {trouble:?}", self.fault));
        agreed.calls.into_values().collect()
    }

    /// Nothing was asked but what the catalogue strikes.
    pub(super) async fn asked_for_what_is_struck(&self) {
        for line in self.world.request_log().await {
            let call = call_of(&line);
            assert!(every_call().any(|known| known.on == call), "no fault is ordered for {call}");
        }
    }

    /// Each charge and each refund was sent once at most; `delivered_twice` doubles a request on its way.
    pub(super) async fn sent_once(&self) {
        let (log, now) = (self.world.request_log().await, self.look().await);
        for path in ["/charges", "/sources"] {
            let count = sent(&log, path);
            assert!(count <= self.payments.len(), "{}: {count} times POST {path}", self.fault);
        }
        for payment in &now.payments {
            let charges = now.charges_of(payment).into_iter().filter_map(|charge| charge["id"].as_str());
            let count: usize = charges.map(|charge| sent(&log, &format!("/charges/{charge}/refunds"))).sum();
            let ordered = payment.refunds.iter().filter(|refund| refund.id.is_some()).count();
            let elsewhere = usize::from(self.is_refunded_elsewhere(payment));
            assert!(count <= ordered + elsewhere, "{}: {count} refunds sent of {payment:?}", self.fault);
        }
        let copies_max = 1 + usize::from(self.fault == "delivered_twice");
        let copies = now.copies_of_a_refund();
        assert!(copies <= copies_max, "{}: {copies} refunds of one order: {:?}", self.fault, now.refunds);
    }

    async fn look(&self) -> Snapshot {
        let mut payments = Vec::new();
        for id in &self.payments {
            payments.push(self.world.payment(id).await);
        }
        let calls = self.world.reviews().await.items;
        let calls = calls.into_iter().map(|item| (item.payment.id, item.call.reason)).collect();
        let (charges, refunds) = (self.world.ledger().await, self.world.refunds().await);
        Snapshot { payments, calls, charges, refunds }
    }

    /// What is not settled yet, or wrongly.
    fn trouble(&self, now: &Snapshot, payment: &Payment) -> Option<String> {
        let call = now.calls.get(&payment.id);
        let (expected, success) = if self.is_refunded_elsewhere(payment) {
            (Some(&ReviewReason::UnapprovedRefund), Disposition::InReview)
        } else {
            (None, Disposition::Accepted)
        };
        let is_called_rightly = call.is_some_and(|reason| may_call_for(self.fault).contains(reason));
        let is_resolved =
            call == expected && is_settled(payment) && now.is_told(self.fault, payment, success);
        let is_well = is_called_rightly || is_resolved;
        (!is_well).then(|| format!("{call:?} {payment:?} {:?}", now.charges_of(payment)))
    }

    fn is_refunded_elsewhere(&self, payment: &Payment) -> bool {
        self.refunded_elsewhere.as_ref() == Some(&payment.id)
    }
}

impl Snapshot {
    /// What must not be the case at any moment.
    fn never(&self, fault: &str, payment: &Payment) {
        let id = payment.charge.as_ref().map(|charge| charge.id.as_str());
        let truth = self.charges.iter().find(|line| line["id"].as_str() == id);
        let paid = truth.and_then(|line| line["amount_paid"].as_i64()).unwrap_or(0);
        if payment.disposition == Some(Disposition::Accepted) {
            assert_eq!(paid, payment.amount, "{fault}: shown as paid and not paid: {payment:?}");
        }
        let returned = self.returned(payment);
        assert!(
            given_back(payment) <= returned,
            "{fault}: shown as given back and not given back: {payment:?}"
        );
    }

    /// Whether the storage says of the payment what its one charge came to, and what went back of it.
    fn is_told(&self, fault: &str, payment: &Payment, success: Disposition) -> bool {
        let state = payment.state;
        let is_unpaid = matches!(state, PaymentState::Failed | PaymentState::Cancelled);
        let is_ended = match self.charges_of(payment).as_slice() {
            [] => is_unpaid,
            [charge] => match charge["status"].as_str().unwrap() {
                "successful" => state == PaymentState::Successful && payment.disposition == Some(success),
                "failed" => is_unpaid,
                "expired" => matches!(state, PaymentState::Expired | PaymentState::Cancelled),
                // It goes on being watched.
                "pending" => denies_what_is_pending(fault) && state == PaymentState::Failed,
                status => panic!("{fault}: {status}"),
            },
            _ => false,
        };
        is_ended && given_back(payment) == self.returned(payment)
    }

    fn charges_of(&self, payment: &Payment) -> Vec<&Value> {
        self.charges.iter().filter(|charge| is_of(charge, payment.id.as_str())).collect()
    }

    /// How often the refund that happened most often did. Each carries the id that we gave it.
    fn copies_of_a_refund(&self) -> usize {
        let mut copies: HashMap<String, usize> = HashMap::new();
        for refund in self.refunds.iter().filter(|refund| !refund["metadata"]["refund_id"].is_null()) {
            *copies.entry(refund["metadata"].to_string()).or_default() += 1;
        }
        copies.into_values().max().unwrap_or(0)
    }

    /// What really went back of a payment's charges.
    fn returned(&self, payment: &Payment) -> i64 {
        let charges = self.charges_of(payment);
        let is_of = |refund: &&Value| charges.iter().any(|charge| charge["id"] == refund["charge"]);
        self.refunds.iter().filter(is_of).filter_map(|refund| refund["amount"].as_i64()).sum()
    }
}

/// Nothing about it is open.
pub(super) fn is_settled(payment: &Payment) -> bool {
    let awaits_decision = matches!(
        payment.disposition,
        Some(Disposition::AwaitingDecision | Disposition::RefundDue | Disposition::Refunding)
    );
    payment.state.is_final()
        && payment.refunds.iter().all(|refund| refund.state.is_final())
        && !awaits_decision
}

fn given_back(payment: &Payment) -> i64 {
    let done = payment.refunds.iter().filter(|refund| refund.state == RefundState::Done);
    done.map(|refund| refund.amount).sum()
}

/// The call of a line of the log, as a fault is ordered for it.
fn call_of(line: &Value) -> String {
    let is_id = |part: &str| part.starts_with("chrg_") || part.starts_with("src_");
    let parts = line["path"].as_str().unwrap().split('/');
    let path: Vec<&str> = parts.map(|part| if is_id(part) { ":id" } else { part }).collect();
    format!("{} {}", line["method"].as_str().unwrap(), path.join("/"))
}

/// How many POSTs left for this path. The log has both copies of one that was doubled on its way.
fn sent(log: &[Value], path: &str) -> usize {
    let lines = log.iter().filter(|line| line["method"] == "POST" && line["path"] == path);
    let (copies, single): (Vec<_>, Vec<_>) = lines.partition(|line| line["fault"] == "delivered_twice");
    single.len() + copies.len() / 2
}
