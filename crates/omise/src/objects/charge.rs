//! Charges, lists of charges, and sources.

use scantill_types::{ChargeId, SourceId, Timestamp};
use serde_json::Value;

use super::reading::{boolean, check_kind, if_there, integer, moment, object, text};
use super::{Refund, Unreadable};

/// A charge, in any version.
#[expect(clippy::struct_excessive_bools, reason = "these are Omise's own fields, each a fact by itself")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Omise's id of the charge.
    pub id: ChargeId,
    /// Whether real money moves.
    pub livemode: bool,
    /// Minor units.
    pub amount: i64,
    /// The currency as Omise writes it, in either case.
    pub currency: String,
    /// The status as Omise writes it.
    pub status: String,
    /// Omise's failure code, if the charge failed.
    pub failure_code: Option<String>,
    /// Refunded minor units (`refunded_amount`, before 2019 `refunded`).
    pub refunded_amount: i64,
    /// Whether the whole charge was voided.
    pub voided: bool,
    /// Whether the charge was reversed.
    pub reversed: bool,
    /// Whether a dispute is open.
    pub disputed: bool,
    /// Whether the whole charge can still be voided before settlement.
    pub can_perform_void: bool,
    /// The refunds that it lists, as far as they are readable.
    pub refunds: Vec<Refund>,
    /// The metadata, written by us or by others.
    pub metadata: serde_json::Map<String, Value>,
    /// The id of its source.
    pub source: Option<SourceId>,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// When the charge expires.
    pub expires_at: Option<Timestamp>,
}

impl Charge {
    /// Parses a charge from a body.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        Self::from_value(&object(body, "charge")?)
    }

    /// Parses a charge inside a larger object.
    pub fn from_value(value: &Value) -> Result<Self, Unreadable> {
        check_kind(value, "charge")?;
        let id = text(value, "id").and_then(|id| ChargeId::parse(&id).ok());
        let metadata = value.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
        let source = value.get("source").filter(|source| source.is_object());
        let references = source.and_then(|source| source.get("references"));
        Ok(Self {
            id: id.ok_or(Unreadable::Field("id"))?,
            livemode: boolean(value, "livemode").ok_or(Unreadable::Field("livemode"))?,
            amount: integer(value, "amount").ok_or(Unreadable::Field("amount"))?,
            currency: text(value, "currency").ok_or(Unreadable::Field("currency"))?,
            status: text(value, "status").ok_or(Unreadable::Field("status"))?,
            failure_code: text(value, "failure_code"),
            refunded_amount: refunded_amount(value)?,
            voided: if_there(value, "voided", boolean)?.unwrap_or(false),
            reversed: if_there(value, "reversed", boolean)?.unwrap_or(false),
            disputed: value.get("dispute").is_some_and(|dispute| !dispute.is_null()),
            can_perform_void: boolean(value, "can_perform_void").unwrap_or(false),
            refunds: refunds(value),
            metadata,
            source: source_id(value).and_then(|id| SourceId::parse(&id).ok()),
            paid_at: moment(value, "paid_at"),
            expires_at: moment(value, "expires_at")
                .or_else(|| references.and_then(|references| moment(references, "expires_at"))),
        })
    }

    /// Whether its status says paid, refunded since or not.
    pub fn is_paid(&self) -> bool {
        matches!(self.status.as_str(), "successful" | "success")
    }

    /// A text of the metadata.
    pub fn metadata_text(&self, name: &str) -> Option<&str> {
        self.metadata.get(name)?.as_str()
    }
}

/// A bare array in older fixtures, otherwise a list. Only `refunded_amount` decides.
fn refunds(charge: &Value) -> Vec<Refund> {
    let Some(refunds) = charge.get("refunds") else { return Vec::new() };
    let listed = refunds.as_array().or_else(|| refunds.get("data").and_then(Value::as_array));
    listed.into_iter().flatten().filter_map(|refund| Refund::from_value(refund).ok()).collect()
}

/// The refunded amount decides whether a charge counts as paid. It may be absent, but an unreadable value
/// never counts as zero.
fn refunded_amount(value: &Value) -> Result<i64, Unreadable> {
    let current = if_there(value, "refunded_amount", integer)?;
    Ok(current.or(if_there(value, "refunded", integer)?).unwrap_or(0))
}

/// The field holds the source as an object, or only its id.
fn source_id(charge: &Value) -> Option<String> {
    charge.get("source").and_then(|source| text(source, "id")).or_else(|| text(charge, "source"))
}

/// A page of charges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeList {
    /// The readable charges.
    pub charges: Vec<Charge>,
    /// How many charges the whole list has.
    pub total: u64,
    /// How many charges of this page are unreadable: such a page proves nothing.
    pub unreadable: usize,
}

