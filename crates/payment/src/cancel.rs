//! Wanting the end of a payment: one forced read, then expire, then read again (P11). It may end as paid. What is
//! repeated is repeated ever more slowly, and changes nothing while it shows nothing new.

use super::{
    Action, Cancelling, ChargeSnapshot, PaymentAttempt, Pending, Remark, ScheduledAction, Sending, State,
};
use scantill_types::api::CancelledBy;
use scantill_types::{Timestamp, Timing};
use serde::{Deserialize, Serialize};

/// After this many refusals the charge is left pending, for a human to see.
const EXPIRES_REFUSED_MAX: u32 = 5;
/// The provider tells when a charge was paid in whole seconds.
const PAID_AT_MS: u64 = 1_000;

/// Somebody wants the end of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelRequested {
    /// Who.
    pub by: CancelledBy,
    /// When that was, on the provider's clock, at the earliest; none while that was not heard.
    pub provider_time: Option<Timestamp>,
}

/// Who first wanted the end of a payment, and when: a fact that any open state may carry (P11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// Who.
    pub by: CancelledBy,
    /// When.
    pub at: Timestamp,
}

impl CancelRequested {
    /// A request of which nobody knows the provider's time.
    pub const fn by(by: CancelledBy) -> Self {
        Self { by, provider_time: None }
    }
}

impl Cancelling {
    pub(super) fn begun(since: Timestamp, read_next: bool) -> Self {
        Self { since, read_next, expire_begun: false, expires_refused: 0 }
    }

    /// A read said that it is still pending: expire it.
    pub(super) fn still_pending(self) -> Self {
        Self { read_next: false, ..self }
    }

    pub(super) fn due(&self, now: Timestamp, timing: &Timing, end_not_before: Timestamp) -> ScheduledAction {
        let again = now.plus_ms(timing.again_pause_ms(now.since_ms(self.since)));
        let (at, action) = match () {
            () if self.read_next && now == self.since => (now, Action::Read),
            () if self.read_next => (again, Action::Read),
            () if self.expire_begun => (again.max(end_not_before), Action::Expire),
            () => (end_not_before.max(now), Action::Expire),
        };
        ScheduledAction { at, action }
    }

    pub(super) fn is_hopeless(&self) -> bool {
        EXPIRES_REFUSED_MAX <= self.expires_refused
    }
}

impl PaymentAttempt {
    pub(super) fn cancel_request(mut self, at: Timestamp, request: CancelRequested) -> (Self, Vec<Remark>) {
        let state = match self.state.clone() {
            State::Sending(Sending { permitted: false }) => State::Cancelled,
            State::Pending(Pending { .. }) => State::Cancelling(Cancelling::begun(at, true)),
            state @ (State::Sending(_) | State::Unknown(_)) => state,
            State::Cancelling(_)
            | State::Successful
            | State::Failed(_)
            | State::Expired
            | State::Cancelled => {
                return self.ignored();
            }
        };
        self.state = state;
        self.note_request(at, request);
        (self, Vec::new())
    }

    /// The proxy looked after the deadline, and nothing had changed: the expire may follow without a further read.
    pub(super) fn deadline_passed(
        mut self,
        at: Timestamp,
        provider_time: Option<Timestamp>,
    ) -> (Self, Vec<Remark>) {
        let is_waiting = matches!(self.state, State::Pending(_) | State::Unknown(_));
        if !is_waiting || self.cancel_request.is_some() {
            return self.ignored();
        }
        if matches!(self.state, State::Pending(_)) {
            self.state = State::Cancelling(Cancelling::begun(at, false));
        }
        self.note_request(at, CancelRequested { by: CancelledBy::Deadline, provider_time });
        (self, Vec::new())
    }

    /// The first request counts.
    pub(super) fn note_request(&mut self, at: Timestamp, request: CancelRequested) {
        if self.cancel_request.is_none() {
            self.cancel_request = Some(CancelRequest { by: request.by, at });
            self.cancel_provider_time = request.provider_time;
        }
    }

    /// Whether it was surely paid before anybody asked to end it.
    pub(super) fn was_paid_before_its_end(&self, evidence: &ChargeSnapshot) -> bool {
        let times = evidence.paid_at.zip(self.cancel_provider_time);
        times.is_some_and(|(paid_at, request)| paid_at.plus_ms(PAID_AT_MS) <= request)
    }

    pub(super) fn expire_begins(mut self) -> (Self, Vec<Remark>) {
        let State::Cancelling(cancelling) = self.state else {
            return self.ignored();
        };
        // One that changed nothing is repeated without a trace: only the first must be known after a restart.
        let read_next = cancelling.read_next || !cancelling.expire_begun;
        self.state = State::Cancelling(Cancelling { expire_begun: true, read_next, ..cancelling });
        (self, Vec::new())
    }

    pub(super) fn expire_refused(mut self) -> (Self, Vec<Remark>) {
        let State::Cancelling(cancelling) = self.state else {
            return self.ignored();
        };
        let expires_refused = cancelling.expires_refused.saturating_add(1);
        self.state = State::Cancelling(Cancelling { expires_refused, ..cancelling });
        (self, Vec::new())
    }
}
