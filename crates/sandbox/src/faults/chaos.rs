//! Faults drawn with given odds from a seed: as options of the start, and by the control API.

use std::str::FromStr;

use crate::faults::kind::FaultKind;
use crate::faults::pattern::Pattern;
use crate::faults::registry::{FaultOptions, FaultRegistry, NewFault, Trigger};

/// Which faults are drawn how often. The same seed and the same requests in the same order draw the same faults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chaos {
    /// `None` uses the simulator's own seed.
    pub seed: Option<u64>,
    odds: Vec<(FaultKind, f64)>,
}

/// Why a text is not `FAULT=ODDS`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChaosError {
    #[error("{0:?} is not FAULT=ODDS, as in cut_after_commit=0.05 or all=1%")]
    NoPair(String),
    #[error("there is no fault {0:?}: docs/sandbox.md lists them")]
    NoSuchFault(String),
    #[error("the odds of {0} must be from 0 to 1, or from 0% to 100%")]
    Odds(String),
}

impl Chaos {
    /// Adds a fault by its name, or every fault of the catalogue as `all`; the odds are from 0 to 1.
    pub fn with(mut self, fault: &str, odds: f64) -> Result<Self, ChaosError> {
        if Trigger::with_odds(odds).is_none() {
            return Err(ChaosError::Odds(fault.to_owned()));
        }
        match FaultKind::parse(fault) {
            Some(kind) => self.odds.push((kind, odds)),
            None if fault == "all" => self.odds.extend(FaultKind::ALL.map(|kind| (kind, odds))),
            None => return Err(ChaosError::NoSuchFault(fault.to_owned())),
        }
        Ok(self)
    }

    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// Replaces the faults that were drawn before.
    pub(crate) fn start(&self, faults: &mut FaultRegistry, default_seed: u64) {
        faults.clear_drawn();
        faults.reseed(self.seed.unwrap_or(default_seed));
        for (kind, odds) in &self.odds {
            let Some(trigger) = Trigger::with_odds(*odds) else { continue };
            let (on, pattern) = ("*".to_owned(), Pattern::Anything);
            faults.add(NewFault { kind: *kind, on, pattern, trigger, options: FaultOptions::default() });
        }
    }
}

/// `cut_after_commit=0.05,hang=1%`
impl FromStr for Chaos {
    type Err = ChaosError;

    fn from_str(text: &str) -> Result<Self, ChaosError> {
        text.split(',').try_fold(Self::default(), |chaos, pair| {
            let (fault, odds) = pair.split_once('=').ok_or_else(|| ChaosError::NoPair(pair.to_owned()))?;
            let fault = fault.trim();
            chaos.with(fault, read_odds(odds.trim()).ok_or_else(|| ChaosError::Odds(fault.to_owned()))?)
        })
    }
}

impl Chaos {
    /// Both together; the later seed wins.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.odds.extend(other.odds);
        Self { seed: other.seed.or(self.seed), ..self }
    }
}

fn read_odds(text: &str) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => Some(percent.trim().parse::<f64>().ok()? / 100.0),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_are_read_as_fractions_or_percents() {
        let chaos: Chaos = "hang=0.5,webhook_lost=5%".parse().unwrap();
        assert_eq!(chaos.odds, [(FaultKind::Hang, 0.5), (FaultKind::WebhookLost, 0.05)]);
        let all: Chaos = "all=1%".parse().unwrap();
        assert_eq!(all.odds.len(), FaultKind::ALL.len());
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        let refused = |text: &str| text.parse::<Chaos>().unwrap_err();
        assert_eq!(refused("hang"), ChaosError::NoPair("hang".to_owned()));
        assert_eq!(refused("earthquake=0.1"), ChaosError::NoSuchFault("earthquake".to_owned()));
        assert_eq!(refused("hang=2"), ChaosError::Odds("hang".to_owned()));
        assert_eq!(refused("hang=often"), ChaosError::Odds("hang".to_owned()));
    }
}
