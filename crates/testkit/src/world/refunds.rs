//! Supervisors, and refunds that they approve.

use scantill_proxy::approval::pin_hash;
use scantill_proxy::clock::SystemEntropy;
use scantill_proxy::storage::{AccountDb, SqliteStorage, Supervisor};
use scantill_types::api::{Payment, Pin, Problem, Refund};
use scantill_types::{PaymentId, StoreId, Timestamp};
use serde_json::{Value, json};

use super::{Settings, World, named, read};

/// The supervisor whom most tests need.
pub const SUPERVISOR: &str = "Mali";
/// The supervisor's PIN.
pub const PIN: &str = "2580";

/// With what the supervisor approves.
pub fn approval() -> Value {
    json!({"supervisor": SUPERVISOR, "pin": PIN})
}

/// What a till sends for a refund that the supervisor approves.
pub fn refund_body(amount: i64, refunded_before: i64) -> Value {
    json!({"amount": amount, "currency": "THB", "refunded_before": refunded_before, "approval": approval()})
}

/// The payment's refund of this short name.
pub fn refund_of<'a>(payment: &'a Payment, name: &str) -> &'a Refund {
    let id = named(name);
    let is_it = |refund: &&Refund| refund.id.as_ref().is_some_and(|known| known.as_str() == id);
    payment.refunds.iter().find(is_it).unwrap()
}

impl World {
    /// A world with the supervisor and one payment that was paid and accepted.
    pub async fn with_paid_payment(settings: Settings) -> (Self, PaymentId) {
        let world = Self::start_with(settings).await;
        let id = world.paid_beside_supervisor().await;
        (world, id)
    }

    /// Lets the store have the supervisor, and takes a payment that is paid and accepted.
    pub async fn paid_beside_supervisor(&self) -> PaymentId {
        self.supervisor(SUPERVISOR, PIN).await;
        self.paid().await
    }

    /// Lets the store have a supervisor, as the command line does.
    pub async fn supervisor(&self, name: &str, pin: &str) {
        let storage = SqliteStorage::open(&self.folder.path().join("data"), &SystemEntropy).unwrap();
        let supervisor = Supervisor {
            account: "demo".to_owned(),
            store_id: StoreId::parse("store_1").unwrap(),
            name: name.to_owned(),
            pin_hash: pin_hash(&Pin::new(pin), &SystemEntropy).unwrap(),
        };
        storage.add_supervisor(supervisor, Timestamp(0)).await.unwrap();
    }

    /// Asks for a refund of this short name.
    pub async fn refund(&self, id: &PaymentId, refund: &str, body: &Value) -> Result<Payment, Problem> {
        read(self.call("PUT", &format!("/v1/payments/{id}/refunds/{}", named(refund))).json(body)).await
    }

    /// Refunds past the proxy, as somebody in the provider's dashboard does.
    pub async fn refund_in_the_dashboard(&self, charge: &str, amount: i64) {
        self.control.refund_in_the_dashboard(charge, amount).await.unwrap();
    }
}
