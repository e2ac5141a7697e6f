//! What is going to happen by itself, and when.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::api::key::Owner;
use crate::clock::Moment;

/// Something that payer or wallet will do to a charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Act {
    pub(crate) owner: Owner,
    pub(crate) charge: String,
    pub(crate) deed: Deed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Deed {
    Approve,
    /// A phone confirms by itself, if it can pay.
    PhoneConfirms(String),
    Fail(String),
    ApproveOtherAmount,
    TurnUnderReview,
    /// The payer had paid although the charge was ended.
    ApproveAfterAll,
    CloseByWallet,
    /// Nobody paid in the charge's own lifetime.
    ExpireInTime,
}

/// Acts by the time when they are due; equal times keep their order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Schedule {
    #[serde(with = "pairs")]
    acts: BTreeMap<(Moment, u64), Act>,
    count: u64,
}

impl Schedule {
    pub(crate) fn add(&mut self, due: Moment, act: Act) {
        self.count += 1;
        self.acts.insert((due, self.count), act);
    }

    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.acts.keys().next().map(|(due, _)| *due)
    }

    /// Takes out the first act that is due by now, and when it was due.
    pub(crate) fn take_due(&mut self, now: Moment) -> Option<(Moment, Act)> {
        let first = self.acts.first_entry()?;
        let due = first.key().0;
        (due <= now).then(|| (due, first.remove()))
    }
}

/// A map with a tuple for a key has no JSON form of its own.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Act, Moment};

    pub(super) fn serialize<S: Serializer>(
        acts: &BTreeMap<(Moment, u64), Act>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        acts.iter().collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<(Moment, u64), Act>, D::Error> {
        Ok(Vec::<((Moment, u64), Act)>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(charge: &str) -> Act {
        let owner = Owner { livemode: false, name: "demo".to_owned() };
        Act { owner, charge: charge.to_owned(), deed: Deed::Approve }
    }

    #[test]
    fn acts_come_out_in_time_and_in_order() {
        let mut schedule = Schedule::default();
        schedule.add(Moment::from_ms(20), act("late"));
        schedule.add(Moment::from_ms(10), act("one"));
        schedule.add(Moment::from_ms(10), act("two"));
        let json = serde_json::to_string(&schedule).unwrap();
        let mut schedule: Schedule = serde_json::from_str(&json).unwrap();
        let mut take = |ms| schedule.take_due(Moment::from_ms(ms)).map(|(_, act)| act.charge);
        assert_eq!(take(9), None);
        assert_eq!(take(15).as_deref(), Some("one"));
        assert_eq!(take(15).as_deref(), Some("two"));
        assert_eq!(take(15), None);
        assert_eq!(schedule.next_due(), Some(Moment::from_ms(20)));
    }
}
