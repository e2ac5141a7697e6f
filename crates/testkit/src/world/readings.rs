//! What was read of the payments: none may be seen in another state once it was over.

use std::collections::HashMap;
use std::sync::Mutex;

use scantill_types::PaymentId;
use scantill_types::api::Payment;

/// Each payment as it was first read as over.
#[derive(Debug, Default)]
pub(super) struct Readings(Mutex<HashMap<PaymentId, Payment>>);

impl Readings {
    pub(super) fn note(&self, payment: &Payment) {
        let mut ended = self.0.lock().unwrap();
        match ended.get(&payment.id) {
            // Of two that read at once, one may note late what it had read before the end.
            Some(end) => assert!(
                payment.version < end.version || payment.state == end.state,
                "a state follows an end: {end:?}, then {payment:?}"
            ),
            None if payment.state.is_final() => {
                ended.insert(payment.id.clone(), payment.clone());
            }
            None => {}
        }
    }
}
