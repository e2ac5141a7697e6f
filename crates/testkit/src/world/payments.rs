//! Payments as a till takes and reads them.

use scantill_types::api::{Disposition, Payment, PaymentState, Problem, ReviewList};
use scantill_types::{ChargeId, PaymentId};
use serde_json::{Value, json};

use super::{World, body, magic, payment_id, read};
use crate::{LOOK_AGAIN, PATIENCE, until_ok};

impl World {
    /// Sends a payment.
    pub async fn put(&self, id: &PaymentId, body: &Value) -> Result<Payment, Problem> {
        read(self.call("PUT", &format!("/v1/payments/{id}")).json(body)).await
    }

    /// Takes a payment on and gives back its id.
    pub async fn pay(&self, code: &str) -> PaymentId {
        let id = payment_id();
        self.put(&id, &body(code)).await.unwrap();
        id
    }

    /// The payment as the proxy shows it now.
    pub async fn payment(&self, id: &PaymentId) -> Payment {
        let payment = read(self.call("GET", &format!("/v1/payments/{id}"))).await.unwrap();
        self.readings.note(&payment);
        payment
    }

    /// The cashier cancels.
    pub async fn cancel(&self, id: &PaymentId) -> Result<Payment, Problem> {
        let body = json!({"sale_id": "sale-x", "amount": 2225, "currency": "THB", "by": "cashier"});
        read(self.call("POST", &format!("/v1/payments/{id}/cancel")).json(&body)).await
    }

    /// A payment with this outcome of the sandbox, once its charge waits for the payer.
    pub async fn pending(&self, outcome: &str) -> PaymentId {
        self.pending_charge(outcome).await.0
    }

    /// The same with its charge.
    pub async fn pending_charge(&self, outcome: &str) -> (PaymentId, ChargeId) {
        let id = self.pay(&magic(outcome)).await;
        let charge = self.reaches(&id, PaymentState::Pending).await.charge.unwrap().id;
        (id, charge)
    }

    /// The charge of a payment that has one.
    pub async fn charge_of(&self, id: &PaymentId) -> ChargeId {
        self.payment(id).await.charge.unwrap().id
    }

    /// A payment that was paid and accepted.
    pub async fn paid(&self) -> PaymentId {
        let id = self.pay(&magic("00")).await;
        self.until(&id, |payment| payment.disposition == Some(Disposition::Accepted)).await;
        id
    }

    /// A payment that was paid although it was cancelled.
    pub async fn awaiting_decision(&self) -> PaymentId {
        let id = self.pay(&magic("41")).await;
        self.reaches(&id, PaymentState::Pending).await;
        self.cancel(&id).await.unwrap();
        self.until(&id, |payment| payment.disposition == Some(Disposition::AwaitingDecision)).await;
        id
    }

    /// Decides what becomes of the money.
    pub async fn decide(&self, id: &PaymentId, body: &Value) -> Result<Payment, Problem> {
        read(self.call("POST", &format!("/v1/payments/{id}/disposition")).json(body)).await
    }

    /// What needs review.
    pub async fn reviews(&self) -> ReviewList {
        read(self.call("GET", "/v1/reviews")).await.unwrap()
    }

    /// Waits until the payment is in this state.
    pub async fn reaches(&self, id: &PaymentId, state: PaymentState) -> Payment {
        self.until(id, |payment| payment.state == state).await
    }

    /// Waits until the payment is as wanted.
    pub async fn until(&self, id: &PaymentId, wanted: impl Fn(&Payment) -> bool) -> Payment {
        let look = async || {
            let payment = self.payment(id).await;
            if wanted(&payment) { Ok(payment) } else { Err(payment) }
        };
        let seen = until_ok(PATIENCE, LOOK_AGAIN, look).await;
        seen.unwrap_or_else(|last| panic!("the payment stays {last:?}"))
    }
}
