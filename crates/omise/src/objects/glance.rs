//! A summary of any object in any version, for an operator. No value in it is guessed.

use serde_json::Value;

use super::reading::{boolean, integer, text};
use super::{Charge, Unreadable};

/// The byte order mark that some editors write before a file.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The summary of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// The kind of object.
    pub object: String,
    /// Omise's id, unless this kind has none.
    pub id: Option<String>,
    /// The status as Omise writes it; for a source, its charge's status.
    pub status: Option<String>,
    /// Minor units.
    pub amount: Option<i64>,
    /// The currency as Omise writes it, in either case.
    pub currency: Option<String>,
    /// The failure code, or the code of an error.
    pub failure_code: Option<String>,
    /// Whether real money moves; `None` for older refunds, which do not say.
    pub livemode: Option<bool>,
    /// The key of an event.
    pub key: Option<String>,
    /// The object of an event.
    pub data: Option<Box<Glance>>,
}

impl Glance {
    /// Parses any object. The fields that decide about money are required in a charge, a refund and an event.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        let value: Value = serde_json::from_slice(body).map_err(|_| Unreadable::NotAnObject)?;
        Self::of(&value)
    }

    fn of(value: &Value) -> Result<Self, Unreadable> {
        if !value.is_object() {
            return Err(Unreadable::NotAnObject);
        }
        let object = text(value, "object").ok_or(Unreadable::Field("object"))?;
        let glance = Self::leniently(value, object);
        match glance.object.as_str() {
            "charge" => Charge::from_value(value).map(|_| glance),
            "refund" => glance.with_money(),
            "event" => glance.with_data(value),
            _ => Ok(glance),
        }
    }

    fn leniently(value: &Value, object: String) -> Self {
        let (status, code) = match object.as_str() {
            "source" => ("charge_status", "failure_code"),
            "error" => ("status", "code"),
            _ => ("status", "failure_code"),
        };
        Self {
            object,
            id: text(value, "id"),
            status: text(value, status),
            amount: integer(value, "amount"),
            currency: text(value, "currency"),
            failure_code: text(value, code),
            livemode: boolean(value, "livemode"),
            key: None,
            data: None,
        }
    }

    fn with_money(self) -> Result<Self, Unreadable> {
        let missing = [
            ("id", self.id.is_none()),
            ("amount", self.amount.is_none()),
            ("currency", self.currency.is_none()),
        ];
        match missing.into_iter().find(|(_, missing)| *missing) {
            Some((field, _)) => Err(Unreadable::Field(field)),
            None => Ok(self),
        }
    }

    fn with_data(self, value: &Value) -> Result<Self, Unreadable> {
        if self.id.is_none() {
            return Err(Unreadable::Field("id"));
        }
        let key = text(value, "key").ok_or(Unreadable::Field("key"))?;
        let data = Self::of(value.get("data").ok_or(Unreadable::Field("data"))?)?;
        Ok(Self { key: Some(key), data: Some(Box::new(data)), ..self })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EVENT: &str = r#"{"object":"event","id":"evnt_1","key":"charge.complete","livemode":false,"data":{"object":"charge",
        "id":"chrg_test_1","livemode":false,"amount":2225,"currency":"thb","status":"on_the_moon","card":[],"refunds":[]}}"#;

    #[test]
    fn an_event_shows_what_it_is_about_and_no_status_is_guessed() {
        let event = Glance::read(EVENT.as_bytes()).unwrap();
        assert_eq!((event.key.as_deref(), event.status), (Some("charge.complete"), None));
        assert_eq!(event.data.unwrap().status.as_deref(), Some("on_the_moon"));
    }

    #[test]
    fn what_decides_money_must_be_there() {
        let refused = |body: &str| Glance::read(body.as_bytes()).unwrap_err();
        assert_eq!(refused("[]"), Unreadable::NotAnObject);
        assert_eq!(refused("{}"), Unreadable::Field("object"));
        assert_eq!(refused(r#"{"object":"refund","id":"rfnd_1","amount":1}"#), Unreadable::Field("currency"));
        assert_eq!(refused(&EVENT.replace(r#""status":"on_the_moon","#, "")), Unreadable::Field("status"));
        assert_eq!(refused(r#"{"object":"event","id":"e","key":"k"}"#), Unreadable::Field("data"));
    }

    #[test]
    fn an_unknown_kind_shows_what_it_has() {
        let glance = Glance::read(b"\xef\xbb\xbf{\"object\":\"rocket\",\"amount\":\"5\"}").unwrap();
        assert_eq!((glance.object.as_str(), glance.id, glance.amount), ("rocket", None, None));
    }

    proptest! {
        #[test]
        fn no_change_of_some_bytes_panics(changes in prop::collection::vec((0..EVENT.len(), any::<u8>()), 1..6)) {
            let mut body = EVENT.as_bytes().to_vec();
            for (at, byte) in changes {
                body[at] = byte;
            }
            let _ = Glance::read(&body);
        }
    }
}
