//! Ids: random ones, and some that a test can say again.

use scantill_types::{DeviceId, PaymentId};

/// Ten bytes that differ each time.
pub fn random() -> [u8; 10] {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

/// A payment's id that nobody has.
pub fn payment_id() -> PaymentId {
    PaymentId::generate(1, random())
}

/// A device's id that nobody has.
pub fn device_id() -> DeviceId {
    DeviceId::generate(1, random())
}

/// The id that stands for this name of at most seven letters: a UUID of version 7.
pub fn named(name: &str) -> String {
    let mut bytes = [0; 10];
    bytes[10 - name.len()..].copy_from_slice(name.as_bytes());
    PaymentId::generate(1, bytes).to_string()
}
