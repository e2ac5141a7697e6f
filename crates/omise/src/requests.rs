//! The bodies of the two ways to create a charge, as Omise's page *Alipay (In-store)* shows them.

use scantill_types::payer_code::{PayerCode, SourceType};
use scantill_types::{Money, SourceId};
use serde_json::{Map, Value, json};

/// The place of a charge. `barcode_alipay` names it in the source, every type in the metadata (P9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The store's id.
    pub store_id: String,
    /// The store's name.
    pub store_name: String,
    /// The terminal's id.
    pub terminal_id: String,
}

/// The payer's part of a charge. It holds the payer's code, which is spent once and must not be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Barcode {
    /// The kind of source that is created.
    pub source_type: SourceType,
    /// The payer's code.
    pub code: PayerCode,
    /// The place; `None` if the account already carries its store.
    pub place: Option<Place>,
}

/// A charge that the client should create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCharge {
    /// Amount and currency.
    pub money: Money,
    /// The text that the payer's wallet may show.
    pub description: String,
    /// The metadata by which the charge can be found again.
    pub metadata: Map<String, Value>,
}

/// A refund that the client should create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRefund {
    /// Minor units of the charge's currency.
    pub amount: i64,
    /// The metadata by which the refund can be found again.
    pub metadata: Map<String, Value>,
    /// Refund only as a void, or not at all.
    pub void: bool,
}

impl Barcode {
    fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("type".into(), self.source_type.as_str().into());
        fields.insert("barcode".into(), self.code.expose_digits().into());
        if let (SourceType::BarcodeAlipay, Some(place)) = (self.source_type, &self.place) {
            fields.insert("store_id".into(), place.store_id.clone().into());
            fields.insert("store_name".into(), place.store_name.clone().into());
            fields.insert("terminal_id".into(), place.terminal_id.clone().into());
        }
        fields
    }
}

pub(crate) fn source_body(barcode: &Barcode, money: Money) -> Value {
    let mut body = barcode.fields();
    body.insert("amount".into(), money.minor.into());
    body.insert("currency".into(), money.currency.code().into());
    Value::Object(body)
}

pub(crate) fn charge_body(charge: &NewCharge, source: &Value) -> Value {
    json!({
        "amount": charge.money.minor,
        "currency": charge.money.currency.code(),
        "description": charge.description,
        "metadata": charge.metadata,
        "source": source,
    })
}

pub(crate) fn refund_body(refund: &NewRefund) -> Value {
    let mut body = json!({"amount": refund.amount, "metadata": refund.metadata});
    if refund.void {
        body["void"] = true.into();
    }
    body
}

pub(crate) fn source_by_id(source: &SourceId) -> Value {
    Value::String(source.to_string())
}

pub(crate) fn source_inline(barcode: &Barcode) -> Value {
    Value::Object(barcode.fields())
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantill_types::Currency;
    use scantill_types::payer_code::{Mode, read};

    fn barcode(source_type: SourceType) -> Barcode {
        let code = read("1234567890", source_type, Mode::Test).unwrap().code;
        let place =
            Place { store_id: "store_1".into(), store_name: "store 1".into(), terminal_id: "POS-01".into() };
        Barcode { source_type, code, place: Some(place) }
    }

    #[test]
    fn the_one_call_body_is_the_documented_one() {
        let metadata = json!({"invoice_id": "inv-1234567890"}).as_object().unwrap().clone();
        let money = Money::new(2_225, Currency::Thb);
        let charge = NewCharge { money, description: "a barcode alipay charge".into(), metadata };
        let body = charge_body(&charge, &source_inline(&barcode(SourceType::BarcodeAlipay)));
        let expected = json!({
            "amount": 2225, "currency": "THB", "description": "a barcode alipay charge",
            "source": {"type": "barcode_alipay", "barcode": "1234567890", "store_id": "store_1",
                "store_name": "store 1", "terminal_id": "POS-01"},
            "metadata": {"invoice_id": "inv-1234567890"},
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn upm_sources_carry_no_store_or_terminal() {
        let body = source_body(&barcode(SourceType::AlipayplusUpm), Money::new(2_225, Currency::Thb));
        let expected =
            json!({"type": "alipayplus_upm", "barcode": "1234567890", "amount": 2225, "currency": "THB"});
        assert_eq!(body, expected);
    }
}
