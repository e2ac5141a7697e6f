//! `GET /v1/origin`: whether the page that asks may use this proxy. Any page may read the answer: else a till on a page
//! that is not listed could not tell its shop what to mend, since its browser hides every other answer from it.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::Serialize;

/// The origins of other pages that may embed a till.
#[derive(Clone, Debug)]
pub(super) struct Origins(pub(super) Arc<[String]>);

impl Origins {
    /// Whether the page of an `Origin` header is one of them.
    pub(super) fn contains(&self, origin: &[u8]) -> bool {
        self.0.iter().any(|listed| listed.as_bytes() == origin)
    }
}

/// What a page may know of itself.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PageOrigin {
    /// The browser lets the page read this proxy's answers.
    allowed: bool,
}

const READABLE_BY_ALL: [(HeaderName, &str); 1] = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];

/// A page of the proxy's own origin sends no `Origin` with a GET.
#[utoipa::path(get, path = "/v1/origin", responses((status = 200, body = PageOrigin)))]
pub(super) async fn origin(Extension(listed): Extension<Origins>, headers: HeaderMap) -> impl IntoResponse {
    let allowed = headers.get(header::ORIGIN).is_none_or(|origin| listed.contains(origin.as_bytes()));
    (READABLE_BY_ALL, Json(PageOrigin { allowed }))
}
