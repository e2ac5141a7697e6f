//! Reads fields of JSON that may lack them or hold another kind of value.

use scantill_types::Timestamp;
use serde_json::Value;

use super::Unreadable;

pub(super) fn object(body: &[u8], wanted: &'static str) -> Result<Value, Unreadable> {
    let value: Value = serde_json::from_slice(body).map_err(|_| Unreadable::NotAnObject)?;
    check_kind(&value, wanted)?;
    Ok(value)
}

pub(super) fn check_kind(value: &Value, wanted: &'static str) -> Result<(), Unreadable> {
    if !value.is_object() {
        return Err(Unreadable::NotAnObject);
    }
    match value.get("object").and_then(Value::as_str) {
        Some(found) if found == wanted => Ok(()),
        found => Err(Unreadable::OtherObject { wanted, found: found.unwrap_or_default().to_owned() }),
    }
}

pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

pub(super) fn boolean(value: &Value, name: &str) -> Option<bool> {
    value.get(name)?.as_bool()
}

pub(super) fn integer(value: &Value, name: &str) -> Option<i64> {
    value.get(name)?.as_i64()
}

/// A field that may be absent or null, but must have its kind if it is present.
pub(super) fn if_there<T>(
    value: &Value,
    name: &'static str,
    read: fn(&Value, &str) -> Option<T>,
) -> Result<Option<T>, Unreadable> {
    match value.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(_) => read(value, name).map(Some).ok_or(Unreadable::Field(name)),
    }
}

pub(super) fn moment(value: &Value, name: &str) -> Option<Timestamp> {
    Timestamp::parse(value.get(name)?.as_str()?)
}
