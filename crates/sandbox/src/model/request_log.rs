//! The log of requests. It holds no key, no body and no payer code.

use std::collections::VecDeque;

use serde::Serialize;

use crate::faults::kind::FaultKind;

const LINES_KEPT_MAX: usize = 20_000;
const ID_PREFIXES: [&str; 4] = ["chrg_", "src_", "rfnd_", "evnt_"];

#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    lines: VecDeque<RequestLine>,
}

#[derive(Debug, Serialize)]
pub(crate) struct RequestLine {
    pub(crate) at: String,
    pub(crate) method: String,
    /// Without anything secret.
    pub(crate) path: String,
    pub(crate) account: Option<String>,
    /// `None` if the client got no answer.
    pub(crate) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<FaultKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) made: Option<String>,
}

impl RequestLog {
    pub(crate) fn add(&mut self, line: RequestLine) {
        self.lines.push_back(line);
        if self.lines.len() > LINES_KEPT_MAX {
            self.lines.pop_front();
        }
    }

    pub(crate) fn lines(&self) -> &VecDeque<RequestLine> {
        &self.lines
    }

    pub(crate) fn clear(&mut self) {
        self.lines.clear();
    }
}

/// Removes codes and keys that a client puts into the path.
pub(crate) fn without_secrets(path: &str) -> String {
    let is_key = |part: &str| part.starts_with("skey_") || part.starts_with("pkey_");
    let is_word =
        |part: &str| !is_key(part) && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_id = |part: &str| ID_PREFIXES.iter().any(|prefix| part.starts_with(prefix)) && part.len() <= 40;
    let kept = path.split('/').map(|part| if is_word(part) || is_id(part) { part } else { "…" });
    kept.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_keys_in_a_path_are_not_kept() {
        assert_eq!(without_secrets("/charges/chrg_test_5fzc/expire"), "/charges/chrg_test_5fzc/expire");
        assert_eq!(without_secrets("/sources/281234567890123456"), "/sources/…");
        assert_eq!(without_secrets("/skey_test_5x/charges"), "/…/charges");
        assert_eq!(without_secrets("/charges/skey_test_abc"), "/charges/…");
    }
}
