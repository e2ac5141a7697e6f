//! When a refund needs two people.

use serde::{Deserialize, Serialize};

/// What one supervisor may refund in a store. Amounts are minor units of the account's currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundLimits {
    /// The store; without it, each store of the account that has no limits of its own.
    #[serde(default)]
    pub store: Option<String>,
    /// A refund above this needs two supervisors.
    #[serde(default)]
    pub amount: Option<i64>,
    /// So does one that takes the refunds of the store's business day beyond this.
    #[serde(default)]
    pub day_amount: Option<i64>,
    /// Who asks for a refund is never the one who approves it.
    #[serde(default)]
    pub requester_differs: bool,
}

/// Why a refund needs two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "limit")]
pub enum NeedsTwo {
    /// It is large.
    Amount {
        /// The largest that one supervisor may refund.
        amount: i64,
    },
    /// The day's refunds are many.
    DayAmount {
        /// What may be refunded in a day with one supervisor each.
        amount: i64,
        /// What was refunded in this day so far.
        refunded: i64,
    },
    /// Staff do not sign in yet, so that the one who asks is known by a PIN alone.
    Requester,
}

impl RefundLimits {
    /// Why this refund needs two supervisors, if so, after `refunded` of the same day.
    pub fn needs_two(&self, wanted: i64, refunded: i64) -> Option<NeedsTwo> {
        if let Some(amount) = self.amount.filter(|amount| *amount < wanted) {
            return Some(NeedsTwo::Amount { amount });
        }
        if let Some(amount) = self.day_amount.filter(|amount| *amount < wanted.saturating_add(refunded)) {
            return Some(NeedsTwo::DayAmount { amount, refunded });
        }
        self.requester_differs.then_some(NeedsTwo::Requester)
    }
}

/// Whether an account's limits can be meant: no amount is less than nothing, and no store is named twice.
pub fn are_usable(all: &[RefundLimits]) -> bool {
    let is_fine = |limits: &RefundLimits| {
        let is_named_once = all.iter().filter(|other| other.store == limits.store).count() == 1;
        is_named_once && [limits.amount, limits.day_amount].into_iter().flatten().all(|amount| 0 <= amount)
    };
    all.iter().all(is_fine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limits() -> impl Strategy<Value = RefundLimits> {
        let limit = || proptest::option::of(0..1_000_i64);
        (limit(), limit(), any::<bool>()).prop_map(|(amount, day_amount, requester_differs)| RefundLimits {
            store: None,
            amount,
            day_amount,
            requester_differs,
        })
    }

    #[test]
    fn each_store_has_one_set_of_limits() {
        let of = |store: Option<&str>, amount| RefundLimits {
            store: store.map(str::to_owned),
            amount: Some(amount),
            ..RefundLimits::default()
        };
        assert!(are_usable(&[]) && are_usable(&[of(None, 0), of(Some("a"), 5), of(Some("b"), 5)]));
        assert!(!are_usable(&[of(Some("a"), 1), of(Some("a"), 2)]) && !are_usable(&[of(None, -1)]));
    }

    proptest! {
        #[test]
        fn one_supervisor_alone_never_goes_beyond_a_limit(limits in limits(), wishes in proptest::collection::vec(1..400_i64, 0..40)) {
            let mut refunded = 0;
            for wanted in wishes {
                if limits.needs_two(wanted, refunded).is_none() {
                    refunded += wanted;
                    prop_assert!(limits.amount.is_none_or(|amount| wanted <= amount));
                    prop_assert!(!limits.requester_differs);
                }
            }
            prop_assert!(limits.day_amount.is_none_or(|amount| refunded <= amount));
        }

        #[test]
        fn a_larger_refund_on_a_busier_day_needs_no_fewer_people(limits in limits(), wanted in 1..1_000_i64, refunded in 0..1_000_i64, more in 0..1_000_i64) {
            if limits.needs_two(wanted, refunded).is_some() {
                prop_assert!(limits.needs_two(wanted + more, refunded).is_some());
                prop_assert!(limits.needs_two(wanted, refunded + more).is_some());
            }
        }

        #[test]
        fn without_limits_one_is_enough(wanted in any::<i64>(), refunded in any::<i64>()) {
            prop_assert_eq!(RefundLimits::default().needs_two(wanted, refunded), None);
        }
    }
}
