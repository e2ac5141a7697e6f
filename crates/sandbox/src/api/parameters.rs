//! The parameters of a request, from a query, a form or JSON. Numbers may come as digits in a string.

use serde_json::{Map, Value};

use crate::api::form;
use crate::clock::Moment;
use crate::model::error::ApiError;

/// Deeper bodies are refused: within lists, events and the state file they would be too deep for common readers.
const DEPTH_MAX: usize = 100;

/// The parameters of one request; a field that is null counts as absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parameters(Map<String, Value>);

impl Parameters {
    /// Reads the query and the body; a field of the body wins.
    pub(crate) fn read(query: &str, content_type: &str, body: &[u8]) -> Result<Self, ApiError> {
        let mut fields = read_form(query)?;
        fields.extend(read_body(content_type, body)?);
        fields.retain(|_, value| !value.is_null());
        Ok(Self(fields))
    }

    pub(crate) fn from_map(mut fields: Map<String, Value>) -> Self {
        fields.retain(|_, value| !value.is_null());
        Self(fields)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A text; a number is taken as its digits, since a payer's code may come as one.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, ApiError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(ApiError::bad_request(format!("{name} is not a string"))),
        }
    }

    /// A text that says something.
    pub(crate) fn filled(&self, name: &str) -> Result<Option<String>, ApiError> {
        Ok(self.text(name)?.filter(|text| !text.trim().is_empty()))
    }

    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let not_a_number = || ApiError::bad_request(format!("{name} is not a number"));
        match self.value(name) {
            None => Ok(None),
            Some(Value::Number(number)) => number.as_i64().map(Some).ok_or_else(not_a_number),
            Some(Value::String(text)) => text.trim().parse().map(Some).map_err(|_| not_a_number()),
            Some(_) => Err(not_a_number()),
        }
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(Value::String(text)) if text == "true" => Ok(Some(true)),
            Some(Value::String(text)) if text == "false" => Ok(Some(false)),
            Some(_) => Err(ApiError::bad_request(format!("{name} is not a boolean"))),
        }
    }

    /// A list of texts; some clients write `name[0]=` in a form, where others write `name[]=`.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, ApiError> {
        let not_a_list = || ApiError::bad_request(format!("{name} is not a list of strings"));
        let items: Vec<&Value> = match self.value(name) {
            None => Vec::new(),
            Some(Value::Array(items)) => items.iter().collect(),
            Some(Value::Object(items)) => items.values().collect(),
            Some(_) => return Err(not_a_list()),
        };
        items.into_iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(not_a_list)).collect()
    }

    pub(crate) fn moment(&self, name: &str) -> Result<Option<Moment>, ApiError> {
        let invalid = || ApiError::bad_request(format!("{name} is not a date"));
        self.filled(name)?.map(|text| Moment::parse(&text).ok_or_else(invalid)).transpose()
    }

    /// Free data of the merchant's; its top level must be an object.
    pub(crate) fn metadata(&self) -> Result<Option<Map<String, Value>>, ApiError> {
        match self.value("metadata") {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(map.clone())),
            Some(_) => Err(ApiError::bad_request("metadata must be an object")),
        }
    }
}

fn read_form(text: &str) -> Result<Map<String, Value>, ApiError> {
    form::parse(text).map_err(|error| ApiError::bad_request(error.to_string()))
}

/// A body without a known content type is JSON if it begins like an object.
fn read_body(content_type: &str, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    let text = std::str::from_utf8(body).map_err(|_| ApiError::bad_request("request body is not UTF-8"))?;
    let is_form = content_type.starts_with("application/x-www-form-urlencoded") && !text.starts_with('{');
    let is_json = content_type.contains("json") || text.trim_start().starts_with('{');
    match text.trim() {
        "" => Ok(Map::new()),
        trimmed if is_form || !is_json => read_form(trimmed),
        trimmed => match serde_json::from_str(trimmed) {
            Ok(body) if depth(&body) > DEPTH_MAX => {
                Err(ApiError::bad_request("request body is nested too deeply"))
            }
            Ok(Value::Object(map)) => Ok(map),
            Ok(_) => Err(ApiError::bad_request("request body must be an object")),
            Err(_) => Err(ApiError::bad_request("request body is not valid JSON")),
        },
    }
}

/// The reader has its own bound, so that this cannot run out of stack.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(body: &str) -> Result<Parameters, ApiError> {
        Parameters::read("", "application/json", body.as_bytes())
    }

    #[test]
    fn numbers_may_come_as_digits_in_a_string() {
        let parameters = read(r#"{"amount":"2225","limit":5,"offset":null,"bad":"2x","half":1.5}"#).unwrap();
        assert_eq!(parameters.integer("amount"), Ok(Some(2225)));
        assert_eq!(parameters.integer("limit"), Ok(Some(5)));
        assert_eq!(parameters.integer("offset"), Ok(None));
        assert_eq!(parameters.integer("bad").unwrap_err().message, "bad is not a number");
        assert!(parameters.integer("half").is_err());
    }

    #[test]
    fn the_body_wins_over_the_query() {
        let parameters = Parameters::read("limit=1&order=x", "", b"{\"limit\":7}").unwrap();
        assert_eq!(parameters.integer("limit"), Ok(Some(7)));
        assert_eq!(parameters.text("order"), Ok(Some("x".to_owned())));
    }

    #[test]
    fn bad_bodies_get_an_error_object() {
        assert_eq!(read("{").unwrap_err().message, "request body is not valid JSON");
        assert_eq!(read("[1]").unwrap_err().message, "request body must be an object");
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&deep).unwrap_err().code, "bad_request");
        assert_eq!(Parameters::read("", "", &[0xFF, 0xFE]).unwrap_err().code, "bad_request");
        assert_eq!(read(r#"{"metadata":[1]}"#).unwrap().metadata().unwrap_err().code, "bad_request");
    }

    proptest! {
        #[test]
        fn no_body_upsets_the_reader(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            for content_type in ["", "application/json", "application/x-www-form-urlencoded"] {
                let _ = Parameters::read("", content_type, &body);
            }
        }
    }
}
