//! The till's files, with the headers that keep a page honest.

mod encoding;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::till_files::{Keeping, TillFile, TillFiles, Variant};
use encoding::Accepted;

/// Scripts only from here, workers also from a blob of a script that was checked by its hash, WASM allowed, no connection but to this proxy. Who may frame it comes behind.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    worker-src 'self' blob:; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-src 'self'; frame-ancestors 'self'";

const KEPT_UNTIL_ASKED: HeaderValue = HeaderValue::from_static("no-cache");
const KEPT_FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

pub(super) fn files(files: Arc<TillFiles>, origins: &[String]) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let policy = SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy(origins));
    Router::new()
        .fallback(file)
        .with_state(files)
        .layer(policy)
        // A page of another origin takes the module from here, also one that lets in nothing that does not say so.
        .layer(header(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, KEPT_UNTIL_ASKED))
}

async fn file(State(files): State<Arc<TillFiles>>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    match files.get(request.uri().path()) {
        Some(file) => answer(file, request.headers()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(file: &TillFile, asked: &HeaderMap) -> Response {
    let accepted = Accepted::of(all_of(asked, header::ACCEPT_ENCODING));
    let Some((coding, variant)) = accepted.shortest(file) else {
        return with_headers(StatusCode::NOT_ACCEPTABLE.into_response(), vary(file));
    };
    let of_both = [(header::ETAG, variant.etag.clone()), (header::CACHE_CONTROL, kept(file.keeping))];
    let of_both = of_both.into_iter().chain(vary(file));
    if is_known(variant, asked) {
        return with_headers(StatusCode::NOT_MODIFIED.into_response(), of_both);
    }
    let coding = coding.map(|coding| (header::CONTENT_ENCODING, HeaderValue::from_static(coding.as_str())));
    let of_body = [(header::CONTENT_TYPE, file.content_type.clone())].into_iter().chain(coding);
    with_headers(Body::from(variant.bytes.clone()).into_response(), of_both.chain(of_body))
}

fn with_headers(
    mut response: Response,
    headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
) -> Response {
    response.headers_mut().extend(headers);
    response
}

fn kept(keeping: Keeping) -> HeaderValue {
    match keeping {
        Keeping::Forever => KEPT_FOREVER,
        Keeping::UntilAsked => KEPT_UNTIL_ASKED,
    }
}

/// A cache on the way must not give one reader what another could read.
fn vary(file: &TillFile) -> Option<(HeaderName, HeaderValue)> {
    let varies = !file.compressed.is_empty();
    varies.then_some((header::VARY, HeaderValue::from_static("accept-encoding")))
}

/// Whether the reader has it already.
fn is_known(variant: &Variant, asked: &HeaderMap) -> bool {
    let etag = variant.etag.as_bytes();
    all_of(asked, header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known).as_bytes() == etag)
}

/// The entries of a header that holds a list.
fn all_of(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// A page that may embed the till as a module may have it in a frame.
fn policy(origins: &[String]) -> HeaderValue {
    let text = [CONTENT_SECURITY_POLICY].into_iter().chain(origins.iter().map(String::as_str));
    let whole = HeaderValue::from_str(&text.collect::<Vec<_>>().join(" "));
    // An origin that was checked is plain text; any other may not loosen the policy.
    whole.unwrap_or(HeaderValue::from_static(CONTENT_SECURITY_POLICY))
}
