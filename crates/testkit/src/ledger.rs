//! The sandbox's ledger held against what the proxy wrote down: whether that is what happened to the money.

use serde_json::Value;

/// Whether a charge of the ledger was paid.
pub fn is_paid(charge: &Value) -> bool {
    charge["status"] == "successful"
}

/// Whether a charge or refund of the ledger belongs to this payment.
pub fn is_of(line: &Value, payment_id: &str) -> bool {
    line["metadata"]["payment_id"] == payment_id
}

/// How many charges of the ledger were paid.
pub fn count_paid(ledger: &[Value]) -> usize {
    ledger.iter().filter(|charge| is_paid(charge)).count()
}

/// Whether each charge is one of these payments, of the same amount, and paid in both or in neither; and no
/// payment is paid without a charge.
pub fn is_recorded(ledger: &[Value], payments: &[Value]) -> bool {
    let shows_paid = |payment: &Value| payment["state"] == "successful";
    let paid_in_storage = payments.iter().filter(|payment| shows_paid(payment)).count();
    paid_in_storage == count_paid(ledger)
        && ledger.iter().all(|charge| {
            let mut payments = payments.iter();
            let payment = payments.find(|payment| payment["id"].as_str().is_some_and(|id| is_of(charge, id)));
            payment.is_some_and(|payment| {
                shows_paid(payment) == is_paid(charge)
                    && payment["amount"] == charge["amount"]
                    && payment["charge"]["id"] == charge["id"]
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn charge(status: &str) -> Value {
        json!({ "id": "chrg_1", "status": status, "amount": 2225, "metadata": { "payment_id": "p1" } })
    }

    fn payment(state: &str, amount: i64) -> Value {
        json!({ "id": "p1", "state": state, "amount": amount, "charge": { "id": "chrg_1" } })
    }

    #[test]
    fn a_charge_and_its_payment_agree_where_both_are_paid_or_neither() {
        assert!(is_recorded(&[charge("successful")], &[payment("successful", 2225)]));
        assert!(is_recorded(&[charge("expired")], &[payment("cancelled", 2225)]));
        assert!(!is_recorded(&[charge("successful")], &[payment("failed", 2225)]));
        assert!(!is_recorded(&[charge("failed")], &[payment("successful", 2225)]));
    }

    #[test]
    fn a_charge_or_a_paid_payment_without_the_other_disagrees() {
        assert!(!is_recorded(&[charge("failed")], &[]));
        assert!(!is_recorded(&[], &[payment("successful", 2225)]));
        assert!(is_recorded(&[], &[payment("unknown", 2225)]));
    }

    #[test]
    fn another_amount_does_not_agree() {
        assert!(!is_recorded(&[charge("successful")], &[payment("successful", 2224)]));
    }

    #[test]
    fn one_payment_with_two_paid_charges_does_not_agree() {
        let twice = [charge("successful"), charge("successful")];
        assert!(!is_recorded(&twice, &[payment("successful", 2225)]));
    }
}
