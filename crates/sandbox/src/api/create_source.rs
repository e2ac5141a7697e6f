//! Reads a request to create a source.

use crate::api::parameters::Parameters;
use crate::model::error::ApiError;
use crate::model::money::{Currency, Limits, SourceType};
use crate::model::source::{CreateSource, SourceRules, Store};

const BARCODE_LENGTH_MAX: usize = 255;

/// The same error has another code and another text on `/sources` than within `/charges`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Sources,
    Charges,
}

impl CreateSource {
    pub(crate) fn read(
        parameters: &Parameters,
        endpoint: Endpoint,
        rules: &SourceRules,
    ) -> Result<Self, ApiError> {
        let mut faults = Vec::new();
        let amount = read_amount(parameters, &mut faults);
        let currency = read_word(parameters, "currency", Currency::parse, &mut faults);
        let kind = read_word(parameters, "type", |word| rules.parse_type(word), &mut faults);
        let barcode = read_barcode(parameters, &mut faults)?;
        if let (Some(kind), Some(currency)) = (kind, currency) {
            match kind.limits(currency) {
                None => faults.push("currency is currently not supported".to_owned()),
                Some(limits) => check_limits(amount, limits, currency, endpoint, &mut faults),
            }
        }
        let store = read_store(parameters, kind, rules, &mut faults)?;
        let terminal_id = parameters.filled("terminal_id")?;
        match (sentence(&faults), kind, amount, currency, barcode) {
            (None, Some(kind), Some(amount), Some(currency), Some(barcode)) => {
                Ok(Self { kind, amount, currency, barcode, store, terminal_id })
            }
            (message, ..) => Err(endpoint.refuse(message.unwrap_or_default())),
        }
    }
}

impl SourceRules {
    fn parse_type(&self, word: &str) -> Option<SourceType> {
        SourceType::parse(word).filter(|kind| self.types.contains(kind))
    }

    fn check_length(&self, name: &str, text: Option<&String>, faults: &mut Vec<String>) {
        let Some(max) = self.store_field_length_max else { return };
        if text.is_some_and(|text| text.chars().count() > max) {
            faults.push(format!("{name} is too long (maximum is {max} characters)"));
        }
    }
}

impl Endpoint {
    pub(crate) fn refuse(self, message: impl Into<String>) -> ApiError {
        match self {
            Self::Sources => ApiError::bad_request(message),
            Self::Charges => ApiError::invalid_charge(message),
        }
    }
}

fn read_amount(parameters: &Parameters, faults: &mut Vec<String>) -> Option<i64> {
    let amount = parameters.integer("amount").ok().flatten();
    if amount.is_none() {
        faults.push("amount is not a number".to_owned());
    }
    amount
}

/// A word of a known list, refused in the recorded words.
fn read_word<T>(
    parameters: &Parameters,
    name: &str,
    parse: impl Fn(&str) -> Option<T>,
    faults: &mut Vec<String>,
) -> Option<T> {
    let found = parameters.text(name).ok().flatten().and_then(|text| parse(&text));
    if found.is_none() {
        faults.push(format!("{name} is currently not supported"));
    }
    found
}

fn read_barcode(parameters: &Parameters, faults: &mut Vec<String>) -> Result<Option<String>, ApiError> {
    let barcode = parameters.filled("barcode")?.map(|barcode| barcode.trim().to_owned());
    match &barcode {
        None => faults.push("barcode can't be blank".to_owned()),
        Some(barcode) if barcode.len() > BARCODE_LENGTH_MAX => faults.push("barcode is too long".to_owned()),
        Some(_) => {}
    }
    Ok(barcode)
}

fn check_limits(
    amount: Option<i64>,
    limits: Limits,
    currency: Currency,
    endpoint: Endpoint,
    faults: &mut Vec<String>,
) {
    let (Some(amount), Limits { min, max }) = (amount, limits) else { return };
    let subunits = currency.code().to_lowercase();
    match endpoint {
        Endpoint::Sources if amount < min => faults.push(format!("amount must be at least {min}")),
        Endpoint::Sources if amount > max => faults.push(format!("amount must be less than {max}")),
        Endpoint::Charges if amount < min => {
            faults.push(format!("amount must be greater than or equal to {min} ({subunits} subunits)"));
        }
        Endpoint::Charges if amount > max => {
            faults.push(format!("amount must be less than or equal to {max} ({subunits} subunits)"));
        }
        Endpoint::Sources | Endpoint::Charges => {}
    }
}

