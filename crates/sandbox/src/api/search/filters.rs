//! The filters of a search: `filters[amount]=1000..2000`, `filters[captured]=true`.

use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::model::charge::Charge;
use crate::model::error::ApiError;
use crate::model::refund::Refund;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Filters with valid names and values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filters<T>(Vec<(T, FilterValue)>);

/// What can be asked of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChargeField {
    Amount,
    Created,
    Status,
    FailureCode,
    SourceType,
    Refunded,
    RefundAmount,
    Captured,
    Authorized,
    Reversed,
    Voided,
    Disputed,
}

/// What can be asked of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefundField {
    Amount,
    Created,
    Voided,
    Charge,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum FilterValue {
    Word(String),
    Truth(bool),
    /// Both ends belong to it.
    Range(i64, i64),
}

impl Filters<ChargeField> {
    pub(crate) fn of_charges(given: &Map<String, Value>) -> Result<Self, ApiError> {
        read(given, |name| {
            Some(match name {
                "amount" => (ChargeField::Amount, Kind::Amount),
                "refund_amount" => (ChargeField::RefundAmount, Kind::Amount),
                "created" => (ChargeField::Created, Kind::Date),
                "status" => (ChargeField::Status, Kind::Word),
                "failure_code" => (ChargeField::FailureCode, Kind::Word),
                "source_type" | "source_of_fund" => (ChargeField::SourceType, Kind::Word),
                "refunded" => (ChargeField::Refunded, Kind::Truth),
                "captured" => (ChargeField::Captured, Kind::Truth),
                "authorized" => (ChargeField::Authorized, Kind::Truth),
                "reversed" => (ChargeField::Reversed, Kind::Truth),
                "voided" => (ChargeField::Voided, Kind::Truth),
                "disputed" => (ChargeField::Disputed, Kind::Truth),
                _ => return None,
            })
        })
    }

    pub(crate) fn fit(&self, charge: &Charge) -> bool {
        self.0.iter().all(|(field, expected)| match field {
            ChargeField::Amount => expected.spans(charge.amount),
            ChargeField::RefundAmount => expected.spans(charge.refunded_amount()),
            ChargeField::Created => expected.spans(charge.created_at.ms()),
            ChargeField::Status => expected.says(charge.status.as_str()),
            ChargeField::FailureCode => {
                charge.failure.as_ref().is_some_and(|failure| expected.says(&failure.code))
            }
            ChargeField::SourceType => expected.says(charge.source.kind.name()),
            ChargeField::Refunded => expected.is(charge.refunded_amount() > 0),
            ChargeField::Captured | ChargeField::Authorized => expected.is(charge.is_paid()),
            ChargeField::Voided => expected.is(charge.is_voided()),
            ChargeField::Reversed | ChargeField::Disputed => expected.is(false),
        })
    }
}

impl Filters<RefundField> {
    pub(crate) fn of_refunds(given: &Map<String, Value>) -> Result<Self, ApiError> {
        read(given, |name| {
            Some(match name {
                "amount" => (RefundField::Amount, Kind::Amount),
                "created" => (RefundField::Created, Kind::Date),
                "voided" => (RefundField::Voided, Kind::Truth),
                "charge_id" | "charge" => (RefundField::Charge, Kind::Word),
                _ => return None,
            })
        })
    }

    pub(crate) fn fit(&self, refund: &Refund) -> bool {
        self.0.iter().all(|(field, expected)| match field {
            RefundField::Amount => expected.spans(refund.amount),
            RefundField::Created => expected.spans(refund.created_at.ms()),
            RefundField::Voided => expected.is(refund.voided),
            RefundField::Charge => expected.says(&refund.charge),
        })
    }
}

/// How the value of a filter is written.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Word,
    Truth,
    Amount,
    Date,
}

impl FilterValue {
    fn says(&self, word: &str) -> bool {
        matches!(self, Self::Word(expected) if expected.eq_ignore_ascii_case(word))
    }

    fn is(&self, truth: bool) -> bool {
        *self == Self::Truth(truth)
    }

    fn spans(&self, number: i64) -> bool {
        matches!(self, Self::Range(low, high) if (low..=high).contains(&&number))
    }
}

fn read<T>(
    given: &Map<String, Value>,
    field: impl Fn(&str) -> Option<(T, Kind)>,
) -> Result<Filters<T>, ApiError> {
    let invalid = |name: &str| ApiError::new(422, "invalid_filter", format!("filter {name} is invalid"));
    let filters = given.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| {
        let (field, kind) = field(name).ok_or_else(|| invalid(name))?;
        let expected = plain(value).and_then(|text| kind.read(text.trim())).ok_or_else(|| invalid(name))?;
        Ok((field, expected))
    });
    filters.collect::<Result<_, _>>().map(Filters)
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

impl Kind {
    fn read(self, text: &str) -> Option<FilterValue> {
        match self {
            Self::Word => (!text.is_empty()).then(|| FilterValue::Word(text.to_owned())),
            Self::Truth => text.parse().ok().map(FilterValue::Truth),
            Self::Amount => range(text, |end| amount(end).map(|amount| (amount, amount))),
            Self::Date => range(text, day),
        }
    }
}

/// `low..high`, or a single value.
fn range(text: &str, end: impl Fn(&str) -> Option<(i64, i64)>) -> Option<FilterValue> {
    let (low, high) = text.split_once("..").unwrap_or((text, text));
    Some(FilterValue::Range(end(low)?.0, end(high)?.1))
}

/// Minor units, or whole units when there is a point in it.
fn amount(text: &str) -> Option<i64> {
    let Some((whole, part)) = text.split_once('.') else { return text.parse().ok() };
    let is_part = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let part: i64 = is_part.then(|| format!("{part:0<2}").parse().ok()).flatten()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part)
}

/// The first and the last millisecond: a day alone is the whole day.
fn day(text: &str) -> Option<(i64, i64)> {
    let from = Moment::parse(text)?.ms();
    let is_day = !text.contains('T') && !text.contains(' ');
    Some((from, from.saturating_add(if is_day { DAY_MS - 1 } else { 999 })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, text: &str, expected: Option<(i64, i64)>) {
        let expected = expected.map(|(low, high)| FilterValue::Range(low, high));
        assert_eq!(kind.read(text), expected, "{text}");
    }

    #[test]
    fn amounts_are_minor_units_or_have_a_point() {
        check(Kind::Amount, "2225", Some((2225, 2225)));
        check(Kind::Amount, "22.25", Some((2225, 2225)));
        check(Kind::Amount, "1000..2000", Some((1000, 2000)));
        check(Kind::Amount, "22.5..30", Some((2250, 30)));
        for text in ["", "x", "1.234", "..", "9223372036854775807.00", "1.-1"] {
            check(Kind::Amount, text, None);
        }
    }

    #[test]
    fn a_day_is_a_whole_day() {
        check(Kind::Date, "2026-11-23..2026-11-24", Some((1_795_392_000_000, 1_795_564_799_999)));
        check(Kind::Date, "tomorrow", None);
    }

    #[test]
    fn a_filter_that_is_not_known_is_refused() {
        let given = serde_json::json!({ "colour": "red" });
        let error = Filters::of_charges(given.as_object().unwrap()).unwrap_err();
        assert_eq!((error.status, error.code), (422, "invalid_filter"));
    }
}
