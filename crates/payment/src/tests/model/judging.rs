//! What must be so when the faults have stopped.

use proptest::prelude::*;

use super::super::driven::survives_storage;
use super::super::*;
use super::World;
use super::provider::TrueCharge;
use scantill_types::api::{Disposition as Word, RefundState as RefundWord};

impl World {
    pub(super) fn check(&self) -> Result<(), TestCaseError> {
        let (attempt, provider) = (&self.attempt, &self.provider);
        let word = attempt.disposition.as_ref().map(Disposition::to_api);
        let told =
            format!("{:?} {:?} {provider:?} {:?}", attempt.state, attempt.disposition, attempt.refunds.ours);
        prop_assert!(survives_storage(attempt), "{attempt:?}");
        prop_assert!(provider.charges_posted <= 1);
        for id in &provider.refunds_posted {
            prop_assert_eq!(provider.refunds_posted.iter().filter(|other| *other == id).count(), 1);
        }
        let paid: Vec<&TrueCharge> = provider.charges.iter().filter(|charge| charge.was_paid()).collect();
        let was_paid = !paid.is_empty();
        let is_back = |charge: &TrueCharge| charge.refunded() == 2_225;
        prop_assert!(attempt.payment_state().is_final() || attempt.review().is_some(), "undecided: {}", told);
        prop_assert!(attempt.refunds.ours.iter().all(RefundAttempt::is_over), "a refund in doubt: {}", told);
        prop_assert_eq!(was_paid, attempt.disposition.is_some(), "{}", told);
        prop_assert!(
            word != Some(Word::AwaitingDecision)
                && word != Some(Word::RefundDue)
                && word != Some(Word::Refunding),
            "{}",
            told
        );
        let money = attempt.money().and_then(|money| provider.charge(&money.id));
        prop_assert!(
            word != Some(Word::Refunded) || money.is_some_and(is_back),
            "returned without money: {}",
            told
        );
        prop_assert!(
            word != Some(Word::Accepted)
                || money.is_some_and(|charge| charge.was_paid() && !is_back(charge))
                || attempt.refunds.standing_of(&attempt.money().unwrap().id) == 2_225,
            "{}",
            told
        );
        // Of two that were paid one goes back, or a human is called.
        let other = paid.iter().find(|charge| money.is_none_or(|money| money.id != charge.id));
        prop_assert!(
            other.is_none_or(|other| is_back(other) || attempt.review().is_some()),
            "paid twice: {} {:?}",
            told,
            attempt.charges.duplicates
        );
        self.check_refunds(money, &told)
    }

    /// All that went back is known, once and as it was.
    fn check_refunds(&self, money: Option<&TrueCharge>, told: &str) -> Result<(), TestCaseError> {
        let (attempt, provider) = (&self.attempt, &self.provider);
        for refund in &attempt.refunds.ours {
            let is_it =
                |(made, _): &(RefundSnapshot, i64)| made.refund.as_deref() == Some(refund.order.id.as_str());
            let truly = provider.charges.iter().any(|charge| charge.refunds.iter().any(is_it));
            prop_assert_eq!(truly, matches!(refund.state, RefundState::Done(_)), "{}", told);
        }
        for charge in &provider.charges {
            prop_assert!(knows_refunds(attempt, charge), "a refund that nobody knows: {}", told);
        }
        let shown = attempt.money().map(|facts| facts.refunded_amount);
        prop_assert_eq!(
            shown,
            money.map(TrueCharge::refunded),
            "the next approver sees too little: {}",
            told
        );
        let done = attempt.refunds.ours.iter().filter(|refund| refund.api_state() == RefundWord::Done);
        let elsewhere = attempt.refunds.elsewhere.iter().map(|refund| refund.amount);
        let listed: i64 = done.map(|refund| refund.order.amount).chain(elsewhere).sum();
        let gone: i64 = provider.charges.iter().map(TrueCharge::refunded).sum();
        prop_assert_eq!(listed, gone, "{}", told);
        Ok(())
    }
}

pub(super) fn knows_refunds(attempt: &PaymentAttempt, charge: &TrueCharge) -> bool {
    charge.refunds.iter().all(|(refund, _)| attempt.refunds.is_known(&refund.id))
}
