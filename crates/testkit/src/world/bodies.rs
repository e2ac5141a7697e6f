//! What a till sends.

use scantill_types::SaleId;
use serde_json::{Value, json};

use super::random;

/// The body of a PUT for ฿22.25 in a sale of its own.
pub fn body(code: &str) -> Value {
    let sale = SaleId::generate(1, random());
    json!({"sale_id": sale, "amount": 2225, "currency": "THB", "code": code, "scanned_ago_ms": 120})
}

/// The same body with another value.
pub fn with(body: &Value, name: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[name] = value;
    body
}
