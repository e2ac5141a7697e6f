//! Which way to send a file a reader accepts: `Accept-Encoding`, as RFC 9110 has it.

use crate::till_files::{Coding, TillFile, Variant};

/// Thousandths: how much a reader wants something. Nought is refused.
type Wish = u16;

const WANTED: Wish = 1000;
/// What is sent as it is may be left out of the list: it is then what is sent where nothing else may be.
const UNNAMED_PLAIN: Wish = 1;

/// What a reader says that it can read, in the order of its list.
#[derive(Debug)]
pub(super) struct Accepted<'a>(Vec<(&'a str, Wish)>);

impl<'a> Accepted<'a> {
    /// An entry that cannot be read says nothing.
    pub(super) fn of(entries: impl Iterator<Item = &'a str>) -> Self {
        Self(entries.filter_map(entry).collect())
    }

    /// Of the ways that the reader wants most, the one in the fewest bytes; `None` if it refuses them all.
    pub(super) fn shortest<'f>(&self, file: &'f TillFile) -> Option<(Option<Coding>, &'f Variant)> {
        let compressed = file.compressed.iter().map(|(coding, variant)| (Some(*coding), variant));
        let ways = compressed
            .chain([(None, &file.plain)])
            .map(|(coding, variant)| (self.wish(coding), coding, variant));
        let accepted = ways.filter(|(wish, ..)| 0 < *wish);
        let best = accepted.min_by_key(|(wish, _, variant)| (WANTED - wish, variant.bytes.len()));
        best.map(|(_, coding, variant)| (coding, variant))
    }

    fn wish(&self, coding: Option<Coding>) -> Wish {
        let said = |name: &str| {
            self.0.iter().find(|(named, _)| named.eq_ignore_ascii_case(name)).map(|(_, wish)| *wish)
        };
        let (name, unnamed) = coding.map_or(("identity", UNNAMED_PLAIN), |coding| (coding.as_str(), 0));
        said(name).or_else(|| said("*")).unwrap_or(unnamed)
    }
}

fn entry(text: &str) -> Option<(&str, Wish)> {
    let (name, parameter) = text.split_once(';').unwrap_or((text, "q=1"));
    let (key, value) = parameter.split_once('=')?;
    key.trim().eq_ignore_ascii_case("q").then_some(())?;
    Some((name.trim(), thousandths(value.trim())?))
}

/// The number of a text such as `0.75`, between 0 and 1, with three digits at most.
fn thousandths(text: &str) -> Option<Wish> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_number =
        matches!(whole, "0" | "1") && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let wish: Wish = is_number.then(|| format!("{whole}{part:0<3}"))?.parse().ok()?;
    (wish <= WANTED).then_some(wish)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::till_files::Keeping;
    use axum::body::Bytes;
    use axum::http::HeaderValue;

    fn sent(accepted: &str) -> Option<&'static str> {
        let variant = |length: usize| Variant {
            bytes: Bytes::from(vec![0; length]),
            etag: HeaderValue::from_static(""),
        };
        let file = TillFile {
            content_type: HeaderValue::from_static("text/html"),
            keeping: Keeping::UntilAsked,
            plain: variant(9),
            compressed: vec![(Coding::Brotli, variant(3)), (Coding::Gzip, variant(5))],
        };
        let accepted = Accepted::of(accepted.split(',').map(str::trim));
        accepted.shortest(&file).map(|(coding, _)| coding.map_or("plain", Coding::as_str))
    }

    #[test]
    fn of_what_is_wanted_most_the_shortest_is_sent() {
        for (accepted, coding) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip", "gzip"),
            ("GZIP;Q=0.5, br ; q=0.4", "gzip"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("br;q=0.5, identity", "plain"),
            ("br;q=0.001", "br"),
            ("*", "br"),
            ("br;q=0, *;q=0.1", "gzip"),
            ("identity;q=0, *;q=0.5", "br"),
            ("", "plain"),
            ("zstd, compress", "plain"),
            ("br;q=2, gzip;q=x, br;level=4", "plain"),
        ] {
            assert_eq!(sent(accepted), Some(coding), "{accepted}");
        }
    }

    #[test]
    fn a_reader_that_refuses_every_way_is_sent_nothing() {
        for accepted in
            ["identity;q=0", "*;q=0", "zstd, identity;q=0.000", "br;q=0, gzip;q=0, identity;q=0.0"]
        {
            assert_eq!(sent(accepted), None, "{accepted}");
        }
    }
}
