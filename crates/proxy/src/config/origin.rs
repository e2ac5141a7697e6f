//! The origins of other pages, written as browsers write them: a browser's `Origin` header is compared byte by byte.

use reqwest::Url;

/// Why a text is not an origin. Each reason says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOrigin {
    /// A wildcard.
    #[error("'*' would let every page take payments: list the origins of the shop's own pages one by one")]
    Wildcard,
    /// What a page without an origin sends, and every such page alike.
    #[error("\"null\" is sent by every page that has no origin: serve the shop's page over https")]
    Null,
    /// No scheme.
    #[error("the scheme is missing: write https://{0}, or http://{0} if the page is served so")]
    NoScheme(String),
    /// Another scheme than a page's.
    #[error("a page's origin begins with https:// or http://, not with {0}:")]
    Scheme(String),
    /// More than an origin.
    #[error("an origin is scheme, name and port alone, without {more}: write {origin}")]
    More {
        /// What is too much.
        more: &'static str,
        /// The origin in it.
        origin: String,
    },
    /// No address at all.
    #[error("it is no address ({0}): write the shop page's origin, such as https://shop.example")]
    NoAddress(String),
}

/// Reads an origin; gives it back in small letters, without its scheme's own port and without a slash at the end.
pub fn origin(text: &str) -> Result<String, NotAnOrigin> {
    let text = text.trim();
    if text.contains('*') {
        return Err(NotAnOrigin::Wildcard);
    }
    if text.eq_ignore_ascii_case("null") {
        return Err(NotAnOrigin::Null);
    }
    if !text.is_empty() && !text.contains("://") {
        return Err(NotAnOrigin::NoScheme(text.trim_matches('/').to_owned()));
    }
    let address = Url::parse(text).map_err(|error| NotAnOrigin::NoAddress(error.to_string()))?;
    if !matches!(address.scheme(), "http" | "https") {
        return Err(NotAnOrigin::Scheme(address.scheme().to_owned()));
    }
    let origin = address.origin().ascii_serialization();
    match too_much(&address) {
        Some(more) => Err(NotAnOrigin::More { more, origin }),
        None => Ok(origin),
    }
}

fn too_much(address: &Url) -> Option<&'static str> {
    if !address.username().is_empty() || address.password().is_some() {
        Some("a user's name")
    } else if address.path() != "/" {
        Some("a path")
    } else if address.query().is_some() {
        Some("a query")
    } else {
        address.fragment().map(|_| "a fragment")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_read_as_browsers_write_it() {
        for (text, written) in [
            ("https://shop.example", "https://shop.example"),
            (" https://shop.example/ ", "https://shop.example"),
            ("HTTPS://Shop.Example", "https://shop.example"),
            ("https://shop.example:443", "https://shop.example"),
            ("http://shop.example:80/", "http://shop.example"),
            ("https://shop.example:8443", "https://shop.example:8443"),
            ("http://localhost:3000/", "http://localhost:3000"),
            ("https://käse.example", "https://xn--kse-qla.example"),
            ("http://[::1]:08080", "http://[::1]:8080"),
            ("http://192.168.1.5", "http://192.168.1.5"),
        ] {
            assert_eq!(origin(text).as_deref(), Ok(written), "{text}");
        }
    }

    #[test]
    fn what_no_browser_would_ever_send_is_refused_with_the_way_out() {
        for (text, said) in [
            ("*", "one by one"),
            ("https://*.shop.example", "one by one"),
            ("null", "no origin"),
            ("", "is no address"),
            ("shop.example", "write https://shop.example"),
            ("localhost:3000", "or http://localhost:3000"),
            ("//shop.example/", "write https://shop.example"),
            ("https://", "is no address"),
            ("https://shop.example:70000", "is no address"),
            ("https://shop .example", "is no address"),
            ("htps://shop.example", "not with htps:"),
            ("file:///home/shop", "not with file:"),
            ("https://shop.example/till", "without a path: write https://shop.example"),
            ("https://shop.example//", "without a path"),
            ("https://shop.example/?a=1", "without a query"),
            ("https://shop.example/#a", "without a fragment"),
            ("https://me@shop.example", "without a user's name"),
        ] {
            let refused = origin(text).expect_err(text).to_string();
            assert!(refused.contains(said), "{text}: {refused}");
        }
    }
}
