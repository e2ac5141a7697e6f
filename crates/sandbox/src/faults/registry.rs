//! The ordered faults, their matching, and the effects of each.

use serde::{Deserialize, Serialize};

use crate::faults::kind::{FaultKind, Stage};
use crate::faults::pattern::Pattern;
use crate::random::Random;

/// `refuse_connections` without `for_ms`.
pub(crate) const REFUSED_FOR_MS: u64 = 1_000;
const RUNS_KEPT_MAX: usize = 1_000;
/// Odds are drawn in millionths.
const MILLION: u64 = 1_000_000;

#[derive(Debug)]
pub(crate) struct FaultRegistry {
    rules: Vec<Rule>,
    count: u64,
    random: Random,
}

/// A fault to add to the registry.
#[derive(Clone, Debug)]
pub(crate) struct NewFault {
    pub(crate) kind: FaultKind,
    pub(crate) on: String,
    pub(crate) pattern: Pattern,
    pub(crate) trigger: Trigger,
    pub(crate) options: FaultOptions,
}

/// When a rule matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Trigger {
    Next(u64),
    Always,
    /// Each time with these odds in a million.
    Odds(u64),
}

/// The options of a fault; each fault reads its own and has a default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct FaultOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after_s: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lag_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) for_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) copies: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) age_s: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<Answered>,
}

/// Which of two answers a client gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answered {
    First,
    /// As from a middlebox that sends the request again.
    #[default]
    Second,
}

#[derive(Debug, Serialize)]
pub(crate) struct Rule {
    number: u64,
    fault: FaultKind,
    on: String,
    #[serde(skip)]
    pattern: Pattern,
    /// `None` for a fault that does not run out.
    left: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    odds: Option<f64>,
    #[serde(skip)]
    trigger: Trigger,
    #[serde(flatten)]
    options: FaultOptions,
    struck: u64,
    did: Vec<Run>,
}

/// What a fault did to one request or webhook.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Run {
    Request {
        at: String,
        method: String,
        path: String,
        /// The status that the client got; `None` if the connection was cut or left open.
        status: Option<u16>,
        /// The object that was made or changed although the answer was spoilt.
        committed: Option<String>,
        /// What a second delivery of the same request made or changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        committed_again: Option<String>,
    },
    Webhook {
        at: String,
        event: String,
        key: String,
        object: String,
    },
    Connections {
        at: String,
        refused_for_ms: u64,
    },
}

/// A fault that applies to a request or a webhook.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActiveFault {
    number: u64,
    pub(crate) kind: FaultKind,
    pub(crate) options: FaultOptions,
    /// How often its rule has matched, this match included.
    pub(crate) count: u64,
}

impl FaultRegistry {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { rules: Vec::new(), count: 0, random: Random::from_seed(seed) }
    }

    pub(crate) fn add(&mut self, order: NewFault) -> u64 {
        let NewFault { kind, on, pattern, trigger, options } = order;
        self.count += 1;
        let (left, odds) = match trigger {
            Trigger::Next(count) => (Some(count), None),
            Trigger::Always => (None, None),
            Trigger::Odds(millionths) => (None, Some(as_fraction(millionths))),
        };
        let number = self.count;
        let did = Vec::new();
        self.rules.push(Rule {
            number,
            fault: kind,
            on,
            pattern,
            left,
            odds,
            trigger,
            options,
            struck: 0,
            did,
        });
        number
    }

    /// Takes the first fault that matches this request.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<ActiveFault> {
        self.take_first(|rule| {
            rule.fault.stage() != Stage::Webhook
                && rule.pattern.fits_request(method, path)
                && rule.fault.fits_route(method, path)
        })
    }

    /// Takes the first fault that matches this webhook.
    pub(crate) fn take_webhook(&mut self, key: &str) -> Option<ActiveFault> {
        self.take_first(|rule| rule.fault.stage() == Stage::Webhook && rule.pattern.fits_event(key))
    }

    fn take_first(&mut self, fits: impl Fn(&Rule) -> bool) -> Option<ActiveFault> {
        let random = &mut self.random;
        let rule = self.rules.iter_mut().find(|rule| fits(rule) && rule.is_due(random))?;
        rule.left = rule.left.map(|left| left - 1);
        rule.struck += 1;
        Some(ActiveFault { number: rule.number, kind: rule.fault, options: rule.options, count: rule.struck })
    }

    pub(crate) fn report(&mut self, fault: &ActiveFault, run: Run) {
        let rule = self.rules.iter_mut().find(|rule| rule.number == fault.number);
        if let Some(rule) = rule.filter(|rule| rule.did.len() < RUNS_KEPT_MAX) {
            rule.did.push(run);
        }
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// Ends the faults that are drawn; those that were ordered stay.
    pub(crate) fn clear_drawn(&mut self) {
        self.rules.retain(|rule| rule.odds.is_none());
    }

    pub(crate) fn reseed(&mut self, seed: u64) {
        self.random = Random::from_seed(seed);
    }
}

impl Rule {
    fn is_due(&self, random: &mut Random) -> bool {
        match self.trigger {
            Trigger::Next(_) => self.left.is_some_and(|left| left > 0),
            Trigger::Always => true,
            Trigger::Odds(millionths) => random.between(1, MILLION) <= millionths,
        }
    }
}

impl Trigger {
    /// Odds from 0 to 1; `None` for anything else.
    pub(crate) fn with_odds(odds: f64) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "from 0 to a million"
        )]
        (0.0..=1.0).contains(&odds).then(|| Self::Odds((odds * MILLION as f64).round() as u64))
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most a million")]
fn as_fraction(millionths: u64) -> f64 {
    millionths as f64 / MILLION as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(kind: FaultKind, trigger: Trigger) -> NewFault {
        let pattern = Pattern::Anything;
        NewFault { kind, on: "*".to_owned(), pattern, trigger, options: FaultOptions::default() }
    }

    #[test]
    fn a_fault_matches_as_often_as_it_was_ordered() {
        let mut faults = FaultRegistry::seeded(1);
        faults.add(order(FaultKind::Hang, Trigger::Next(2)));
        let mut trigger = || faults.take("POST", "/charges").is_some();
        assert_eq!([trigger(), trigger(), trigger()], [true, true, false]);
    }

    #[test]
    fn one_seed_draws_one_sequence_and_keeps_to_its_odds() {
        let draw = |seed| {
            let mut faults = FaultRegistry::seeded(seed);
            faults.add(order(FaultKind::Hang, Trigger::with_odds(0.2).unwrap()));
            (0..1_000).map(|_| faults.take("POST", "/charges").is_some()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        let struck = draw(7).into_iter().filter(|struck| *struck).count();
        assert!((150..250).contains(&struck), "{struck}");
    }

    #[test]
    fn odds_lie_between_nothing_and_certainty() {
        assert_eq!(Trigger::with_odds(1.0), Some(Trigger::Odds(MILLION)));
        assert_eq!(Trigger::with_odds(0.0), Some(Trigger::Odds(0)));
        for odds in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Trigger::with_odds(odds), None);
        }
    }

    #[test]
    fn webhooks_and_requests_match_their_own_faults() {
        let mut faults = FaultRegistry::seeded(1);
        faults.add(order(FaultKind::WebhookLost, Trigger::Always));
        assert!(faults.take("POST", "/charges").is_none());
        assert!(faults.take_webhook("charge.create").is_some());
    }
}