/// Store id and name come together or not at all, and never if the account or the type takes none.
fn read_store(
    parameters: &Parameters,
    kind: Option<SourceType>,
    rules: &SourceRules,
    faults: &mut Vec<String>,
) -> Result<Option<Store>, ApiError> {
    let (id, name) = (parameters.filled("store_id")?, parameters.filled("store_name")?);
    let terminal_id = parameters.filled("terminal_id")?;
    for (field, text) in [("store_id", &id), ("store_name", &name), ("terminal_id", &terminal_id)] {
        rules.check_length(field, text.as_ref(), faults);
    }
    if let Some(kind) = kind.filter(|kind| !kind.names_a_store()) {
        let given =
            ["store_id", "store_name", "terminal_id"].into_iter().filter(|field| parameters.has(field));
        faults.extend(given.map(|field| format!("{field} is not supported for {}", kind.name())));
    }
    match (id, name) {
        (Some(_), Some(_)) if rules.has_store => {
            faults.push("store_id must be absent when the account has a store".to_owned());
            Ok(None)
        }
        (Some(id), Some(name)) => Ok(Some(Store { id, name })),
        (None, None) => Ok(None),
        (Some(_), None) => {
            faults.push("store_name can't be blank when store_id is given".to_owned());
            Ok(None)
        }
        (None, Some(_)) => {
            faults.push("store_id can't be blank when store_name is given".to_owned());
            Ok(None)
        }
    }
}

/// Joins several errors of one request as the API does: `a, b, and c`.
fn sentence(faults: &[String]) -> Option<String> {
    match faults {
        [] => None,
        [only] => Some(only.clone()),
        [first @ .., last] => Some(format!("{}, and {last}", first.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules() -> SourceRules {
        SourceRules { types: SourceType::ALL.to_vec(), ..SourceRules::default() }
    }

    fn check(fields: &serde_json::Value, endpoint: Endpoint, expected: Result<(), &str>) {
        let parameters = Parameters::from_map(fields.as_object().unwrap().clone());
        let read =
            CreateSource::read(&parameters, endpoint, &rules()).map(|_| ()).map_err(|error| error.message);
        assert_eq!(read, expected.map_err(str::to_owned), "{fields}");
    }

    fn source(kind: &str, amount: i64, currency: &str) -> serde_json::Value {
        json!({ "type": kind, "amount": amount, "currency": currency, "barcode": "281234567890123456" })
    }

    #[test]
    fn limits_are_inclusive_and_worded_by_place() {
        let thb = |amount| source("barcode_alipay", amount, "thb");
        check(&thb(2000), Endpoint::Sources, Ok(()));
        check(&thb(15_000_000), Endpoint::Sources, Ok(()));
        check(&thb(1999), Endpoint::Sources, Err("amount must be at least 2000"));
        check(&thb(15_000_001), Endpoint::Sources, Err("amount must be less than 15000000"));
        check(
            &thb(10),
            Endpoint::Charges,
            Err("amount must be greater than or equal to 2000 (thb subunits)"),
        );
        check(&source("alipayplus_upm", 100, "SGD"), Endpoint::Sources, Ok(()));
        check(
            &source("alipayplus_upm", 3_000_001, "MYR"),
            Endpoint::Sources,
            Err("amount must be less than 3000000"),
        );
    }

    #[test]
    fn the_recorded_refusals_are_given() {
        let not_a_number =
            json!({ "type": "barcode_alipay", "amount": "x", "currency": "thb", "barcode": "1" });
        check(&not_a_number, Endpoint::Sources, Err("amount is not a number"));
        check(
            &source("barcode_alipay", 2225, "invalid"),
            Endpoint::Sources,
            Err("currency is currently not supported"),
        );
        check(
            &source("barcode_alipay", 2225, "sgd"),
            Endpoint::Sources,
            Err("currency is currently not supported"),
        );
        check(&source("truemoney", 2225, "thb"), Endpoint::Sources, Err("type is currently not supported"));
        check(
            &json!({}),
            Endpoint::Sources,
            Err(
                "amount is not a number, currency is currently not supported, type is currently not supported, and \
                 barcode can't be blank",
            ),
        );
    }

    #[test]
    fn store_id_and_name_come_together() {
        let mut half = source("barcode_alipay", 2225, "thb");
        half["store_id"] = json!("store_1");
        check(&half, Endpoint::Sources, Err("store_name can't be blank when store_id is given"));
        half["store_name"] = json!("store 1");
        check(&half, Endpoint::Sources, Ok(()));
        half["type"] = json!("wechat_pay_upm");
        let refused = "store_id is not supported for wechat_pay_upm, and store_name is not supported for wechat_pay_upm";
        check(&half, Endpoint::Sources, Err(refused));
    }

    #[test]
    fn an_account_with_a_store_takes_no_store_fields() {
        let mut fields = source("barcode_alipay", 2225, "thb");
        fields["store_id"] = json!("store_1");
        fields["store_name"] = json!("store 1");
        let parameters = Parameters::from_map(fields.as_object().unwrap().clone());
        let rules = SourceRules { has_store: true, ..rules() };
        assert!(CreateSource::read(&parameters, Endpoint::Sources, &rules).is_err());
    }

    #[test]
    fn several_faults_are_one_sentence() {
        let faults = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        assert_eq!(sentence(&faults[..0]), None);
        assert_eq!(sentence(&faults[..1]).as_deref(), Some("a"));
        assert_eq!(sentence(&faults).as_deref(), Some("a, b, and c"));
    }
}
