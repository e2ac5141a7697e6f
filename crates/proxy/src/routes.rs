//! The routes, in one list that reads like a table of contents.

mod admin;
mod answers;
mod callers;
mod device;
mod events;
mod extract;
mod health;
mod openapi;
mod origin;
mod pair;
mod payment_view;
mod payments;
mod proof;
mod reviews;
mod supervisors;
mod terminal;
pub(crate) mod text;
mod till;
mod trust;
mod webhooks;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post, put};
use axum::{Extension, Router};
use scantill_types::api::ProblemCode;
use tower_http::cors::{Any, CorsLayer};

use crate::app::App;
use crate::problem::{Refusal, refuse};
use crate::till_files::TillFiles;

pub use admin::admin_router;
pub(crate) use answers::{Answers, around};
pub use openapi::document;
pub(crate) use trust::trust;

/// No request of a till is longer.
const BODY_BYTES_MAX: usize = 16 * 1024;
/// No webhook is longer (P17).
const WEBHOOK_BYTES_MAX: usize = 64 * 1024;

/// All routes; `till` are the files of the built till, `origins` are other pages that may embed it.
pub fn router(app: Arc<App>, till: Option<Arc<TillFiles>>, origins: &[String]) -> Router {
    let listed = origin::Origins(origins.into());
    let callers = middleware::from_fn_with_state((app.clone(), listed.clone()), callers::checked);
    let v1 = Router::new()
        .route("/pair", post(pair::pair))
        .route("/unpair", post(device::unpair))
        .route("/device", get(device::device))
        .route("/terminal", get(terminal::terminal))
        .route("/supervisors", get(supervisors::supervisors))
        .route("/payments", get(payments::list::list))
        .route("/payments/{id}", get(payments::get::get).put(payments::put::put))
        .route("/payments/{id}/cancel", post(payments::cancel::cancel))
        .route("/payments/{id}/refresh", post(payments::refresh::refresh))
        .route("/payments/{id}/disposition", post(payments::disposition::disposition))
        .route("/payments/{id}/holder", post(payments::holder::holder))
        .route("/payments/{id}/release", post(payments::release::free))
        .route("/payments/{id}/acknowledge", post(payments::acknowledge::acknowledge))
        .route("/payments/{id}/refunds/{refund_id}", put(payments::refund::put))
        .route("/reviews", get(reviews::of_the_store))
        .route("/events", get(events::events))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        // A browser's preflight is an OPTIONS, which no route takes: the layers stand around the refusals too.
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(app.clone(), proof::give_nonce))
        .layer(callers)
        // The one answer that every page may have.
        .route("/origin", get(origin::origin).layer(Extension(listed)))
        .layer(cors(origins))
        .layer(middleware::from_fn(no_store));
    let webhook = post(webhooks::receive).layer(DefaultBodyLimit::max(WEBHOOK_BYTES_MAX));
    let router = Router::new()
        .nest("/v1", v1)
        .route("/webhooks/omise/{account}", webhook)
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(app);
    match till {
        // The files are the same for everyone, and a page that is not listed needs them to say so.
        Some(files) => router.fallback_service(till::files(files, origins).layer(readable_by_all())),
        None => router.fallback_service(Router::new().fallback(not_found).layer(cors(origins))),
    }
}

/// What operations ask for, on a listener that no stranger reaches.
pub(crate) fn operations(app: Arc<App>) -> Router {
    health::operations().fallback(not_found).method_not_allowed_fallback(method_not_allowed).with_state(app)
}

/// A browser must never show an old payment (P17).
async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
    response
}

fn cors(origins: &[String]) -> CorsLayer {
    let allowed: Vec<HeaderValue> =
        origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST, Method::PUT])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            proof::DPOP,
            HeaderName::from_static("last-event-id"),
        ])
        .expose_headers([header::WWW_AUTHENTICATE, proof::NONCE])
}

fn readable_by_all() -> CorsLayer {
    CorsLayer::new().allow_origin(Any).allow_methods([Method::GET])
}

async fn not_found() -> Refusal {
    refuse(ProblemCode::NotFound, "there is nothing at this address; docs/api.md lists the calls")
}

async fn method_not_allowed() -> Refusal {
    refuse(
        ProblemCode::MethodNotAllowed,
        "this address does not take this method; docs/api.md lists the calls",
    )
}
