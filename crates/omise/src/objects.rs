//! Omise's objects, read leniently in every version: only the fields that decide about money are required.

mod charge;
mod event;
mod glance;
mod reading;
mod refund;

pub use charge::{Charge, ChargeList, SourceObject};
pub use event::Event;
pub use glance::Glance;
pub use refund::{Refund, RefundList};

use serde_json::Value;

use reading::{boolean, text};

/// Why an object cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not JSON, or not a JSON object.
    #[error("this is not a JSON object")]
    NotAnObject,
    /// Another kind of object than expected.
    #[error("this is a {found:?}, not a {wanted}")]
    OtherObject {
        /// The expected kind.
        wanted: &'static str,
        /// The value of `object`.
        found: String,
    },
    /// A field that decides money is missing or of the wrong kind.
    #[error("the field {0:?} is missing or of the wrong kind")]
    Field(&'static str),
}

/// The answer to `GET /account`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The account's id. Payments belong to it (P1).
    pub id: String,
    /// Whether real money moves.
    pub livemode: bool,
}

impl Account {
    /// Parses the body of an account.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let value = reading::object(body, "account")?;
        let id = text(&value, "id").ok_or(Unreadable::Field("id"))?;
        let livemode = boolean(&value, "livemode").ok_or(Unreadable::Field("livemode"))?;
        Ok(Self { id, livemode })
    }
}

/// The answer to `GET /capability`: the payment methods and limits of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// The smallest and the largest amount of a charge in minor units, if Omise gives them.
    pub charge_amount: Option<(i64, i64)>,
    /// The names of the payment methods.
    pub methods: Vec<String>,
}

impl Capability {
    /// Parses the body of a capability.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let value = reading::object(body, "capability")?;
        let limits = value.pointer("/limits/charge_amount");
        let bound = |name| limits.and_then(|limits| reading::integer(limits, name));
        let charge_amount = bound("min").zip(bound("max"));
        let listed = value.get("payment_methods").and_then(Value::as_array);
        let methods = listed.into_iter().flatten().filter_map(|method| text(method, "name")).collect();
        Ok(Self { charge_amount, methods })
    }
}

/// Omise's error object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorObject {
    /// The stable code.
    pub code: String,
}

impl ErrorObject {
    /// Parses an error; `None` if the body is anything else.
    pub fn read(body: &[u8]) -> Option<Self> {
        let value = reading::object(body, "error").ok()?;
        text(&value, "code").map(|code| Self { code })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_needs_its_mode() {
        assert!(Account::read(br#"{"object":"account","id":"account_1","livemode":false}"#).is_ok());
        let silent = Account::read(br#"{"object":"account","id":"account_1"}"#);
        assert_eq!(silent, Err(Unreadable::Field("livemode")));
    }

    #[test]
    fn a_capability_may_be_silent_about_limits() {
        let capability =
            Capability::read(br#"{"object":"capability","payment_methods":[{"name":"alipayplus_upm"},3]}"#);
        let expected = Capability { charge_amount: None, methods: vec!["alipayplus_upm".into()] };
        assert_eq!(capability, Ok(expected));
    }
}
