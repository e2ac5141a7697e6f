//! Webhook events: hints that something is worth a read, and nothing more (P17).

use serde_json::Value;

use super::reading::{object, text};
use super::{Charge, Unreadable};

/// A webhook's event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id: the same event may come twice.
    pub id: String,
    /// `charge.create`, `charge.complete`, and the like.
    pub key: String,
    /// The charge it is about, if it is about a charge that can be read.
    pub charge: Option<Charge>,
}

impl Event {
    /// Reads an event.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let value = object(body, "event")?;
        let id = text(&value, "id").ok_or(Unreadable::Field("id"))?;
        let key = text(&value, "key").ok_or(Unreadable::Field("key"))?;
        let charge = value.get("data").and_then(|data: &Value| Charge::from_value(data).ok());
        Ok(Self { id, key, charge })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_about_something_else_has_no_charge() {
        let event = Event::read(
            br#"{"object":"event","id":"evnt_1","key":"refund.create","data":{"object":"refund"}}"#,
        );
        assert_eq!(event, Ok(Event { id: "evnt_1".into(), key: "refund.create".into(), charge: None }));
    }
}
