//! `/trust`: the shop's own certificate authority, and how each device learns to trust it.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Html;
use axum::routing::get;
use tower_http::set_header::SetResponseHeaderLayer;

const PAGE: &str = include_str!("../../www/trust.html");
const STYLES: &str = include_str!("../../www/trust.css");
const FINGERPRINT: &str = "{{fingerprint}}";
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `certificate` is the authority's, in binary form; `fingerprint` is what devices show of it.
pub(crate) fn trust(certificate: Vec<u8>, fingerprint: &str) -> Router {
    let page = PAGE.replace(FINGERPRINT, fingerprint);
    let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
    // Any other type, and an iPad offers to keep a file where it should offer to install a profile.
    let file = ([(header::CONTENT_TYPE, "application/x-x509-ca-cert")], certificate);
    Router::new()
        .route("/trust", get(async move || Html(page)))
        .route("/trust/style.css", get(async || ([(header::CONTENT_TYPE, "text/css")], STYLES)))
        .route("/trust/scantill-ca.crt", get(async move || file))
        .layer(SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy))
}
