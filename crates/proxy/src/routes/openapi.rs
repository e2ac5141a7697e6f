//! `/openapi.json`: the document is made from the handlers themselves; a copy in `docs/` is diffed by `tidy`.

use axum::Json;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Scantill proxy",
        description = "What till and proxy exchange. docs/api.md tells it in prose. Every call but /v1/pair and \
            /v1/origin carries `Authorization: Bearer TOKEN`, or, where the token is bound to a key (RFC 9449), \
            `Authorization: DPoP TOKEN` and a proof in the header `DPoP` under the nonce of the last answer's `DPoP-Nonce`."
    ),
    paths(
        super::pair::pair,
        super::origin::origin,
        super::terminal::terminal,
        super::device::device,
        super::device::unpair,
        super::supervisors::supervisors,
        super::payments::put::put,
        super::payments::get::get,
        super::payments::list::list,
        super::payments::cancel::cancel,
        super::payments::refresh::refresh,
        super::payments::disposition::disposition,
        super::payments::holder::holder,
        super::payments::release::free,
        super::payments::acknowledge::acknowledge,
        super::payments::refund::put,
        super::reviews::of_the_store,
        super::events::events,
    ),
    components(schemas(crate::problem::ProblemAnswer))
)]
struct Document;

/// The document.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(super) async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}
