//! Refunds, and lists of refunds.

use scantill_types::ChargeId;
use serde_json::Value;

use super::Unreadable;
use super::reading::{boolean, check_kind, integer, object, text};

/// A refund, in any version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Omise's id of the refund.
    pub id: String,
    /// The refunded charge.
    pub charge: ChargeId,
    /// Minor units.
    pub amount: i64,
    /// The currency as Omise writes it, in either case.
    pub currency: String,
    /// Whether it was a void before settlement.
    pub voided: bool,
    /// Whether real money moves; `None` before version 2019, which does not say.
    pub livemode: Option<bool>,
    /// The metadata, written by us or by others.
    pub metadata: serde_json::Map<String, Value>,
}

impl Refund {
    /// Parses a refund from a body.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        Self::from_value(&object(body, "refund")?)
    }

    /// Parses a refund inside a larger object.
    pub fn from_value(value: &Value) -> Result<Self, Unreadable> {
        check_kind(value, "refund")?;
        // An expanded refund contains its whole charge.
        let charge = value.get("charge");
        let charge =
            charge.and_then(|charge| charge.as_str().map(str::to_owned).or_else(|| text(charge, "id")));
        let charge = charge.and_then(|id| ChargeId::parse(&id).ok());
        Ok(Self {
            id: text(value, "id").ok_or(Unreadable::Field("id"))?,
            charge: charge.ok_or(Unreadable::Field("charge"))?,
            amount: integer(value, "amount").ok_or(Unreadable::Field("amount"))?,
            currency: text(value, "currency").ok_or(Unreadable::Field("currency"))?,
            voided: boolean(value, "voided").unwrap_or(false),
            livemode: boolean(value, "livemode"),
            metadata: value.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default(),
        })
    }

    /// A text of the metadata.
    pub fn metadata_text(&self, name: &str) -> Option<&str> {
        self.metadata.get(name)?.as_str()
    }
}

/// A page of refunds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundList {
    /// The readable refunds.
    pub refunds: Vec<Refund>,
    /// How many refunds the whole list has.
    pub total: u64,
    /// How many refunds of this page are unreadable: such a page proves nothing.
    pub unreadable: usize,
}

impl RefundList {
    /// Parses a list.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        Self::from_value(&object(body, "list")?)
    }

    /// Parses a list inside a larger object.
    pub fn from_value(value: &Value) -> Result<Self, Unreadable> {
        check_kind(value, "list")?;
        let data = value.get("data").and_then(Value::as_array).ok_or(Unreadable::Field("data"))?;
        let total = value.get("total").and_then(Value::as_u64).ok_or(Unreadable::Field("total"))?;
        let refunds: Vec<Refund> = data.iter().filter_map(|value| Refund::from_value(value).ok()).collect();
        let unreadable = data.len() - refunds.len();
        Ok(Self { refunds, total, unreadable })
    }

    /// Whether every refund of the list was read.
    pub fn is_whole(&self) -> bool {
        self.unreadable == 0 && self.refunds.len() as u64 == self.total
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REFUND: &str = r#"{"object":"refund","id":"rfnd_1","livemode":false,"amount":100,"currency":"THB",
        "voided":false,"charge":"chrg_1","metadata":{"refund_id":"r-1"},"status":"closed"}"#;

    #[test]
    fn a_refund_is_read_in_both_versions_and_with_its_charge_expanded() {
        let refund = Refund::read(REFUND.as_bytes()).unwrap();
        assert_eq!((refund.amount, refund.metadata_text("refund_id")), (100, Some("r-1")));
        let expanded = REFUND.replace("\"chrg_1\"", r#"{"object":"charge","id":"chrg_1"}"#);
        assert_eq!(Refund::read(expanded.as_bytes()).unwrap(), refund);
        let old = r#"{"object":"refund","id":"rfnd_1","amount":100,"currency":"thb","charge":"chrg_1"}"#;
        assert_eq!(Refund::read(old.as_bytes()).unwrap().livemode, None);
    }

    #[test]
    fn what_decides_money_must_be_there() {
        for field in ["id", "charge", "amount", "currency"] {
            let mut value: Value = serde_json::from_str(REFUND).unwrap();
            value.as_object_mut().unwrap().remove(field);
            assert_eq!(Refund::from_value(&value), Err(Unreadable::Field(field)));
        }
    }

    #[test]
    fn a_list_that_lacks_something_is_not_whole() {
        let list = |total: u64, data: &str| {
            let body = format!(r#"{{"object":"list","total":{total},"data":[{data}]}}"#);
            RefundList::read(body.as_bytes()).unwrap().is_whole()
        };
        assert!(list(1, REFUND) && list(0, ""));
        assert!(!list(2, REFUND) && !list(1, r#"{"object":"refund"}"#));
    }

    proptest! {
        #[test]
        fn no_change_of_one_byte_panics(at in 0..REFUND.len(), byte in any::<u8>()) {
            let mut body = REFUND.as_bytes().to_vec();
            body[at] = byte;
            let _ = Refund::read(&body);
        }
    }
}
