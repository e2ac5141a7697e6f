//! The files of the phone page and of the counter, where it stands beside a till, and the way from the root to it.

use http::{HeaderMap, Method};

use crate::http::reply::{self, Reply};

/// A file of the page; `None` if the path is the API's.
pub(crate) fn file(method: &Method, path: &str, headers: &HeaderMap) -> Option<Reply> {
    if method != Method::GET {
        return None;
    }
    let (content_type, text) = match path {
        "/" if wants_page(headers) => return Some(reply::redirect("/counter")),
        "/counter" | "/counter/" => ("text/html; charset=utf-8", include_str!("../../www/counter.html")),
        "/counter/counter.css" => ("text/css; charset=utf-8", include_str!("../../www/counter.css")),
        "/counter/counter.js" => ("text/javascript; charset=utf-8", include_str!("../../www/counter.js")),
        "/phone" | "/phone/" => ("text/html; charset=utf-8", include_str!("../../www/phone.html")),
        "/phone/phone.css" => ("text/css; charset=utf-8", include_str!("../../www/phone.css")),
        "/phone/phone.js" => ("text/javascript; charset=utf-8", include_str!("../../www/phone.js")),
        "/phone/icon.svg" | "/favicon.ico" => ("image/svg+xml", include_str!("../../www/icon.svg")),
        _ => return None,
    };
    Some(reply::never_stored(reply::text(200, content_type, text.to_owned())))
}

/// Whether the request comes from a browser.
fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get("accept")
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}
