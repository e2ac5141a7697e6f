//! Scheduled actions of payers and wallet, by time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::model::owner::Owner;

/// An action of a payer or the wallet on a charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScheduledAction {
    pub(crate) owner: Owner,
    pub(crate) charge: String,
    pub(crate) action: Action,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Action {
    Approve,
    /// A phone confirms without a tap, if its balance suffices.
    PhoneConfirms(String),
    Fail(String),
    ApproveOtherAmount,
    TurnUnderReview,
    /// The payer had already paid when the charge was expired.
    ApproveAfterAll,
    CloseByWallet,
    /// The charge expires unpaid at the end of its lifetime.
    ExpireInTime,
}

/// Actions by the time when they are due; equal times keep their order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Schedule {
    #[serde(with = "pairs")]
    actions: BTreeMap<(Moment, u64), ScheduledAction>,
    count: u64,
}

impl Schedule {
    pub(crate) fn add(&mut self, due: Moment, scheduled: ScheduledAction) {
        self.count += 1;
        self.actions.insert((due, self.count), scheduled);
    }

    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.actions.keys().next().map(|(due, _)| *due)
    }

    /// Removes the first action that is due, and returns it with its due time.
    pub(crate) fn take_due(&mut self, now: Moment) -> Option<(Moment, ScheduledAction)> {
        let first = self.actions.first_entry()?;
        let due = first.key().0;
        (due <= now).then(|| (due, first.remove()))
    }
}

/// A map with a tuple for a key has no JSON form of its own.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Moment, ScheduledAction};

    pub(super) fn serialize<S: Serializer>(
        actions: &BTreeMap<(Moment, u64), ScheduledAction>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        actions.iter().collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<(Moment, u64), ScheduledAction>, D::Error> {
        Ok(Vec::<((Moment, u64), ScheduledAction)>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheduled(charge: &str) -> ScheduledAction {
        let owner = Owner { livemode: false, name: "demo".to_owned() };
        ScheduledAction { owner, charge: charge.to_owned(), action: Action::Approve }
    }

    #[test]
    fn acts_come_out_in_time_and_in_order() {
        let mut schedule = Schedule::default();
        schedule.add(Moment::from_ms(20), scheduled("late"));
        schedule.add(Moment::from_ms(10), scheduled("one"));
        schedule.add(Moment::from_ms(10), scheduled("two"));
        let json = serde_json::to_string(&schedule).unwrap();
        let mut schedule: Schedule = serde_json::from_str(&json).unwrap();
        let mut take = |ms| schedule.take_due(Moment::from_ms(ms)).map(|(_, scheduled)| scheduled.charge);
        assert_eq!(take(9), None);
        assert_eq!(take(15).as_deref(), Some("one"));
        assert_eq!(take(15).as_deref(), Some("two"));
        assert_eq!(take(15), None);
        assert_eq!(schedule.next_due(), Some(Moment::from_ms(20)));
    }
}
