//! Which pages a request may come from. A browser says it in headers that no page can set: `Origin` and `Sec-Fetch-Site`.
//! Who is no browser sends neither, or what it likes: the token decides about it.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use scantill_types::api::ProblemCode;

use super::origin::Origins;
use crate::app::App;
use crate::config::Pairing;
use crate::problem::refuse;
use crate::security_log::{Kind, Subject};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why a request is refused before its route runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum NotTaken {
    /// Another page sent it.
    #[error(
        "a page of this origin may not use this proxy: list it in allowed_origins, or have the reverse proxy pass on `Host`"
    )]
    Page,
    /// A name that is not this machine's own, while whoever asks is paired.
    #[error("with pairing = \"open\" this proxy is for this machine alone: open it as http://localhost")]
    Host,
}

/// Refuses what comes from a page that may not use this proxy.
pub(super) async fn checked(
    State((app, listed)): State<(Arc<App>, Origins)>,
    request: Request,
    next: Next,
) -> Response {
    match check(request.headers(), request.uri(), &listed, app.pairing) {
        Ok(()) => next.run(request).await,
        Err(reason) => {
            app.security.note(Kind::RefusedOrigin, Subject::default());
            refuse(ProblemCode::OriginRefused, reason.to_string()).into_response()
        }
    }
}

fn check(headers: &HeaderMap, uri: &Uri, listed: &Origins, pairing: Pairing) -> Result<(), NotTaken> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).or_else(|| uri.authority().map(Authority::as_str));
    // A page of a stranger may have its name lead here (DNS rebinding): its own origin, and this machine.
    if pairing == Pairing::Open && !host.is_some_and(is_loopback) {
        return Err(NotTaken::Host);
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        let is_foreign = text(SEC_FETCH_SITE) == Some("cross-site");
        return if is_foreign { Err(NotTaken::Page) } else { Ok(()) };
    };
    // The module in a shop's own page is cross-site, and listed.
    if listed.contains(origin.as_bytes()) {
        return Ok(());
    }
    match text(SEC_FETCH_SITE) {
        // So a till of this proxy works behind a reverse proxy that passes on another `Host`.
        Some("same-origin") => Ok(()),
        Some("cross-site") => Err(NotTaken::Page),
        _ if origin.to_str().ok().zip(host).is_some_and(|(origin, host)| is_own(origin, host)) => Ok(()),
        _ => Err(NotTaken::Page),
    }
}

/// Whether a page of this origin was served under this `Host`. A reverse proxy may write the scheme's own port out.
fn is_own(origin: &str, host: &str) -> bool {
    let (authority, port) = match origin.split_once("://") {
        Some(("http", authority)) => (authority, ":80"),
        Some(("https", authority)) => (authority, ":443"),
        _ => return false,
    };
    authority.eq_ignore_ascii_case(host.strip_suffix(port).unwrap_or(host))
}

/// Whether a `Host` names this machine, on any port.
fn is_loopback(host: &str) -> bool {
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = port.map_or(host, |(name, _)| name).to_ascii_lowercase();
    name == "localhost"
        || name.strip_suffix(".localhost").is_some_and(|name| !name.is_empty())
        || name == "[::1]"
        || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "https://shop.example";

    fn checked(headers: &[(&str, &str)], pairing: Pairing) -> Result<(), NotTaken> {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let listed = Origins([SHOP.to_owned()].into());
        check(&headers.collect(), &Uri::from_static("/v1/pair"), &listed, pairing)
    }

    #[test]
    fn pages_that_are_listed_or_the_proxys_own_are_taken() {
        for headers in [
            &[("host", "till.example")][..],
            &[("host", "till.example"), ("sec-fetch-site", "none")],
            &[("host", "till.example"), ("sec-fetch-site", "same-origin")],
            &[("host", "till.example"), ("origin", SHOP), ("sec-fetch-site", "cross-site")],
            &[("host", "till.example"), ("origin", SHOP)],
            &[("host", "till.example"), ("origin", "https://till.example")],
            &[("host", "till.example:443"), ("origin", "https://till.example")],
            &[("host", "till.example:80"), ("origin", "http://till.example")],
            &[("host", "Till.Example:8443"), ("origin", "https://till.example:8443")],
            &[("host", "[::1]:8787"), ("origin", "http://[::1]:8787"), ("sec-fetch-site", "same-origin")],
            &[
                ("host", "127.0.0.1:8787"),
                ("origin", "https://till.example"),
                ("sec-fetch-site", "same-origin"),
            ],
        ] {
            assert_eq!(checked(headers, Pairing::Code), Ok(()), "{headers:?}");
        }
    }

    #[test]
    fn other_pages_are_not() {
        for headers in [
            &[("host", "till.example"), ("sec-fetch-site", "cross-site")][..],
            &[("host", "till.example"), ("origin", "https://evil.example")],
            &[("host", "till.example"), ("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
            &[("host", "till.example"), ("origin", "https://evil.example"), ("sec-fetch-site", "same-site")],
            &[("host", "till.example"), ("origin", "null")],
            &[("host", "till.example"), ("origin", "https://till.example:8443")],
            &[("host", "till.example:8443"), ("origin", "https://till.example")],
            &[("host", "till.example"), ("origin", "https://shop.example.evil.example")],
            &[("host", "till.example"), ("origin", "ftp://till.example")],
            &[("origin", "https://")],
        ] {
            assert_eq!(checked(headers, Pairing::Code), Err(NotTaken::Page), "{headers:?}");
        }
    }

    #[test]
    fn an_open_proxy_is_reached_by_this_machines_names_alone() {
        for host in [
            "localhost",
            "LOCALHOST:8787",
            "till.localhost:1",
            "127.0.0.1",
            "127.8.9.1:80",
            "[::1]",
            "[::1]:8787",
        ] {
            assert_eq!(checked(&[("host", host)], Pairing::Open), Ok(()), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8787",
            "localhost.evil.example",
            ".localhost",
            "127.0.0.1.evil.example",
            "128.0.0.1",
            "10.0.0.1",
            "[::2]",
            "::1",
            "localhost:x",
            "",
        ] {
            assert_eq!(checked(&[("host", host)], Pairing::Open), Err(NotTaken::Host), "{host}");
        }
        let rebound =
            [("host", "evil.example"), ("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")];
        assert_eq!(checked(&rebound, Pairing::Open), Err(NotTaken::Host));
        assert_eq!(checked(&[], Pairing::Open), Err(NotTaken::Host));
    }
}
