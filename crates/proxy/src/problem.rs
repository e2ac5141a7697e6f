//! Refusals as answers: each code with its status, in one place.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use scantill_types::PaymentId;
use scantill_types::api::{Problem, ProblemCode};
use serde::Serialize;

use crate::approval::NeedsTwo;
use crate::clock::NoEntropy;
use crate::request_id;
use crate::storage::StorageError;

/// A refusal on its way to the caller.
#[derive(Clone, Debug)]
pub struct Refusal {
    code: ProblemCode,
    status: StatusCode,
    detail: String,
    payment_id: Option<PaymentId>,
    never_created: bool,
    challenge: Option<&'static str>,
    retry_after_s: Option<u64>,
    needs_two: Option<NeedsTwo>,
}

/// A refusal as it is sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemAnswer {
    #[serde(flatten)]
    problem: Problem,
    /// The name of this request in the proxy's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// Why a refund needs two supervisors.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs_two: Option<NeedsTwo>,
}

/// A refusal with its sentence: what is wrong, and what to do.
pub fn refuse(code: ProblemCode, detail: impl Into<String>) -> Refusal {
    let challenge = challenge(code);
    Refusal {
        code,
        status: status(code),
        detail: detail.into(),
        payment_id: None,
        never_created: false,
        retry_after_s: retry_after_s(code),
        needs_two: None,
        challenge,
    }
}

impl Refusal {
    /// Names the payment that stands in the way.
    #[must_use]
    pub fn because_of(self, payment: PaymentId) -> Self {
        Self { payment_id: Some(payment), ..self }
    }

    /// Answers with another status than the code's own.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Says how the caller may make itself known, if not in the usual way.
    #[must_use]
    pub fn with_challenge(self, challenge: &'static str) -> Self {
        Self { challenge: Some(challenge), ..self }
    }

    /// Says when to come again.
    #[must_use]
    pub fn retry_after_s(self, seconds: u64) -> Self {
        Self { retry_after_s: Some(seconds), ..self }
    }

    /// Says why one supervisor is not enough.
    #[must_use]
    pub fn needs_two(self, why: NeedsTwo) -> Self {
        Self { needs_two: Some(why), ..self }
    }

    /// Says that the refused payment is recorded as never created (P8).
    #[must_use]
    pub fn never_created(self) -> Self {
        Self { never_created: true, ..self }
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        let refused = match &error {
            StorageError::RefundsBeyondCharge => Some(ProblemCode::AmountTooLarge),
            StorageError::RefundUnderWay => Some(ProblemCode::RefundUnderWay),
            _ => None,
        };
        if let Some(code) = refused {
            return refuse(code, format!("{error}: read the payment again"));
        }
        tracing::error!(%error, "the storage fail");
        refuse(
            ProblemCode::StorageUnavailable,
            "the proxy's storage cannot be read or written, so nothing was begun: free or repair its disk, then try again",
        )
    }
}

impl From<NoEntropy> for Refusal {
    fn from(error: NoEntropy) -> Self {
        tracing::error!(%error, "no randomness");
        refuse(ProblemCode::Internal, "the proxy cannot make secrets now")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { code, status, .. } = self;
        let problem = Problem {
            kind: format!("https://scantill.dev/problems#{}", code.as_str()),
            status: status.as_u16(),
            code,
            detail: self.detail,
            payment_id: self.payment_id,
            never_created: self.never_created,
            retry_after_s: self.retry_after_s.filter(|_| code == ProblemCode::RateLimited),
        };
        let answer = ProblemAnswer { problem, request_id: request_id::current(), needs_two: self.needs_two };
        let kind = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
        let mut response = (status, kind, Json(answer)).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

/// When another try may do better.
fn retry_after_s(code: ProblemCode) -> Option<u64> {
    match code {
        // Unless it is said how long this lock lasts.
        ProblemCode::ApprovalLocked => Some(60),
        ProblemCode::ProviderUnreachable | ProblemCode::StorageUnavailable => Some(5),
        ProblemCode::Busy => Some(1),
        _ => None,
    }
}

/// How a caller who is not known may make itself known.
fn challenge(code: ProblemCode) -> Option<&'static str> {
    match code {
        ProblemCode::Unauthenticated => Some("Bearer realm=\"scantill\""),
        ProblemCode::WebhookRefused => Some("Omise-Signature"),
        _ => None,
    }
}

fn status(code: ProblemCode) -> StatusCode {
    match code {
        ProblemCode::InvalidJson => StatusCode::BAD_REQUEST,
        ProblemCode::Unauthenticated | ProblemCode::WebhookRefused => StatusCode::UNAUTHORIZED,
        ProblemCode::PairingRefused
        | ProblemCode::OriginRefused
        | ProblemCode::ApprovalRefused
        | ProblemCode::SecondApprovalNeeded => StatusCode::FORBIDDEN,
        ProblemCode::PaymentNotFound | ProblemCode::NotFound => StatusCode::NOT_FOUND,
        ProblemCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ProblemCode::CodeUsed
        | ProblemCode::SaleOpen
        | ProblemCode::SalePaid
        | ProblemCode::SaleChanged
        | ProblemCode::ReferenceSeen
        | ProblemCode::PaymentConflict
        | ProblemCode::PaymentEnded
        | ProblemCode::NothingToDecide
        | ProblemCode::NotInDoubt
        | ProblemCode::ChargeInDoubt
        | ProblemCode::NotRefundable
        | ProblemCode::RefundUnderWay
        | ProblemCode::RefundChanged
        | ProblemCode::RefundConflict => StatusCode::CONFLICT,
        ProblemCode::CodeStale => StatusCode::GONE,
        ProblemCode::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemCode::InvalidRequest
        | ProblemCode::AmountTooSmall
        | ProblemCode::AmountTooLarge
        | ProblemCode::CurrencyNotTaken
        | ProblemCode::InvalidCode => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemCode::ApprovalLocked | ProblemCode::Busy | ProblemCode::RateLimited => {
            StatusCode::TOO_MANY_REQUESTS
        }
        ProblemCode::ProviderUnreachable | ProblemCode::StorageUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemCode::Internal | ProblemCode::Unlisted => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_must_wait_is_told_for_how_long() {
        for code in [ProblemCode::ApprovalLocked, ProblemCode::Busy] {
            assert_eq!(status(code), StatusCode::TOO_MANY_REQUESTS);
            let answer = refuse(code, "wait").into_response();
            assert!(answer.headers().contains_key(header::RETRY_AFTER), "{code:?}");
        }
    }
}
