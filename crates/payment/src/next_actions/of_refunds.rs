//! What the refunds that we were asked for ask for, until they are over and after that.

use super::watching::next_watch;
use super::{Action, ScheduledAction, paced_from};
use crate::{Approver, PaymentAttempt, RefundAttempt, RefundState, RefundWatch};
use scantill_types::{Timestamp, Timing};

impl PaymentAttempt {
    pub(super) fn of_refunds(
        &self,
        now: Timestamp,
        timing: &Timing,
    ) -> impl Iterator<Item = ScheduledAction> {
        let (timing, ours) = (*timing, &self.refunds.ours);
        let under_way = ours.iter().filter(|refund| !self.is_held_back(refund));
        let over = move |refund: &RefundAttempt| {
            let at = refund.watched_at(now, &timing)?;
            Some(ScheduledAction { at, action: self.look_at(&refund.order.charge) })
        };
        under_way.filter_map(move |refund| refund.due(now, &timing)).chain(ours.iter().filter_map(over))
    }
}

impl RefundAttempt {
    fn due(&self, now: Timestamp, timing: &Timing) -> Option<ScheduledAction> {
        let id = self.order.id.clone();
        if self.is_over() {
            return None;
        }
        match &self.state {
            RefundState::Approved if self.is_too_late(now, timing) => {
                Some(ScheduledAction { at: now, action: Action::StopAwaitingRefund(id) })
            }
            RefundState::Approved if self.order.approver != Approver::Rule => {
                Some(ScheduledAction { at: now, action: Action::SendRefund(id) })
            }
            RefundState::Approved => Some(ScheduledAction {
                at: paced_from(self.order.created_at, now, timing),
                action: Action::SendRefund(id),
            }),
            RefundState::Sending(sending) => {
                let wait_ms = timing.money_answer_ms + timing.read_answer_ms;
                Some(ScheduledAction {
                    at: sending.since.plus_ms(wait_ms).max(now),
                    action: Action::StopAwaitingRefund(id),
                })
            }
            RefundState::Unknown(unknown) => {
                let pause_ms = timing.read_pause_ms(now.since_ms(unknown.since));
                Some(ScheduledAction { at: now.plus_ms(pause_ms), action: Action::LookupRefund(id) })
            }
            RefundState::Done(_) | RefundState::Refused(_) | RefundState::Absent => None,
        }
    }

    /// When the charge of a refund that did not happen, as far as is known, is looked at: at once after a refusal, and
    /// then as after an unpaid end (P15, P19).
    fn watched_at(&self, now: Timestamp, timing: &Timing) -> Option<Timestamp> {
        let RefundWatch { since, looked } = self.watch?;
        if !looked {
            return Some(paced_from(since, now, timing));
        }
        let at = next_watch(since, now, timing);
        (at <= since.plus_ms(timing.watch_beyond_ms)).then_some(at)
    }

    /// An approved refund that was not sent within the time for a decision is not sent any more: a person may have paid the
    /// customer in another way.
    fn is_too_late(&self, now: Timestamp, timing: &Timing) -> bool {
        self.order.approver != Approver::Rule && timing.decide_ms < now.since_ms(self.order.created_at)
    }
}
