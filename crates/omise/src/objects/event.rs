//! Webhook events: hints that something is worth a read, and nothing more (P17).

use serde_json::Value;

use super::reading::{object, text};
use super::{Charge, Refund, Unreadable};

/// A webhook's event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id: the same event may come twice.
    pub id: String,
    /// `charge.create`, `charge.complete`, and the like.
    pub key: String,
    /// The charge it is about, if it is about a charge that can be read.
    pub charge: Option<Charge>,
    /// The refund it is about, if it is about a refund that can be read.
    pub refund: Option<Refund>,
}

impl Event {
    /// Reads an event.
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
