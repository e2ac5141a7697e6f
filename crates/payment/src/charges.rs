//! The charges of a payment: the one that is bound, and duplicates. One of them, the primary, holds the money (P12).

use serde::{Deserialize, Serialize};

use super::ChargeStatus;
use scantill_types::{ChargeId, Timestamp};

/// The charges that carry a payment's id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charges {
    /// The facts of the payment's own charge as last read: the first that was seen. Its id is never unbound (P12).
    #[serde(deserialize_with = "Option::deserialize")]
    pub bound: Option<ChargeFacts>,
    /// Further charges, in the order in which they were found. At most one of them is promoted.
    pub duplicates: Vec<DuplicateCharge>,
}

/// A charge as it was last read, as far as anything depends on it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeFacts {
    /// Omise's id.
    pub id: ChargeId,
    /// What Omise says of the payment.
    pub status: ChargeStatus,
    /// Minor units that went back.
    pub refunded_amount: i64,
    /// Voided or reversed.
    pub voided: bool,
    /// A dispute is open.
    pub disputed: bool,
    /// Omise would still void it (P20).
    pub can_perform_void: bool,
    /// When it was paid.
    #[serde(deserialize_with = "Option::deserialize")]
    pub paid_at: Option<Timestamp>,
    /// When Omise stops waiting.
    #[serde(deserialize_with = "Option::deserialize")]
    pub expires_at: Option<Timestamp>,
}

/// A second charge that carries the payment's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicateCharge {
    /// Omise's id.
    pub id: ChargeId,
    /// Whether it was paid, and what became of its money.
    pub standing: DuplicateState,
    /// Whether it should be expired.
    pub expire: DuplicateExpire,
    /// Its facts as last read.
    #[serde(deserialize_with = "Option::deserialize")]
    pub facts: Option<ChargeFacts>,
}

/// Whether a duplicate charge should be expired. A read that shows it pending asks for an expire, which is repeated ever
/// more slowly until a read shows the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateExpire {
    /// No read showed it pending, or it is over.
    NotDue,
    /// A read showed it pending, and no expire was begun.
    Due,
    /// An expire was begun, and no read showed the end since.
    Begun,
}

/// Whether a duplicate charge was paid, and what became of its money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateState {
    /// Not paid, as far as it was read.
    Unpaid,
    /// It ended unpaid.
    EndedUnpaid,
    /// It was paid, and first read so at this time.
    Paid(Timestamp),
    /// It was paid where the payment's own charge was not: the payment's disposition is about it.
    Primary,
    /// It is being given back.
    Refunding,
    /// It was given back.
    Refunded,
    /// It could not be given back: a human must.
    RefundFailed,
}

impl Charges {
    /// The facts of the charge that holds the money: the bound one, unless a duplicate is promoted.
    pub fn primary(&self) -> Option<&ChargeFacts> {
        match self.promoted() {
            Some(duplicate) => duplicate.facts.as_ref(),
            None => self.bound.as_ref(),
        }
    }

    /// The facts of all of them that were read.
    pub fn iter(&self) -> impl Iterator<Item = &ChargeFacts> {
        self.bound.iter().chain(self.duplicates.iter().filter_map(|duplicate| duplicate.facts.as_ref()))
    }

    /// Whether a duplicate is paid and a rule may refund it.
    pub fn has_paid_duplicate(&self) -> bool {
        self.duplicates.iter().any(|duplicate| matches!(duplicate.standing, DuplicateState::Paid(_)))
    }

    /// Whether a duplicate may still be paid, as far as it was read: it is read and expired until it is over.
    pub fn has_open_duplicate(&self) -> bool {
        self.duplicates.iter().any(|duplicate| duplicate.standing == DuplicateState::Unpaid)
    }

    /// Whether the expire of a duplicate was begun, and no read showed the end since.
    pub fn is_expiring(&self, charge: &ChargeId) -> bool {
        let is_expiring = |duplicate: &DuplicateCharge| duplicate.expire == DuplicateExpire::Begun;
        self.duplicates.iter().any(|duplicate| duplicate.id == *charge && is_expiring(duplicate))
    }

