//! Faults on demand: each is ordered for some requests, and tells afterwards what it did.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

const RUNS_KEPT_MAX: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// Nothing is done and nothing is answered, until the client gives up.
    Hang,
    HangAfterCommit,
    CutBeforeCommit,
    CutAfterCommit,
    #[serde(rename = "error_500_committed")]
    Error500Committed,
    #[serde(rename = "html_502")]
    Html502,
    TooManyRequests,
    /// Carried out and answered, one byte at a time.
    SlowBody,
}

/// Which requests a fault is for: `POST /charges/:id/expire`, where `:id` or `*` is any one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    method: String,
    segments: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
    count: u64,
}

/// A fault that was ordered.
#[derive(Debug, Serialize)]
pub(crate) struct Rule {
    number: u64,
    fault: FaultKind,
    on: String,
    #[serde(skip)]
    pattern: Pattern,
    left: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u64>,
    did: Vec<Run>,
}

/// What a fault did to one request.
#[derive(Debug, Serialize)]
struct Run {
    at: String,
    method: String,
    path: String,
    /// What the client was told; none when the connection was cut or left hanging.
    status: Option<u16>,
    /// The object that was made or changed all the same.
    committed: Option<String>,
}

/// A fault that has taken hold of a request.
#[derive(Clone, Debug)]
pub(crate) struct Armed {
    number: u64,
    pub(crate) kind: FaultKind,
    pub(crate) retry_after_s: Option<u64>,
}

impl Pattern {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (method, path) = text.trim().split_once(' ')?;
        let (method, path) = (method.trim(), path.trim());
        let known = matches!(method, "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "*");
        (known && path.starts_with('/')).then(|| Self {
            method: method.to_owned(),
            segments: path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        })
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let fits_part = |(own, part): (&String, &&str)| own == "*" || own.starts_with(':') || own == part;
        (self.method == "*" || self.method == method)
            && parts.len() == self.segments.len()
            && self.segments.iter().zip(&parts).all(fits_part)
    }
}

impl Faults {
    pub(crate) fn add(
        &mut self,
        fault: FaultKind,
        on: &str,
        pattern: Pattern,
        count: u64,
        retry_after_s: Option<u64>,
    ) -> u64 {
        self.count += 1;
        let (number, on) = (self.count, on.to_owned());
        self.rules.push(Rule { number, fault, on, pattern, left: count, retry_after_s, did: Vec::new() });
        number
    }

    /// The first fault that is still to come for this request.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Armed> {
        let rule = self.rules.iter_mut().find(|rule| rule.left > 0 && rule.pattern.fits(method, path))?;
        rule.left -= 1;
        Some(Armed { number: rule.number, kind: rule.fault, retry_after_s: rule.retry_after_s })
    }

    pub(crate) fn report(
        &mut self,
        armed: &Armed,
        method: &str,
        path: &str,
        status: Option<u16>,
        committed: Option<String>,
        now: Moment,
    ) {
        let rule = self.rules.iter_mut().find(|rule| rule.number == armed.number);
        if let Some(rule) = rule.filter(|rule| rule.did.len() < RUNS_KEPT_MAX) {
            let (method, path) = (method.to_owned(), path.to_owned());
            rule.did.push(Run { at: now.iso_ms(), method, path, status, committed });
        }
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, method: &str, path: &str, expected: bool) {
        assert_eq!(
            Pattern::parse(pattern).unwrap().fits(method, path),
            expected,
            "{pattern} {method} {path}"
        );
    }

    #[test]
    fn a_pattern_fits_its_requests_alone() {
        check("POST /charges", "POST", "/charges", true);
        check("POST /charges", "GET", "/charges", false);
        check("POST /charges", "POST", "/charges/chrg_1/expire", false);
        check("POST /charges/:id/expire", "POST", "/charges/chrg_1/expire", true);
        check("* /charges/*", "GET", "/charges/chrg_1", true);
        assert_eq!(Pattern::parse("charges"), None);
        assert_eq!(Pattern::parse("FETCH /charges"), None);
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_was_ordered() {
        let mut faults = Faults::default();
        faults.add(FaultKind::Hang, "POST /charges", Pattern::parse("POST /charges").unwrap(), 2, None);
        let mut strikes = || faults.take("POST", "/charges").is_some();
        assert_eq!([strikes(), strikes(), strikes()], [true, true, false]);
    }
}
