//! The meaning of an answer to a money POST (P7) and to a read.

use crate::objects::ErrorObject;
use crate::transport::{Answer, TransportError};

/// The codes by which Omise refuses a money POST for certain (P7). After any other code the payment is in
/// doubt.
const REFUSALS: [&str; 11] = [
    "bad_request",
    "invalid_charge",
    "invalid_amount",
    "authentication_failure",
    "key_expired_error",
    "not_authorized",
    "locked_account_error",
    "feature_not_supported",
    "brand_not_supported",
    "not_found",
    "too_many_requests",
];

/// Further codes by which Omise refuses a refund for certain (P19).
const REFUND_REFUSALS: [&str; 2] = ["failed_refund", "failed_void"];

/// Why a money POST returned no object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Nothing was sent.
    #[error("not sent")]
    NotSent,
    /// Omise refused, with a listed code.
    #[error("refused: {code}")]
    Refused {
        /// The code.
        code: String,
    },
    /// The POST may have taken effect.
    #[error("the outcome is unknown: {0}")]
    OutcomeUnknown(LostAnswer),
}

/// Why the answer to a money POST does not show its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LostAnswer {
    /// The connection ended before the answer was complete.
    #[error("no whole answer")]
    Cut,
    /// The answer is not an object of Omise.
    #[error("the answer cannot be read")]
    Malformed,
    /// The answer is an error that is not a refusal.
    #[error("an error of the server")]
    ServerError,
}

/// Why a read returned no object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No complete answer.
    #[error("unreachable")]
    Unreachable,
    /// The key is not valid, or not any more (401, 403).
    #[error("the key is refused: {code}")]
    Unauthorized {
        /// The code.
        code: String,
    },
    /// This key has no such object. Alone this is never evidence.
    #[error("not found")]
    NotFound,
    /// Too many requests, or a server's error: try later.
    #[error("busy (status {status})")]
    Busy {
        /// The HTTP status.
        status: u16,
        /// The earliest time for another try, in seconds, if Omise gave one.
        retry_after_s: Option<u64>,
    },
    /// Omise refused the call with this code.
    #[error("refused: {code}")]
    Refused {
        /// The code.
        code: String,
    },
    /// The answer is not an object of Omise.
    #[error("the answer cannot be read")]
    Malformed,
}

pub(crate) fn money_error(error: &TransportError) -> MoneyError {
    match error {
        TransportError::NotSent(_) => MoneyError::NotSent,
        TransportError::Lost(_) => MoneyError::OutcomeUnknown(LostAnswer::Cut),
    }
}

/// The error of a POST that takes money, by an answer that is no object.
pub(crate) fn refusal(answer: &Answer) -> MoneyError {
    refusal_among(answer, &[])
}

/// The error of a POST that refunds money, by an answer that is no object.
pub(crate) fn refund_refusal(answer: &Answer) -> MoneyError {
    refusal_among(answer, &REFUND_REFUSALS)
}

fn refusal_among(answer: &Answer, more: &[&str]) -> MoneyError {
    let is_listed = |code: &str| REFUSALS.contains(&code) || more.contains(&code);
    match ErrorObject::read(&answer.body) {
        Some(error) if (400..500).contains(&answer.status) && is_listed(&error.code) => {
            MoneyError::Refused { code: error.code }
        }
        None if answer.status == 200 => MoneyError::OutcomeUnknown(LostAnswer::Malformed),
        Some(_) | None => MoneyError::OutcomeUnknown(LostAnswer::ServerError),
    }
}

/// The error of a read, by an answer that is no object.
pub(crate) fn read_error(answer: &Answer) -> ReadError {
    let code = ErrorObject::read(&answer.body).map(|error| error.code);
    match (answer.status, code) {
        (401 | 403, code) => ReadError::Unauthorized { code: code.unwrap_or_default() },
        (404, Some(code)) if code == "not_found" => ReadError::NotFound,
        (429 | 500..=599, _) => {
            ReadError::Busy { status: answer.status, retry_after_s: answer.retry_after_s }
        }
        (_, Some(code)) => ReadError::Refused { code },
        (_, None) => ReadError::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.into(), retry_after_s: None }
    }

    fn error(code: &str) -> String {
        format!(r#"{{"object":"error","location":"x","code":"{code}","message":"m"}}"#)
    }

    #[test]
    fn only_a_listed_code_in_omises_own_object_is_a_refusal() {
        let refused = MoneyError::Refused { code: "invalid_charge".into() };
        assert_eq!(refusal(&answer(400, &error("invalid_charge"))), refused);
        let doubtful = [
            answer(400, &error("backend_error")),
            answer(500, &error("invalid_charge")),
            answer(302, ""),
            answer(408, ""),
            answer(502, "<html>"),
        ];
        for answer in doubtful {
            assert_eq!(refusal(&answer), MoneyError::OutcomeUnknown(LostAnswer::ServerError), "{answer:?}");
        }
        assert_eq!(refusal(&answer(200, "{}")), MoneyError::OutcomeUnknown(LostAnswer::Malformed));
    }

    #[test]
    fn a_refund_knows_two_more_refusals_than_a_charge() {
        let failed = answer(400, &error("failed_refund"));
        assert_eq!(refund_refusal(&failed), MoneyError::Refused { code: "failed_refund".into() });
        assert_eq!(refusal(&failed), MoneyError::OutcomeUnknown(LostAnswer::ServerError));
        assert_eq!(
            refund_refusal(&answer(500, &error("failed_refund"))),
            MoneyError::OutcomeUnknown(LostAnswer::ServerError)
        );
    }

    #[test]
    fn a_key_is_refused_by_401_and_403_with_any_body() {
        for status in [401, 403] {
            for code in
                ["authentication_failure", "key_expired_error", "locked_account_error", "not_authorized"]
            {
                let refused = ReadError::Unauthorized { code: code.into() };
                assert_eq!(read_error(&answer(status, &error(code))), refused, "{status}");
                let no_money = MoneyError::Refused { code: code.into() };
                assert_eq!(refusal(&answer(status, &error(code))), no_money, "{status}");
            }
            let unread = ReadError::Unauthorized { code: String::new() };
            assert_eq!(read_error(&answer(status, "<html>")), unread, "{status}");
            let doubtful = MoneyError::OutcomeUnknown(LostAnswer::ServerError);
            assert_eq!(refusal(&answer(status, "<html>")), doubtful, "{status}");
        }
    }

    #[test]
    fn a_404_without_omises_object_is_not_even_not_found() {
        assert_eq!(read_error(&answer(404, &error("not_found"))), ReadError::NotFound);
        assert_eq!(read_error(&answer(404, "<html>")), ReadError::Malformed);
        assert_eq!(read_error(&answer(503, "")), ReadError::Busy { status: 503, retry_after_s: None });
    }
}
