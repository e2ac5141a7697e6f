//! When each open payment must be looked at, and who is looking. It is rebuilt from the books at start.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scantill_core::{PaymentId, Timestamp};

/// A payment leased to one reader: nobody else reads its charge meanwhile.
#[derive(Debug, PartialEq, Eq)]
pub struct Claim {
    /// The payment.
    pub id: PaymentId,
}

/// What a reader found when it gave its claim back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tended {
    /// The version on which it decided. A commit that came later knows better when the payment is due.
    /// `u64::MAX` where nothing could be decided: then what is said here holds.
    pub version: u64,
    /// When the payment is due again; none if it is over.
    pub due_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    due_at: Option<Timestamp>,
    /// The version that was planned last.
    version: u64,
    leased: bool,
    /// Somebody wanted a look while it was leased.
    again: bool,
}

#[derive(Debug, Default)]
pub(super) struct Schedule {
    entries: Mutex<HashMap<PaymentId, Entry>>,
}

impl Schedule {
    /// Plans a look after a commit; none means that nothing more is due.
    pub(super) fn plan(&self, id: &PaymentId, version: u64, due_at: Option<Timestamp>) {
        let mut entries = self.lock();
        let leased = entries.get(id).is_some_and(|entry| entry.leased);
        if due_at.is_none() && !leased {
            entries.remove(id);
            return;
        }
        let again = entries.get(id).is_some_and(|entry| entry.again);
        entries.insert(id.clone(), Entry { due_at, version, leased, again });
    }

    pub(super) fn claim(&self, now: Timestamp, limit: usize) -> Vec<Claim> {
        let mut entries = self.lock();
        let is_due = |entry: &Entry| !entry.leased && entry.due_at.is_some_and(|due_at| due_at <= now);
        let mut due: Vec<(Option<Timestamp>, PaymentId)> = entries
            .iter()
            .filter(|(_, entry)| is_due(entry))
            .map(|(id, entry)| (entry.due_at, id.clone()))
            .collect();
        due.sort();
        due.truncate(limit);
        for (_, id) in &due {
            if let Some(entry) = entries.get_mut(id) {
                entry.leased = true;
            }
        }
        due.into_iter().map(|(_, id)| Claim { id }).collect()
    }

    pub(super) fn release(&self, claim: &Claim, tended: Tended, now: Timestamp) {
        let mut entries = self.lock();
        let Some(entry) = entries.get(&claim.id).copied() else { return };
        let planned = if tended.version < entry.version { entry.due_at } else { tended.due_at };
        let due_at = if entry.again { Some(now) } else { planned };
        let version = entry.version;
        match due_at {
            Some(_) => {
                entries.insert(claim.id.clone(), Entry { due_at, version, leased: false, again: false })
            }
            None => entries.remove(&claim.id),
        };
    }

    /// Makes a payment due now; one that is leased is due again as soon as it is given back.
    pub(super) fn hasten(&self, id: &PaymentId, now: Timestamp) {
        let mut entries = self.lock();
        let fresh = Entry { due_at: Some(now), version: 0, leased: false, again: false };
        let entry = entries.entry(id.clone()).or_insert(fresh);
        entry.again = entry.leased;
        entry.due_at = Some(now);
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.lock().values().filter(|entry| !entry.leased).filter_map(|entry| entry.due_at).min()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PaymentId, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> PaymentId {
        PaymentId::parse("pay-1").unwrap()
    }

    fn leased_at_version_2() -> (Schedule, Claim) {
        let schedule = Schedule::default();
        schedule.plan(&id(), 2, Some(Timestamp(5)));
        let claim = schedule.claim(Timestamp(5), 9).pop().unwrap();
        (schedule, claim)
    }

    #[test]
    fn a_leased_payment_is_given_to_nobody_else() {
        let (schedule, claim) = leased_at_version_2();
        assert!(schedule.claim(Timestamp(9), 9).is_empty());
        schedule.release(&claim, Tended { version: 2, due_at: Some(Timestamp(20)) }, Timestamp(6));
        assert_eq!(schedule.next_due(), Some(Timestamp(20)));
        assert!(schedule.claim(Timestamp(19), 9).is_empty());
    }

    #[test]
    fn hastening_a_leased_payment_makes_it_due_again_at_once() {
        let (schedule, claim) = leased_at_version_2();
        schedule.hasten(&id(), Timestamp(6));
        schedule.release(&claim, Tended { version: 2, due_at: None }, Timestamp(7));
        assert_eq!(schedule.claim(Timestamp(7), 9).len(), 1);
    }

    #[test]
    fn a_commit_that_came_while_it_was_leased_knows_better_when_it_is_due() {
        let (schedule, claim) = leased_at_version_2();
        schedule.plan(&id(), 3, Some(Timestamp(6)));
        schedule.release(&claim, Tended { version: 2, due_at: Some(Timestamp(900)) }, Timestamp(6));
        assert_eq!(schedule.next_due(), Some(Timestamp(6)));
    }

    #[test]
    fn a_payment_that_is_over_is_forgotten() {
        let (schedule, claim) = leased_at_version_2();
        schedule.plan(&id(), 3, None);
        schedule.release(&claim, Tended { version: 3, due_at: None }, Timestamp(6));
        assert_eq!(schedule.next_due(), None);
    }
}
