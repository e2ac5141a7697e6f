//! Which requests meet which fault.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::files::without_hash;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not reach the proxy, and the connection is cut.
    Cut,
    /// It does not reach the proxy, and nothing ever answers.
    Swallow,
    /// The proxy answers it, and the connection is cut before a byte of that comes back.
    LoseAnswer,
    /// The proxy answers it, and nothing of that ever comes back.
    WithholdAnswer,
    /// It stays here until the rules are lifted, and then goes on, whether somebody still waits for it or not.
    Hold,
    /// It goes on after a pause.
    Delay(Duration),
    /// It goes on, and these bytes come behind those of its answer.
    Append(&'static [u8]),
    /// It does not reach the proxy, and this is its answer.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The media type of the body.
        media_type: &'static str,
        /// The body.
        body: &'static str,
    },
}

#[derive(Debug, Default)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    lifted: CancellationToken,
}

#[derive(Debug)]
struct Rule {
    fault: Fault,
    on: String,
    left: Option<usize>,
}

impl Rules {
    pub(super) fn add(&mut self, fault: Fault, on: &str, times: Option<usize>) {
        self.rules.push(Rule { fault, on: on.to_owned(), left: times });
    }

    /// Lets go what is held; later rules begin anew.
    pub(super) fn lift(&mut self) {
        self.rules.clear();
        std::mem::take(&mut self.lifted).cancel();
    }

    /// The first rule for such a request, with what tells that it was lifted.
    pub(super) fn meet(&mut self, method: &str, path: &str) -> Option<(Fault, CancellationToken)> {
        let met = |rule: &Rule| rule.left != Some(0) && matches(&rule.on, method, path);
        let rule = self.rules.iter_mut().find(|rule| met(rule))?;
        rule.left = rule.left.map(|left| left - 1);
        Some((rule.fault, self.lifted.clone()))
    }
}

/// Whether a request is of a kind such as `GET /v1/payments/*`, or `GET /pkg/scantill.js` in whatever build.
pub(super) fn matches(on: &str, method: &str, path: &str) -> bool {
    let Some((wanted_method, wanted_path)) = on.split_once(' ') else { return false };
    let path = without_hash(path);
    let (wanted, given) = (wanted_path.split('/'), path.split('/'));
    wanted_method == method
        && wanted.clone().count() == given.clone().count()
        && wanted.zip(given).all(|(wanted, given)| wanted == "*" || wanted == given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_part_of_the_path() {
        assert!(matches("PUT /v1/payments/*", "PUT", "/v1/payments/0190"));
        assert!(!matches("PUT /v1/payments/*", "PUT", "/v1/payments/0190/cancel"));
        assert!(!matches("PUT /v1/payments/*", "GET", "/v1/payments/0190"));
        assert!(matches("GET /v1/events", "GET", "/v1/events"));
        assert!(matches("GET /pkg/scantill.js", "GET", "/pkg/scantill-0123456789ab.js"));
    }

    #[test]
    fn a_rule_for_once_is_met_once() {
        let mut rules = Rules::default();
        rules.add(Fault::Cut, "GET /a", Some(1));
        rules.add(Fault::Swallow, "GET /a", None);
        let mut meet = || rules.meet("GET", "/a").map(|(fault, _)| fault);
        assert_eq!([meet(), meet(), meet()], [Some(Fault::Cut), Some(Fault::Swallow), Some(Fault::Swallow)]);
    }

    #[test]
    fn lifting_lets_go_what_is_held_and_nothing_that_comes_later() {
        let mut rules = Rules::default();
        rules.add(Fault::Hold, "GET /a", None);
        let (_, held) = rules.meet("GET", "/a").unwrap();
        rules.lift();
        assert!(held.is_cancelled() && rules.meet("GET", "/a").is_none());
        rules.add(Fault::Hold, "GET /a", None);
        assert!(!rules.meet("GET", "/a").unwrap().1.is_cancelled());
    }
}
