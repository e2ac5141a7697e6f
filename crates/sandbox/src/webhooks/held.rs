//! Webhooks that are held back: by faults, or until they are tried again.

use crate::clock::Moment;
use crate::model::transaction::Transaction;
use crate::webhooks::desk::{DeliveryOutcome, Queued};
use crate::webhooks::errand::Errand;

/// A webhook that goes out later.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) due: Moment,
    pub(crate) errand: Errand,
    /// It goes out as soon as another of its account has.
    pub(crate) after_next: bool,
    /// A retry, to which faults apply as to the first attempt.
    pub(crate) again: bool,
}

impl Transaction<'_> {
    pub(crate) fn hold(&mut self, held: Held) {
        self.state.webhooks.held.push(held);
    }

    /// The first that is due by now.
    pub(crate) fn next_held(&mut self) -> Option<Errand> {
        let now = self.now;
        let held = &mut self.state.webhooks.held;
        let due = held.iter().enumerate().filter(|(_, held)| held.due <= now);
        let (place, _) = due.min_by_key(|(_, held)| held.due)?;
        let Held { errand, again, .. } = held.remove(place);
        Some(Errand { settled: !again, ..errand })
    }

    /// What follows from a webhook that has gone out: its replay, a new try, and those that waited for it.
    pub(crate) fn hold_after(&mut self, errand: &Errand, outcomes: &[DeliveryOutcome]) {
        let now = self.now;
        if let Some(after_ms) = errand.replay_after_ms {
            let errand = Errand { replay_after_ms: None, ..errand.clone() };
            self.hold(Held { due: now.plus_ms(after_ms), errand, after_next: false, again: false });
        }
        let taken = outcomes.iter().any(|outcome| matches!(outcome, DeliveryOutcome::Answered(200..=299)));
        let retries = self.state.switches.webhook_retries.filter(|retries| errand.attempt < retries.count);
        if let (false, Some(retries)) = (taken, retries)
            && let Some(fresh) = self.errand(errand.queued.clone())
        {
            let errand = Errand { attempt: errand.attempt + 1, ..fresh };
            self.hold(Held { due: now.plus_ms(retries.after_ms), errand, after_next: false, again: true });
        }
        let gone = &errand.queued;
        let waits_for_it = |held: &&mut Held| {
            let Queued { owner, event, endpoint } = &held.errand.queued;
            held.after_next && *owner == gone.owner && *endpoint == gone.endpoint && *event != gone.event
        };
        for held in self.state.webhooks.held.iter_mut().filter(waits_for_it) {
            (held.due, held.after_next) = (now, false);
        }
    }
}
