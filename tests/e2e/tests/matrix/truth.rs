//! What the proxy knows of a payment, and how a till has to show it.

use serde_json::Value;

/// Whether a payment must be seen until somebody has dealt with it.
pub(crate) fn needs_sight(payment: &Value) -> bool {
    let is_final =
        ["successful", "failed", "expired", "cancelled"].iter().any(|state| payment["state"] == *state);
    let waits =
        ["awaiting_decision", "in_review"].iter().any(|disposition| payment["disposition"] == *disposition);
    payment["resolution"].is_null() && (!is_final || waits || !payment["review"].is_null())
}

/// The screens that tell the truth of it.
pub(crate) fn screens(payment: &Value) -> &'static [&'static str] {
    let is = |field: &str, word: &str| payment[field] == word;
    if ["mismatch", "unexpected_status"].iter().any(|reason| is("review", reason)) {
        return &["supervisor", "unknown"];
    }
    match payment["disposition"].as_str() {
        Some(_) if is_given_back(payment) => return &["given_back"],
        Some("accepted") => return &["paid"],
        Some("awaiting_decision") => return &["decide"],
        Some("in_review") => return &["supervisor"],
        Some(_) => return &["given_back"],
        None => {}
    }
    match payment["state"].as_str().unwrap_or_default() {
        "sending" => &["sending"],
        "unknown" => &["unknown"],
        "pending" if payment["cancel_request"].is_null() => &["pending"],
        "pending" | "cancelling" => &["cancelling"],
        "cancelled" => &["cancelled"],
        "failed" | "expired" => &["failed"],
        _ => &[],
    }
}

fn is_given_back(payment: &Value) -> bool {
    let charge = &payment["charge"];
    charge["voided"] == true || charge["refunded_amount"].as_i64().is_some_and(|amount| 0 < amount)
}

/// What a failed cell tells of a payment.
pub(crate) fn told(payment: &Value) -> String {
    let fields = ["state", "disposition", "review", "cancel_request", "holder"];
    let told = fields.iter().filter(|field| !payment[**field].is_null());
    told.map(|field| format!("{field} {}", payment[*field])).collect::<Vec<_>>().join(", ")
}
