//! The till's files, with the headers that keep a page honest.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::till_files::{Coding, TillFile, TillFiles, Variant};

/// Scripts only from here, workers also from a blob of a script that was checked by its hash, WASM allowed, no connection but to this proxy. Who may frame it comes behind.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    worker-src 'self' blob:; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-src 'self'; frame-ancestors 'self'";

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
        .layer(header(header::CACHE_CONTROL, "no-cache"))
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
    let (coding, Variant { bytes, etag }) = chosen(file, asked);
    let is_known = all_of(asked, header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known).as_bytes() == etag.as_bytes());
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(bytes.clone()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag.clone());
    if !file.compressed.is_empty() {
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if !is_known {
        headers.insert(header::CONTENT_TYPE, file.content_type.clone());
        if let Some(coding) = coding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.as_str()));
        }
    }
    response
}

/// The shortest that the reader can read.
fn chosen<'a>(file: &'a TillFile, asked: &HeaderMap) -> (Option<Coding>, &'a Variant) {
    let reads = |coding: Coding| {
        all_of(asked, header::ACCEPT_ENCODING).any(|entry| {
            let (name, quality) = entry.split_once(';').unwrap_or((entry, ""));
            let is_refused =
                quality.trim().strip_prefix("q=").is_some_and(|quality| quality.parse() == Ok(0.0));
            name.trim().eq_ignore_ascii_case(coding.as_str()) && !is_refused
        })
    };
    let found = file.compressed.iter().find(|(coding, _)| reads(*coding));
    found.map_or((None, &file.plain), |(coding, variant)| (Some(*coding), variant))
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
