//! The proxy's storage held against the sandbox's ledger, which knows what really happened to the money.

use std::collections::HashMap;
use std::time::Duration;

use scantill_types::PaymentId;
use scantill_types::api::{Disposition, Payment, PaymentState, RefundState, ReviewReason};
use serde_json::Value;

use crate::ledger::{is_of, is_paid};
use crate::program::Program;
use crate::until_ok;

/// Far longer than any wait that the tests set.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(25);

/// Waits until everything has resolved by itself, and then holds the storage against the ledger. A human is called for
/// what no machine may decide alone.
pub async fn agrees(program: &Program, ids: &[PaymentId]) {
    let look = async || {
        let log = program.request_log().await;
        let payments = payments(program, ids).await;
        let (ledger, refunds) = (program.ledger().await, program.refunds().await);
        sent_once(&log, &payments);
        never(&payments, &ledger);
        never_too_much(&payments, &refunds);
        let unresolved = unsettled(&payments, &ledger).or_else(|| unsettled_refund(&payments, &refunds));
        unresolved.map_or(Ok(()), Err)
    };
    let resolved = until_ok(PATIENCE, PAUSE, look).await;
    resolved.unwrap_or_else(|open| panic!("it does not resolve: {open:?}"));
    assert_eq!(integrity(program), "ok");
    program.audit_is_whole();
}

/// Nothing is sent again: what was sent until the storage were read is at most what they know of.
fn sent_once(log: &[Value], payments: &[Payment]) {
    let sent = |is_wanted: &dyn Fn(&str) -> bool| {
        let posts = log.iter().filter(|line| line["method"] == "POST");
        posts.filter(|line| line["path"].as_str().is_some_and(is_wanted)).count()
    };
    for path in ["/charges", "/sources"] {
        let posts = sent(&|sent| sent == path);
        assert!(posts <= payments.len(), "{posts} times POST {path} for {} payments", payments.len());
    }
    let posts = sent(&|sent| sent.ends_with("/refunds"));
    let ordered: usize = payments.iter().map(|payment| payment.refunds.len()).sum();
    assert!(posts <= ordered, "{posts} refunds were sent of {ordered}: {payments:?}");
}

/// What must not be the case at any moment.
fn never(payments: &[Payment], ledger: &[Value]) {
    let mut paid_by_sale: HashMap<&str, usize> = HashMap::new();
    for charge in ledger.iter().filter(|charge| is_paid(charge) && charge["refunded_amount"] == 0) {
        let paid = paid_by_sale.entry(charge["metadata"]["sale_id"].as_str().unwrap()).or_default();
        *paid += 1;
        assert_eq!(*paid, 1, "a sale was charged twice: {ledger:?}");
    }
    for payment in payments.iter().filter(|payment| shows_paid(payment)) {
        let charged = ledger.iter().find(|charge| is_paid(charge) && is_of(charge, payment.id.as_str()));
        let amount = charged.and_then(|charge| charge["amount_paid"].as_i64());
        assert_eq!(amount, Some(payment.amount), "shown as paid, and is not: {payment:?}");
    }
}

/// Each refund is asked for once here, and each payment has one at most.
fn never_too_much(payments: &[Payment], refunds: &[Value]) {
    for payment in payments {
        let of_payment: Vec<&Value> =
            refunds.iter().filter(|refund| is_of(refund, payment.id.as_str())).collect();
        assert!(of_payment.len() <= 1, "given back twice: {refunds:?}");
        let amount: i64 = of_payment.iter().filter_map(|refund| refund["amount"].as_i64()).sum();
        assert!(amount <= payment.amount, "more given back than was taken: {refunds:?}");
        let done = payment.refunds.iter().filter(|refund| refund.state == RefundState::Done).count();
        assert!(done <= of_payment.len(), "shown as given back, and is not: {payment:?}");
    }
}

/// A refund in doubt, or one that nobody knows.
fn unsettled_refund(payments: &[Payment], refunds: &[Value]) -> Option<String> {
    let in_doubt = |payment: &&Payment| payment.refunds.iter().any(|refund| !refund.state.is_final());
    let returning = |payment: &&Payment| {
        matches!(payment.disposition, Some(Disposition::RefundDue | Disposition::Refunding))
    };
    let known = payments.iter().flat_map(|payment| &payment.refunds);
    let done = known.filter(|refund| refund.state == RefundState::Done).count();
    match payments.iter().find(|payment| in_doubt(payment) || returning(payment)) {
        Some(payment) => Some(format!("{payment:?}")),
        None => (done != refunds.len()).then(|| format!("{done} refunds are known of {refunds:?}")),
    }
}

/// What may be so for a while.
fn unsettled(payments: &[Payment], ledger: &[Value]) -> Option<String> {
    let is_open = |payment: &&Payment| !payment.state.is_final() || is_called_wrongly(payment);
    let open = payments.iter().find(is_open);
    let unknown = |charge: &&Value| {
        let mut of_charge = payments.iter().filter(|payment| is_of(charge, payment.id.as_str()));
        is_paid(charge) && !of_charge.any(knows_the_money)
    };
    match (open, ledger.iter().find(unknown)) {
        (Some(payment), _) => Some(format!("{payment:?}")),
        (None, Some(charge)) => Some(format!("nobody knows of {charge}")),
        (None, None) => None,
    }
}

/// A return that was lost twice is not tried again without a human, and a success after an unpaid end is decided by one.
fn is_called_wrongly(payment: &Payment) -> bool {
    let lost = payment.refunds.iter().filter(|refund| refund.state == RefundState::Absent);
    let is_lost = 1 < lost.count();
    let is_late = payment.state != PaymentState::Successful
        && payment.disposition == Some(Disposition::AwaitingDecision);
    match payment.review {
        None => false,
        Some(ReviewReason::RefundFailed) => !is_lost,
        Some(ReviewReason::PaidLate) => !is_late,
        Some(_) => true,
    }
}

fn shows_paid(payment: &Payment) -> bool {
    payment.state == PaymentState::Successful || payment.disposition == Some(Disposition::Accepted)
}

fn knows_the_money(payment: &Payment) -> bool {
    shows_paid(payment) || payment.disposition.is_some()
}

async fn payments(program: &Program, ids: &[PaymentId]) -> Vec<Payment> {
    let mut payments = Vec::new();
    for id in ids {
        payments.push(program.payment(id).await);
    }
    payments
}

fn integrity(program: &Program) -> String {
    program.database().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap()
}
