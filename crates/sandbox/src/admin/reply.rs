//! The result of a request to the control API.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Why a call was refused.
#[derive(Debug)]
pub(crate) struct AdminError {
    pub(super) status: u16,
    pub(super) sentence: String,
}

/// JSON, or a picture for the phone page.
#[derive(Debug)]
pub(crate) enum AdminReply {
    Json(Value),
    Picture(String),
}

pub(super) type AdminResult = Result<AdminReply, AdminError>;

impl AdminError {
    pub(super) fn bad(sentence: impl Into<String>) -> Self {
        Self { status: 400, sentence: sentence.into() }
    }

    pub(super) fn missing(sentence: impl Into<String>) -> Self {
        Self { status: 404, sentence: sentence.into() }
    }

    pub(super) fn conflict(sentence: impl Into<String>) -> Self {
        Self { status: 409, sentence: sentence.into() }
    }
}

impl From<Value> for AdminReply {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

/// An empty body counts as an empty object.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AdminError> {
    let body = if body.iter().all(u8::is_ascii_whitespace) { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| AdminError::bad(error.to_string()))
}

pub(super) fn done() -> AdminReply {
    json!({ "done": true }).into()
}
