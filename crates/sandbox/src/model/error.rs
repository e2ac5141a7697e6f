//! The errors of the API, with the recorded codes and messages.

/// An error of the API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// The seconds of a `Retry-After` header.
    pub(crate) retry_after_s: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after_s: None }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "bad_request", message)
    }

    pub(crate) fn invalid_charge(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_charge", message)
    }

    pub(crate) fn failed_refund(message: impl Into<String>) -> Self {
        Self::new(400, "failed_refund", message)
    }

    pub(crate) fn authentication() -> Self {
        Self::new(401, "authentication_failure", "authentication failed")
    }

    pub(crate) fn not_authorized() -> Self {
        Self::new(403, "not_authorized", "this action needs a secret key")
    }

    /// `charge chrg_test_1 was not found`
    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::new(404, "not_found", format!("{what} {id} was not found"))
    }

    pub(crate) fn no_such_route() -> Self {
        Self::new(404, "not_found", "the requested object was not found")
    }

    pub(crate) fn too_many_requests(retry_after_s: Option<u64>) -> Self {
        let error = Self::new(429, "too_many_requests", "too many requests, please try again later");
        Self { retry_after_s, ..error }
    }

    pub(crate) fn body_too_large() -> Self {
        Self::new(413, "bad_request", "request body is too large")
    }

    pub(crate) fn internal() -> Self {
        Self::new(500, "internal_error", "an internal error occurred")
    }

    /// The same error with the default message of its code.
    pub(crate) fn without_reason(self) -> Self {
        let message = match self.code {
            "failed_refund" => "refund failed",
            "failed_void" => "void failed",
            _ => return self,
        };
        Self { message: message.to_owned(), ..self }
    }
}