impl ChargeList {
    /// Parses a list.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let value = object(body, "list")?;
        let data = value.get("data").and_then(Value::as_array).ok_or(Unreadable::Field("data"))?;
        let total = value.get("total").and_then(Value::as_u64).ok_or(Unreadable::Field("total"))?;
        let charges: Vec<Charge> = data.iter().filter_map(|value| Charge::from_value(value).ok()).collect();
        let unreadable = data.len() - charges.len();
        Ok(Self { charges, total, unreadable })
    }
}

/// A source: the fields that we need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceObject {
    /// Omise's id of the source.
    pub id: SourceId,
    /// The status of the source's charge, if there is one. A source with a status forbids calling its
    /// charge absent (P9).
    pub charge_status: Option<String>,
}

impl SourceObject {
    /// Parses a source.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let value = object(body, "source")?;
        let id = text(&value, "id").and_then(|id| SourceId::parse(&id).ok());
        let charge_status = text(&value, "charge_status").filter(|status| status != "unknown");
        id.map(|id| Self { id, charge_status }).ok_or(Unreadable::Field("id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The response on Omise's page *Alipay (In-store)*, shortened: version 2017-11-02.
    const MISSION: &str = r#"{"object":"charge","id":"chrg_test_5au1dtnsoc7noi31yab","livemode":false,"amount":2225,
        "currency":"thb","metadata":{"invoice_id":"inv-1234567890"},"status":"pending","reversed":false,"refunded":0,
        "refunds":[],"card":[],"dispute":null,"created":"2018-02-02T11:53:15Z","source":{"object":"source",
        "id":"src_test_5atzxwlghyr2jydh33h","references":{"expires_at":"2018-02-03T11:53:15Z"}}}"#;

    #[test]
    fn the_documented_charge_is_read() {
        let charge = Charge::read(MISSION.as_bytes()).unwrap();
        assert_eq!((charge.amount, charge.status.as_str(), charge.refunded_amount), (2_225, "pending", 0));
        assert_eq!(charge.metadata_text("invoice_id"), Some("inv-1234567890"));
        assert_eq!(charge.expires_at, Timestamp::parse("2018-02-03T11:53:15Z"));
        assert_eq!(charge.source.unwrap().as_str(), "src_test_5atzxwlghyr2jydh33h");
    }

    #[test]
    fn what_decides_money_must_be_there() {
        for field in ["id", "livemode", "amount", "currency", "status"] {
            let mut value: Value = serde_json::from_str(MISSION).unwrap();
            value.as_object_mut().unwrap().remove(field);
            assert!(Charge::from_value(&value).is_err(), "{field}");
        }
    }

    #[test]
    fn what_was_given_back_is_never_read_as_nothing() {
        let with = |field: &str, value: Value| {
            let mut charge: Value = serde_json::from_str(MISSION).unwrap();
            charge[field] = value;
            Charge::from_value(&charge).map(|charge| (charge.refunded_amount, charge.voided, charge.reversed))
        };
        assert_eq!(with("refunded", Value::Null), Ok((0, false, false)));
        assert_eq!(with("refunded_amount", 100.into()), Ok((100, false, false)));
        assert_eq!(with("refunded_amount", "100".into()), Err(Unreadable::Field("refunded_amount")));
        assert_eq!(with("refunded", true.into()), Err(Unreadable::Field("refunded")));
        assert_eq!(with("voided", 1.into()), Err(Unreadable::Field("voided")));
        assert_eq!(with("reversed", "true".into()), Err(Unreadable::Field("reversed")));
    }

    #[test]
    fn a_source_may_be_its_id_alone() {
        let mut charge: Value = serde_json::from_str(MISSION).unwrap();
        charge["source"] = "src_test_5atzxwlghyr2jydh33h".into();
        let source = Charge::from_value(&charge).unwrap().source;
        assert_eq!(source.unwrap().as_str(), "src_test_5atzxwlghyr2jydh33h");
    }

    #[test]
    fn an_unreadable_charge_in_a_list_is_counted() {
        let list = format!(r#"{{"object":"list","total":2,"data":[{MISSION},{{"object":"charge"}}]}}"#);
        let list = ChargeList::read(list.as_bytes()).unwrap();
        assert_eq!((list.charges.len(), list.unreadable, list.total), (1, 1, 2));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Charge::read(&body);
        }

        #[test]
        fn no_change_of_one_byte_panics(at in 0..MISSION.len(), byte in any::<u8>()) {
            let mut body = MISSION.as_bytes().to_vec();
            body[at] = byte;
            let _ = Charge::read(&body);
        }
    }
}
