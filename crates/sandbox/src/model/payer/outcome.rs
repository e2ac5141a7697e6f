//! What a payer is going to do with a charge.

use serde::{Deserialize, Serialize};

use crate::model::owner::Owner;
use crate::model::charge::{Asked, Charge, OnExpire};
use crate::model::payer::profile::PayerProfile;
use crate::model::schedule::Action;
use crate::model::switches::Payers;
use crate::model::transaction::Transaction;

/// The payer pressed "cancel" in the wallet.
pub(crate) const CANCELLED: &str = "payment_cancelled";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    ApproveAtOnce,
    /// The payer is asked, on this phone or on any.
    Ask(Option<String>),
    ApproveSlowly,
    Never,
    Fail(String),
    ApproveOtherAmount,
    TurnUnderReview,
    OnExpire(OnExpire),
    /// This phone pays by itself, later than others by so many milliseconds.
    PhonePays(String, i64),
    /// The payer of an ordinary code does what `payers` says.
    Default,
}

impl Outcome {
    /// The names of `POST /_sandbox/next`.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        if let Some(code) = name.strip_prefix("fail:") {
            let is_code =
                !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            return is_code.then(|| Self::Fail(code.to_owned()));
        }
        Some(match name {
            "approve" => Self::ApproveAtOnce,
            "approve_after_confirm" => Self::Ask(None),
            "slow" => Self::ApproveSlowly,
            "never" => Self::Never,
            "other_amount" => Self::ApproveOtherAmount,
            "under_review" => Self::TurnUnderReview,
            "expire_refused" => Self::OnExpire(OnExpire::RefusedThenPaid),
            "expire_loses_race" => Self::OnExpire(OnExpire::LosesTheRace),
            "paid_after_expire" => Self::OnExpire(OnExpire::ExpiredThenPaid),
            _ => return None,
        })
    }
}

impl Transaction<'_> {
    /// Decides what the payer does with a new charge, and plans it.
    pub(crate) fn start_payer(&mut self, owner: &Owner, charge: &Charge) {
        let timing = self.options.timing.clone();
        let outcome = self.decide(owner, charge);
        if self.state.switches.wallet_closes {
            self.plan(owner, &charge.id, timing.wallet_close_ms, Action::CloseByWallet);
        } else {
            self.plan(owner, &charge.id, charge.lifetime_ms, Action::ExpireInTime);
        }
        let (after_ms, action) = match outcome {
            Outcome::ApproveAtOnce => (timing.approve_at_once_ms, Action::Approve),
            Outcome::ApproveSlowly => (timing.approve_slowly_ms, Action::Approve),
            Outcome::Fail(code) => (timing.fail_ms, Action::Fail(code)),
            Outcome::ApproveOtherAmount => (timing.fail_ms, Action::ApproveOtherAmount),
            Outcome::TurnUnderReview => (timing.fail_ms, Action::TurnUnderReview),
            Outcome::Default => match self.ordinary_action(charge) {
                Some(planned) => planned,
                None => return,
            },
            Outcome::PhonePays(phone, later_ms) => {
                let wait_ms = self.wait_between((timing.approve_min_ms, timing.approve_max_ms));
                (wait_ms + later_ms, Action::PhoneConfirms(phone))
            }
            Outcome::Ask(phone) => return self.ask(owner, &charge.id, phone),
            Outcome::OnExpire(on_expire) => return self.set_on_expire(owner, &charge.id, on_expire),
            Outcome::Never => return,
        };
        self.plan(owner, &charge.id, after_ms, action);
    }

    fn decide(&mut self, owner: &Owner, charge: &Charge) -> Outcome {
        let by_code = self.present_code(owner, charge);
        self.state.next_outcomes.pop_front().unwrap_or(by_code)
    }

    /// What an ordinary payer does and when; none for one who lets it run out.
    fn ordinary_action(&mut self, charge: &Charge) -> Option<(i64, Action)> {
        let timing = &self.options.timing;
        let (soon, think) =
            ((timing.approve_min_ms, timing.approve_max_ms), (timing.think_min_ms, timing.think_max_ms));
        if self.state.switches.payers == Payers::Approve {
            return Some((self.wait_between(soon), Action::Approve));
        }
        let fail = |code: &str| Action::Fail(code.to_owned());
        Some(match PayerProfile::draw(&mut self.state.random, charge.amount) {
            PayerProfile::PaysAtOnce => (self.wait_between(soon), Action::Approve),
            PayerProfile::Confirms => (self.wait_between(think), Action::Approve),
            PayerProfile::Refuses => (self.wait_between(think), fail(CANCELLED)),
            PayerProfile::IsShort => (self.wait_between(soon), fail("insufficient_balance")),
            PayerProfile::IsRefused => (self.wait_between(soon), fail("payment_rejected")),
            PayerProfile::LetsItRunOut => return None,
        })
    }

    fn wait_between(&mut self, (min_ms, max_ms): (i64, i64)) -> i64 {
        let bound = |ms: i64| u64::try_from(ms).unwrap_or(0);
        let wait_ms = self.state.random.between(bound(min_ms), bound(max_ms));
        i64::try_from(wait_ms).unwrap_or(0)
    }

    fn ask(&mut self, owner: &Owner, charge_id: &str, phone: Option<String>) {
        let since = self.now;
        if let Ok(charge) = self.find_charge(owner, charge_id) {
            charge.asked = Some(Asked { phone, since });
        }
        self.state.wallet.waiting.push((owner.clone(), charge_id.to_owned()));
    }

    fn set_on_expire(&mut self, owner: &Owner, charge: &str, on_expire: OnExpire) {
        if let Ok(charge) = self.find_charge(owner, charge) {
            charge.on_expire = on_expire;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_outcomes_are_read_by_name() {
        assert_eq!(
            Outcome::parse("fail:insufficient_balance"),
            Some(Outcome::Fail("insufficient_balance".to_owned()))
        );
        assert_eq!(Outcome::parse("approve_after_confirm"), Some(Outcome::Ask(None)));
        assert_eq!(Outcome::parse("fail:"), None);
        assert_eq!(Outcome::parse("fail:<b>"), None);
        assert_eq!(Outcome::parse("perhaps"), None);
    }
}
