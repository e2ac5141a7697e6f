//! Facts of the keys of stored attempts: none may be missing, and none may be unknown.

use serde_json::{Map, Value, json};

use super::super::*;
use super::samples::samples;

/// The fields of an object somewhere in a stored attempt.
type Fields<'a> = &'a mut Map<String, Value>;

/// Objects within a value, with the value itself.
fn objects(value: &Value) -> Vec<String> {
    fn within(value: &Value, place: &str, found: &mut Vec<String>) {
        let parts: Vec<(String, &Value)> = match value {
            Value::Object(fields) => {
                found.push(place.to_owned());
                fields.iter().map(|(key, part)| (key.clone(), part)).collect()
            }
            Value::Array(parts) => {
                parts.iter().enumerate().map(|(index, part)| (index.to_string(), part)).collect()
            }
            _ => Vec::new(),
        };
        for (key, part) in parts {
            within(part, &format!("{place}/{key}"), found);
        }
    }
    let mut found = Vec::new();
    within(value, "", &mut found);
    found
}

fn is_read(stored: &Value, place: &str, change: impl FnOnce(Fields<'_>)) -> bool {
    let mut changed = stored.clone();
    change(changed.pointer_mut(place).unwrap().as_object_mut().unwrap());
    PaymentAttempt::from_stored(order(), &changed.to_string()).is_ok()
}

fn stored_samples() -> impl Iterator<Item = (&'static str, Value)> {
    let stored = |attempt: PaymentAttempt| serde_json::from_str(&attempt.to_stored().unwrap()).unwrap();
    samples().into_iter().map(move |(name, attempt)| (name, stored(attempt)))
}

#[test]
fn each_key_that_is_missing_is_an_error() {
    let mut removed = 0;
    for (name, stored) in stored_samples() {
        for place in objects(&stored) {
            for key in stored.pointer(&place).unwrap().as_object().unwrap().keys() {
                let is_read = is_read(&stored, &place, |fields| _ = fields.remove(key));
                assert!(!is_read, "{name} is read without {place}/{key}");
                removed += 1;
            }
        }
    }
    assert!(1_000 < removed, "{removed}");
}

#[test]
fn each_key_that_is_unknown_is_an_error() {
    for (name, stored) in stored_samples() {
        for place in objects(&stored) {
            // Serde reads a state without fields whatever stands beside its name.
            let is_bare = place == "/state" && stored["state"].as_object().unwrap().len() == 1;
            let is_read = is_read(&stored, &place, |fields| _ = fields.insert("new".into(), json!(0)));
            assert!(!is_read || is_bare, "{name} is read with {place}/new");
        }
    }
}
