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

#[derive(Clone, Copy, Debug)]
struct Entry {
    due_at: Timestamp,
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
    pub(super) fn plan(&self, id: &PaymentId, due_at: Option<Timestamp>) {
        let mut entries = self.lock();
        match (entries.get_mut(id), due_at) {
            (Some(entry), Some(due_at)) => entry.due_at = due_at,
            (Some(entry), None) if entry.leased => {}
            (Some(_), None) => {
                entries.remove(id);
            }
            (None, Some(due_at)) => {
                entries.insert(id.clone(), Entry { due_at, leased: false, again: false });
            }
            (None, None) => {}
        }
    }

    pub(super) fn claim(&self, now: Timestamp, limit: usize) -> Vec<Claim> {
        let mut entries = self.lock();
        let mut due: Vec<(Timestamp, PaymentId)> = entries
            .iter()
            .filter(|(_, entry)| !entry.leased && entry.due_at <= now)
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

    pub(super) fn release(&self, claim: &Claim, due_at: Option<Timestamp>) {
        let mut entries = self.lock();
        let Some(entry) = entries.get_mut(&claim.id) else { return };
        match (entry.again, due_at) {
            (true, _) => *entry = Entry { due_at: Timestamp(0), leased: false, again: false },
            (false, Some(due_at)) => *entry = Entry { due_at, leased: false, again: false },
            (false, None) => {
                entries.remove(&claim.id);
            }
        }
    }

    pub(super) fn hasten(&self, id: &PaymentId, now: Timestamp) {
        let mut entries = self.lock();
        let entry = entries.entry(id.clone()).or_insert(Entry { due_at: now, leased: false, again: false });
        entry.due_at = entry.due_at.min(now);
        entry.again = entry.leased;
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.lock().values().filter(|entry| !entry.leased).map(|entry| entry.due_at).min()
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

    #[test]
    fn a_leased_payment_is_given_to_nobody_else() {
        let schedule = Schedule::default();
        schedule.plan(&id(), Some(Timestamp(5)));
        assert!(schedule.claim(Timestamp(4), 9).is_empty());
        let claims = schedule.claim(Timestamp(5), 9);
        assert_eq!(claims, [Claim { id: id() }]);
        assert!(schedule.claim(Timestamp(9), 9).is_empty());
        schedule.release(&claims[0], Some(Timestamp(20)));
        assert_eq!(schedule.next_due(), Some(Timestamp(20)));
    }

    #[test]
    fn hastening_a_leased_payment_makes_it_due_again_at_once() {
        let schedule = Schedule::default();
        schedule.plan(&id(), Some(Timestamp(5)));
        let claims = schedule.claim(Timestamp(5), 9);
        schedule.hasten(&id(), Timestamp(6));
        schedule.release(&claims[0], None);
        assert_eq!(schedule.claim(Timestamp(6), 9).len(), 1);
    }
}
