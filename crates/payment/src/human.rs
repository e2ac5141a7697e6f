//! What humans do beside the machine: let a sale go on (P14), close what cannot be decided (P18).

use super::{Attempt, CancelRequest, Disposition, Effect, State};
use scantill_types::Timestamp;
use scantill_types::api::{ClosedByHand, Ender, Freed};

impl Attempt {
    /// The sale goes on although this payment is in doubt. Its end is wanted, and if money is found it goes back.
    pub(super) fn freed(mut self, by: String, at: Timestamp) -> (Self, Vec<Effect>) {
        if !self.may_be_freed() {
            return self.ignored();
        }
        self.freed = Some(Freed { by, at });
        self.note_request(at, CancelRequest::by(Ender::Supervisor));
        (self, Vec::new())
    }

    /// Whether it is in doubt and still holds its sale.
    pub fn may_be_freed(&self) -> bool {
        matches!(self.state, State::Unknown(_)) && self.is_in_the_way()
    }

    pub(super) fn closed_by_hand(mut self, closed: ClosedByHand) -> (Self, Vec<Effect>) {
        if !self.may_be_closed() {
            return self.ignored();
        }
        self.closed = Some(closed);
        (self, Vec::new())
    }

    /// Whether humans closed it, and nobody decided about it since: no rule gives its money back behind their backs.
    pub(super) fn is_closed_for_good(&self) -> bool {
        self.closed.is_some() && self.word().is_final()
    }

    /// Whether a human may say how it ended: it is open, or money of it waits for a human.
    pub fn may_be_closed(&self) -> bool {
        let waits = !matches!(self.disposition, None | Some(Disposition::Kept | Disposition::Returned));
        self.closed.is_none() && (!self.word().is_final() || waits)
    }
}
