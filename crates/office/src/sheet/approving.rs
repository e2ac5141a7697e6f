//! The step of the PIN: what is ordered, what was typed, and what came of the call.

use scantill_core::api::{Pin, ProblemCode};

use super::pin::PinEntry;
use super::{Order, Press, Trouble};

/// An order that waits for its PIN.
#[derive(Debug)]
pub(crate) struct Approving {
    pub(crate) order: Order,
    pub(crate) pin: PinEntry,
    /// The call is under way.
    pub(crate) busy: bool,
    pub(crate) notice: Option<Notice>,
    /// A call of this order was not answered: it may have been carried out.
    pub(super) is_unsure: bool,
    /// The proxy does not do it any more: the payment is read again before that is told.
    pub(super) refused: Option<Trouble>,
}

/// What is to be told beside the PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    Trouble(Trouble),
    /// A scanner's keys are no PIN.
    Scanned,
    /// Nobody typed for a minute.
    Forgotten,
    TooShort,
}

impl Approving {
    pub(super) fn new(order: Order) -> Self {
        let (pin, notice, refused) = (PinEntry::default(), None, None);
        Self { order, pin, busy: false, notice, is_unsure: false, refused }
    }

    /// Takes a press of the pad.
    pub(super) fn press(&mut self, press: Press) {
        match press {
            Press::Digit(digit) => self.pin.push(digit),
            Press::Delete => self.pin.delete(),
            Press::Clear => self.pin.forget(),
            _ => return,
        }
        self.notice = None;
    }

    /// Takes the PIN for the call; none while it is too short or a call is under way.
    pub(super) fn send(&mut self) -> Option<Pin> {
        if self.busy {
            return None;
        }
        let pin = self.pin.take();
        self.busy = pin.is_some();
        self.notice = (!self.busy).then_some(Notice::TooShort);
        pin
    }

    /// What a scanner typed was no supervisor's hand.
    pub(super) fn scanned(&mut self) {
        self.pin.forget();
        self.notice = Some(Notice::Scanned);
    }

    /// Nothing typed stays behind.
    pub(super) fn forget(&mut self) {
        if 0 < self.pin.len() {
            self.notice = Some(Notice::Forgotten);
        }
        self.pin.forget();
    }

    /// The call was not carried out, or nobody knows. True where the payment must be read again.
    pub(super) fn failed(&mut self, trouble: Trouble) -> bool {
        let is_about_the_pin =
            matches!(trouble, Trouble::Refused(ProblemCode::ApprovalRefused | ProblemCode::ApprovalLocked));
        let is_lost = trouble == Trouble::NoAnswer;
        self.is_unsure |= is_lost;
        // While the payment is read, the way on is not known.
        self.busy = !is_about_the_pin;
        if is_about_the_pin || is_lost {
            self.notice = Some(Notice::Trouble(trouble));
        } else {
            self.refused = Some(trouble);
        }
        !is_about_the_pin
    }
}