    /// Whether one is known.
    pub fn is_empty(&self) -> bool {
        self.bound.is_none() && self.duplicates.is_empty()
    }

    /// Whether a charge is the bound one.
    pub fn is_bound(&self, charge: &ChargeId) -> bool {
        self.bound.as_ref().is_some_and(|bound| bound.id == *charge)
    }

    /// The duplicate that is the primary charge.
    pub(super) fn promoted(&self) -> Option<&DuplicateCharge> {
        self.duplicates.iter().find(|duplicate| duplicate.standing == DuplicateState::Primary)
    }

    /// Makes the first paid duplicate the primary charge. `false` if none is paid.
    pub(super) fn promote(&mut self) -> bool {
        let is_paid =
            |duplicate: &&mut DuplicateCharge| matches!(duplicate.standing, DuplicateState::Paid(_));
        let found = self.duplicates.iter_mut().find(is_paid);
        found.map(|duplicate| duplicate.standing = DuplicateState::Primary).is_some()
    }

    /// Makes the bound charge the primary one again; the duplicate that was promoted stands as `standing`. `false` if none
    /// was.
    pub(super) fn demote(&mut self, standing: DuplicateState) -> bool {
        let is_primary = |duplicate: &&mut DuplicateCharge| duplicate.standing == DuplicateState::Primary;
        let found = self.duplicates.iter_mut().find(is_primary);
        found.map(|duplicate| duplicate.standing = standing).is_some()
    }

    /// The place of a duplicate, which is noted if it is new; and whether it is new.
    pub(super) fn note_duplicate(&mut self, charge: &ChargeId) -> (usize, bool) {
        if let Some(index) = self.duplicates.iter().position(|duplicate| duplicate.id == *charge) {
            return (index, false);
        }
        self.duplicates.push(DuplicateCharge {
            id: charge.clone(),
            standing: DuplicateState::Unpaid,
            expire: DuplicateExpire::NotDue,
            facts: None,
        });
        (self.duplicates.len() - 1, true)
    }

    /// Whether a rule is refunding this charge as a duplicate.
    pub(super) fn is_returning(&self, charge: &ChargeId) -> bool {
        self.duplicates.iter().any(|duplicate| duplicate.is_returning(charge))
    }

    /// Whether the refund of a duplicate failed.
    pub(super) fn has_failed_refund(&self) -> bool {
        self.duplicates.iter().any(|duplicate| duplicate.standing == DuplicateState::RefundFailed)
    }
}

impl ChargeFacts {
    /// Whether Omise says that money was taken. It may be given back by now.
    pub fn is_paid(&self) -> bool {
        self.status == ChargeStatus::Successful
    }
}

impl DuplicateCharge {
    /// Whether a rule is refunding this charge as a duplicate.
    pub(super) fn is_returning(&self, charge: &ChargeId) -> bool {
        self.id == *charge && self.standing == DuplicateState::Refunding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_duplicate(standing: DuplicateState) -> Charges {
        let id = ChargeId::parse("chrg_test_2").unwrap();
        let expire = DuplicateExpire::NotDue;
        let duplicate = DuplicateCharge { id, standing, expire, facts: None };
        Charges { bound: None, duplicates: vec![duplicate] }
    }

    #[test]
    fn a_duplicate_is_open_unpaid_and_paid_until_a_rule_takes_it() {
        let now = Timestamp(0);
        for (standing, is_open, is_paid) in [
            (DuplicateState::Unpaid, true, false),
            (DuplicateState::EndedUnpaid, false, false),
            (DuplicateState::Paid(now), false, true),
            (DuplicateState::Primary, false, false),
            (DuplicateState::Refunding, false, false),
            (DuplicateState::Refunded, false, false),
            (DuplicateState::RefundFailed, false, false),
        ] {
            let charges = with_duplicate(standing);
            let told = (charges.has_open_duplicate(), charges.has_paid_duplicate());
            assert_eq!(told, (is_open, is_paid), "{standing:?}");
        }
        let none = Charges::default();
        assert!(!none.has_open_duplicate() && !none.has_paid_duplicate());
    }
}
