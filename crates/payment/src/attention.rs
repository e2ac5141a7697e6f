//! When a payment needs a human, and what there is to do about it.

use super::{Attempt, Disposition, Effect, Standing, State};
use scantill_types::Timestamp;
use scantill_types::api::{Attention, ByItself, HumanCall, HumanReason, ToDo};

/// A payment that has been in doubt for longer is for a human to see, though nothing is wrong yet.
const LONG_IN_DOUBT_MS: u64 = 5 * 60 * 1_000;

impl Attempt {
    /// The call for a human, if there is one.
    pub fn needs_human(&self, now: Timestamp) -> Option<HumanCall> {
        // What humans closed calls nobody, unless money stands on a further charge that they cannot have meant.
        let has_paid_extra = self
            .extras
            .iter()
            .any(|extra| matches!(extra.standing, Standing::Paid(_) | Standing::Leads | Standing::Stuck));
        if self.closed.is_some() && !has_paid_extra && !self.has_strange_refund() {
            return None;
        }
        let reason = self.reason(now)?;
        let by_itself = self.by_itself(reason);
        Some(HumanCall { reason, by_itself, to_do: self.to_do(reason, by_itself) })
    }

    /// Somebody saw it, and nothing is left to decide.
    pub(super) fn acknowledged(mut self) -> (Self, Vec<Effect>) {
        if !self.may_be_acknowledged() {
            return self.ignored();
        }
        self.attention = self.stuck();
        (self, Vec::new())
    }

    /// Whether nothing of it is left to decide.
    pub fn may_be_acknowledged(&self) -> bool {
        let is_settled = matches!(self.disposition, None | Some(Disposition::Kept | Disposition::Returned));
        let is_stuck = self.attention == Some(Attention::ReturnFailed) && self.has_stuck_charge();
        self.attention.is_some() && is_settled && self.word().is_final() && !is_stuck
    }

    fn reason(&self, now: Timestamp) -> Option<HumanReason> {
        let is_undecided = matches!(self.disposition, Some(Disposition::Undecided(_)));
        let is_old = LONG_IN_DOUBT_MS < now.since_ms(self.order.created_at);
        match self.attention {
            _ if is_undecided => Some(HumanReason::Undecided),
            Some(attention) => Some(reason(attention)),
            None if self.has_strange_refund() => Some(HumanReason::RefundStrange),
            None if is_old && self.is_giving_back() => Some(HumanReason::InDoubt),
            None if is_old && !self.word().is_final() && !matches!(self.state, State::Pending(_)) => {
                Some(HumanReason::InDoubt)
            }
            None => None,
        }
    }

    /// A return, or a refund, that is not over.
    fn is_giving_back(&self) -> bool {
        let returns = matches!(self.disposition, Some(Disposition::ToReturn(_) | Disposition::Returning(_)));
        returns || self.refunds.ours.iter().any(|refund| !refund.is_over())
    }

    /// One that was answered with something else than what was asked for: no list proves that it did not happen.
    fn has_strange_refund(&self) -> bool {
        self.refunds.ours.iter().any(|refund| !refund.is_over() && refund.was_answered_strangely())
    }

    fn by_itself(&self, reason: HumanReason) -> ByItself {
        match &self.disposition {
            _ if reason == HumanReason::Undecided => ByItself::Asking,
            _ if self.has_strange_refund() => ByItself::Looking,
            _ if self.is_giving_back() => ByItself::GivingBack,
            _ if !self.word().is_final() => ByItself::Looking,
            _ => ByItself::Nothing,
        }
    }

    fn to_do(&self, reason: HumanReason, by_itself: ByItself) -> ToDo {
        match reason {
            HumanReason::Undecided => ToDo::AnswerOnTheTill,
            _ if self.has_strange_refund() => ToDo::CompareAndCloseRefund,
            HumanReason::InDoubt => ToDo::Wait,
            HumanReason::Mismatch | HumanReason::ChargeMissing | HumanReason::StrangeStatus => {
                ToDo::CompareAndClose
            }
            HumanReason::EndRefused => ToDo::EndInDashboard,
            HumanReason::ReturnFailed if self.has_stuck_charge() && self.may_be_decided() => {
                ToDo::KeepOrReturn
            }
            HumanReason::ReturnFailed => ToDo::ReturnAgain,
            _ if by_itself == ByItself::GivingBack => ToDo::Wait,
            _ if self.may_be_acknowledged() => ToDo::Acknowledge,
            _ => ToDo::KeepOrReturn,
        }
    }
}

fn reason(attention: Attention) -> HumanReason {
    match attention {
        Attention::Mismatch => HumanReason::Mismatch,
        Attention::ChargeMissing => HumanReason::ChargeMissing,
        Attention::StrangeStatus => HumanReason::StrangeStatus,
        Attention::ExtraCharge => HumanReason::ExtraCharge,
        Attention::EndRefused => HumanReason::EndRefused,
        Attention::PaidLate => HumanReason::PaidLate,
        Attention::Unanswered => HumanReason::Unanswered,
        Attention::GivenBack => HumanReason::GivenBack,
        Attention::PaidTwice => HumanReason::PaidTwice,
        Attention::ReturnFailed => HumanReason::ReturnFailed,
        Attention::Supervisor => HumanReason::Supervisor,
    }
}
