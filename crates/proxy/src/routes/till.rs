//! The till's files, with the headers that keep a page honest.

use std::path::Path;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Scripts and workers only from here, WASM allowed, no connection but to this proxy. Who may frame it comes behind.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    worker-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-src 'self'; frame-ancestors 'self'";

pub(super) fn files(folder: &Path, origins: &[String]) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let policy = SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy(origins));
    Router::new()
        .fallback_service(ServeDir::new(folder))
        .layer(policy)
        // A page of another origin takes the module from here, also one that lets in nothing that does not say so.
        .layer(header(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
        .layer(header(header::CACHE_CONTROL, "no-cache"))
}

/// A page that may embed the till as a module may have it in a frame.
fn policy(origins: &[String]) -> HeaderValue {
    let text = [CONTENT_SECURITY_POLICY].into_iter().chain(origins.iter().map(String::as_str));
    let whole = HeaderValue::from_str(&text.collect::<Vec<_>>().join(" "));
    // An origin that was checked is plain text; any other may not loosen the policy.
    whole.unwrap_or(HeaderValue::from_static(CONTENT_SECURITY_POLICY))
}
