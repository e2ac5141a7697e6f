//! Webhook events: only a reason to read (P17).

use serde_json::Value;

use super::reading::{object, text};
use super::{Charge, Refund, Unreadable};

/// A webhook's event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Omise's id of the event. The same event may arrive twice.
    pub id: String,
    /// The kind of event, such as `charge.create` or `charge.complete`.
    pub key: String,
    /// The charge of the event, if it has a readable one.
    pub charge: Option<Charge>,
    /// The refund of the event, if it has a readable one.
    pub refund: Option<Refund>,
}

impl Event {
    /// Parses an event.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let value = object(body, "event")?;
        let id = text(&value, "id").ok_or(Unreadable::Field("id"))?;
        let key = text(&value, "key").ok_or(Unreadable::Field("key"))?;
        let data = value.get("data").unwrap_or(&Value::Null);
        let (charge, refund) = (Charge::from_value(data).ok(), Refund::from_value(data).ok());
        Ok(Self { id, key, charge, refund })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_about_something_else_has_neither_charge_nor_refund() {
        let event = Event::read(
            br#"{"object":"event","id":"evnt_1","key":"transfer.create","data":{"object":"transfer"}}"#,
        );
        let expected =
            Event { id: "evnt_1".into(), key: "transfer.create".into(), charge: None, refund: None };
        assert_eq!(event, Ok(expected));
    }
}
