//! Which requests or webhooks a fault matches.

use crate::faults::kind::{FaultKind, Stage, parts};

const METHODS: [&str; 6] = ["GET", "POST", "PATCH", "PUT", "DELETE", "*"];

/// `POST /charges/:id/expire`, where `:id` or `*` is any one part; `*` alone is anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    Anything,
    Request {
        method: String,
        segments: Vec<String>,
    },
    /// The key of an event, such as `charge.complete`.
    Event(String),
}

impl Pattern {
    /// Parses the pattern of a fault; `None` if it can never match.
    pub(crate) fn parse(text: &str, kind: FaultKind) -> Option<Self> {
        let text = text.trim();
        match kind.stage() {
            _ if text == "*" => Some(Self::Anything),
            Stage::Webhook => is_event_key(text).then(|| Self::Event(text.to_owned())),
            Stage::Before | Stage::After | Stage::Visibility => Self::request(text),
        }
    }

    fn request(text: &str) -> Option<Self> {
        let (method, path) = text.split_once(' ')?;
        let (method, path) = (method.trim(), path.trim());
        (METHODS.contains(&method) && path.starts_with('/')).then(|| Self::Request {
            method: method.to_owned(),
            segments: parts(path).into_iter().map(str::to_owned).collect(),
        })
    }

    pub(crate) fn fits_request(&self, method: &str, path: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Event(_) => false,
            Self::Request { method: wanted, segments } => {
                let parts = parts(path);
                let fits_part =
                    |(own, part): (&String, &&str)| own == "*" || own.starts_with(':') || own == part;
                (wanted == "*" || wanted == method)
                    && parts.len() == segments.len()
                    && segments.iter().zip(&parts).all(fits_part)
            }
        }
    }

    pub(crate) fn fits_event(&self, key: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Event(wanted) => wanted == key,
            Self::Request { .. } => false,
        }
    }
}

fn is_event_key(text: &str) -> bool {
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    text.split_once('.').is_some_and(|(kind, verb)| is_word(kind) && is_word(verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, method: &str, path: &str, expected: bool) {
        let parsed = Pattern::parse(pattern, FaultKind::Hang).unwrap();
        assert_eq!(parsed.fits_request(method, path), expected, "{pattern} {method} {path}");
    }

    #[test]
    fn a_pattern_fits_its_requests_alone() {
        check("POST /charges", "POST", "/charges", true);
        check("POST /charges", "GET", "/charges", false);
        check("POST /charges", "POST", "/charges/chrg_1/expire", false);
        check("POST /charges/:id/expire", "POST", "/charges/chrg_1/expire", true);
        check("* /charges/*", "GET", "/charges/chrg_1", true);
        check("*", "PATCH", "/anything/at/all", true);
        assert_eq!(Pattern::parse("charges", FaultKind::Hang), None);
        assert_eq!(Pattern::parse("FETCH /charges", FaultKind::Hang), None);
    }

    #[test]
    fn webhooks_are_named_by_their_event() {
        let pattern = Pattern::parse("charge.complete", FaultKind::WebhookLost).unwrap();
        assert!(pattern.fits_event("charge.complete") && !pattern.fits_event("charge.create"));
        assert!(Pattern::parse("*", FaultKind::WebhookLost).unwrap().fits_event("refund.create"));
        assert_eq!(Pattern::parse("POST /charges", FaultKind::WebhookLost), None);
        assert_eq!(Pattern::parse("charge.complete", FaultKind::Hang), None);
    }
}
