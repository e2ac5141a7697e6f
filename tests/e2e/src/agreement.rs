//! Whether what the proxy wrote down is what happened to the money.

use serde_json::Value;

/// How many charges of the ledger were paid.
pub(crate) fn count_paid(ledger: &[Value]) -> usize {
    ledger.iter().filter(|charge| charge["status"] == "successful").count()
}

/// Whether each charge is one payment of the books, of the same amount, and paid in both or in neither; and no
/// payment is paid without a charge.
pub(crate) fn is_booked(ledger: &[Value], books: &[Value]) -> bool {
    let is_paid = |line: &Value| line["status"] == "successful" || line["state"] == "successful";
    let paid_in_books = books.iter().filter(|payment| is_paid(payment)).count();
    paid_in_books == count_paid(ledger)
        && ledger.iter().all(|charge| {
            let mut of_charge =
                books.iter().filter(|payment| payment["id"] == charge["metadata"]["payment_id"]);
            let payment = of_charge.next();
            payment.is_some_and(|payment| {
                is_paid(payment) == is_paid(charge)
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
        assert!(is_booked(&[charge("successful")], &[payment("successful", 2225)]));
        assert!(is_booked(&[charge("expired")], &[payment("cancelled", 2225)]));
        assert!(!is_booked(&[charge("successful")], &[payment("failed", 2225)]));
        assert!(!is_booked(&[charge("failed")], &[payment("successful", 2225)]));
    }

    #[test]
    fn a_charge_or_a_paid_payment_without_the_other_disagrees() {
        assert!(!is_booked(&[charge("failed")], &[]));
        assert!(!is_booked(&[], &[payment("successful", 2225)]));
        assert!(is_booked(&[], &[payment("unknown", 2225)]));
    }

    #[test]
    fn another_amount_does_not_agree() {
        assert!(!is_booked(&[charge("successful")], &[payment("successful", 2224)]));
    }

    #[test]
    fn one_payment_with_two_paid_charges_does_not_agree() {
        let twice = [charge("successful"), charge("successful")];
        assert!(!is_booked(&twice, &[payment("successful", 2225)]));
    }
}
