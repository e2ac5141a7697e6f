//! Ids that a test can say again: a short name as a UUID of version 7.

use scantill_types::PaymentId;

/// The id that stands for this name of at most seven letters.
pub(crate) fn named(name: &str) -> String {
    let mut bytes = [0; 10];
    bytes[10 - name.len()..].copy_from_slice(name.as_bytes());
    PaymentId::generate(1, bytes).to_string()
}
