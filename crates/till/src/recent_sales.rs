//! The last sales of a terminal, as the till shows them beside the keypad: no more than a customer may read who
//! stands beside it.

use scantill_types::api::{Disposition, PaymentState};
use scantill_types::{Currency, Money, SaleId, TerminalId, Timestamp};
use serde::Deserialize;

/// So many are shown.
pub const SHOWN: usize = 3;

/// A payment of the list, as far as a sale shows of it.
#[derive(Clone, Debug, Deserialize)]
pub struct RecentPayment {
    sale_id: SaleId,
    state: PaymentState,
    #[serde(default)]
    disposition: Option<Disposition>,
    amount: i64,
    currency: Currency,
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    charge: Option<RecentCharge>,
    /// The terminal that took it.
    pub terminal_id: TerminalId,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Its charge.
#[derive(Clone, Debug, Deserialize)]
struct RecentCharge {
    refunded_amount: i64,
    voided: bool,
    #[serde(default)]
    paid_at: Option<Timestamp>,
}

/// What became of a sale. An earlier one outweighs a later one: a sale with a payment in doubt is in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SaleOutcome {
    /// Nobody knows yet, or a person must decide.
    InDoubt,
    Paid,
    RefundedInPart,
    /// The refund is on its way.
    Refunding,
    Refunded,
    NotPaid,
}

/// A sale of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentSale {
    pub outcome: SaleOutcome,
    pub amount: Money,
    pub reference: Option<String>,
    /// When it was paid; otherwise when it ended; otherwise when it began.
    pub at: Timestamp,
}

/// The newest sales, from payments whose newest comes first.
pub fn recent_sales(payments: &[RecentPayment]) -> Vec<RecentSale> {
    let mut sales: Vec<(&SaleId, RecentSale)> = Vec::new();
    for payment in payments {
        let sale = payment.as_sale();
        match sales.iter_mut().find(|(id, _)| **id == payment.sale_id) {
            Some((_, known)) if sale.outcome < known.outcome => *known = sale,
            Some(_) => {}
            None => sales.push((&payment.sale_id, sale)),
        }
    }
    sales.into_iter().take(SHOWN).map(|(_, sale)| sale).collect()
}

impl RecentPayment {
    fn as_sale(&self) -> RecentSale {
        let paid_at = self.charge.as_ref().and_then(|charge| charge.paid_at);
        let ended_at = if self.state.is_final() { self.updated_at } else { self.created_at };
        RecentSale {
            outcome: self.outcome(),
            amount: Money::new(self.amount, self.currency),
            reference: self.reference.clone(),
            at: paid_at.unwrap_or(ended_at),
        }
    }

    fn outcome(&self) -> SaleOutcome {
        match (self.state, self.disposition) {
            (PaymentState::Successful, None | Some(Disposition::Accepted)) => self.kept(),
            (_, Some(Disposition::RefundDue | Disposition::Refunding)) => SaleOutcome::Refunding,
            (_, Some(Disposition::Refunded)) => SaleOutcome::Refunded,
            (_, Some(Disposition::AwaitingDecision | Disposition::InReview))
            | (
                PaymentState::Sending
                | PaymentState::Unknown
                | PaymentState::Pending
                | PaymentState::Cancelling,
                _,
            ) => SaleOutcome::InDoubt,
            (PaymentState::Failed | PaymentState::Expired | PaymentState::Cancelled, _) => {
                SaleOutcome::NotPaid
            }
        }
    }

    /// Of kept money some may have been refunded later.
    fn kept(&self) -> SaleOutcome {
        match &self.charge {
            Some(charge) if charge.voided || self.amount <= charge.refunded_amount => SaleOutcome::Refunded,
            Some(charge) if 0 < charge.refunded_amount => SaleOutcome::RefundedInPart,
            _ => SaleOutcome::Paid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn payment(sale: &str, state: &str, more: &Value) -> RecentPayment {
        let mut payment = json!({
            "id": "p-1", "sale_id": sale, "version": 1, "state": state, "amount": 2225, "currency": "THB",
            "reference": format!("inv-{sale}"), "code_masked": "28 ····· 4394", "terminal_id": "POS-01",
            "holder": "left", "created_at": "2026-11-20T07:05:31Z", "updated_at": "2026-11-20T07:05:40Z",
        });
        payment.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(payment).unwrap()
    }

    fn charge(refunded: i64) -> Value {
        json!({ "id": "chrg_1", "status": "successful", "refunded_amount": refunded, "voided": false,
            "disputed": false, "paid_at": "2026-11-20T07:05:35Z" })
    }

    fn outcome(state: &str, more: &Value) -> SaleOutcome {
        recent_sales(&[payment("1", state, more)])[0].outcome
    }

    #[test]
    fn each_payment_has_one_outcome() {
        for open in ["sending", "unknown", "pending", "cancelling"] {
            assert_eq!(outcome(open, &json!({})), SaleOutcome::InDoubt, "{open}");
        }
        for unpaid in ["failed", "expired", "cancelled"] {
            assert_eq!(outcome(unpaid, &json!({})), SaleOutcome::NotPaid, "{unpaid}");
        }
        let kept = |refunded| {
            outcome("successful", &json!({ "disposition": "accepted", "charge": charge(refunded) }))
        };
        assert_eq!(
            [kept(0), kept(100), kept(2225)],
            [SaleOutcome::Paid, SaleOutcome::RefundedInPart, SaleOutcome::Refunded]
        );
    }

    #[test]
    fn money_that_awaits_a_decision_is_not_paid_yet() {
        for asked in ["awaiting_decision", "in_review"] {
            assert_eq!(outcome("successful", &json!({ "disposition": asked })), SaleOutcome::InDoubt);
        }
        assert_eq!(outcome("successful", &json!({ "disposition": "refund_due" })), SaleOutcome::Refunding);
        assert_eq!(outcome("successful", &json!({ "disposition": "refunded" })), SaleOutcome::Refunded);
    }

    #[test]
    fn a_sale_is_one_line_however_often_it_was_tried() {
        let paid = payment("1", "successful", &json!({ "disposition": "accepted", "charge": charge(0) }));
        let tries = [
            payment("2", "pending", &json!({})),
            payment("2", "failed", &json!({})),
            paid.clone(),
            payment("1", "failed", &json!({})),
        ];
        let sales = recent_sales(&tries);
        let told: Vec<_> = sales.iter().map(|sale| (sale.outcome, sale.reference.as_deref())).collect();
        assert_eq!(told, [(SaleOutcome::InDoubt, Some("inv-2")), (SaleOutcome::Paid, Some("inv-1"))]);
        let later_refused = [payment("1", "failed", &json!({})), paid];
        assert_eq!(recent_sales(&later_refused)[0].outcome, SaleOutcome::Paid);
    }

    #[test]
    fn three_sales_are_shown_each_with_the_time_of_its_payment() {
        let paid = json!({ "disposition": "accepted", "charge": charge(0) });
        let payments: Vec<_> = ["5", "4", "3", "2"].map(|sale| payment(sale, "successful", &paid)).into();
        let sales = recent_sales(&payments);
        assert_eq!(sales.len(), SHOWN);
        assert_eq!(Some(sales[0].at), Timestamp::parse("2026-11-20T07:05:35Z"));
    }
}
