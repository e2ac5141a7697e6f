//! The step of the PIN: the order, the supervisor, the typed digits, and the result of the call.

use std::rc::Rc;

use scantill_types::api::{Approval, ProblemCode};

use super::order::Approvals;
use super::pin::PinEntry;
use super::{Order, Press, Trouble};

/// An order that waits for its PIN.
#[derive(Debug)]
pub(crate) struct Approving {
    pub(crate) order: Order,
    /// The store's supervisors; `None` until the list was read.
    pub(crate) supervisors: Option<Rc<[String]>>,
    /// The chosen supervisor's place in the list.
    pub(crate) who: Option<usize>,
    pub(crate) pin: PinEntry,
    /// The proxy requires two people.
    pub(crate) needs_two: bool,
    /// The first of two supervisors, and their PIN, which waits for the second one's.
    first: Option<(usize, PinEntry)>,
    /// The call is under way.
    pub(crate) busy: bool,
    pub(crate) notice: Option<Notice>,
    /// A call of this order was not answered: it may have been carried out.
    pub(super) is_unsure: bool,
    /// The proxy cannot carry out the order any more: the payment is read again before the sheet says so.
    pub(super) refused: Option<Trouble>,
}

/// The message beside the PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    Trouble(Trouble),
    /// A scanner's keys are no PIN.
    Scanned,
    /// Nobody typed for a minute.
    Forgotten,
    TooShort,
    /// A supervisor must be chosen before the PIN.
    WhoTypes,
}

impl Approving {
    pub(super) fn new(order: Order, supervisors: Option<Rc<[String]>>) -> Self {
        let mut approving = Self {
            order,
            supervisors: None,
            who: None,
            pin: PinEntry::default(),
            needs_two: false,
            first: None,
            busy: false,
            notice: None,
            is_unsure: false,
            refused: None,
        };
        approving.know(supervisors, None);
        approving
    }

    /// The list was read, or could not be read for this reason.
    pub(super) fn know(&mut self, supervisors: Option<Rc<[String]>>, trouble: Option<Trouble>) {
        if supervisors.is_none() {
            self.notice = trouble.map(Notice::Trouble).or(self.notice.take());
        }
        if self.supervisors != supervisors {
            // Digits that were typed before the list arrived belong to the chosen supervisor.
            if self.supervisors.is_some() {
                self.who = None;
                self.forget();
            }
            self.supervisors = supervisors;
        }
        self.choose_the_only_one();
    }

    /// The supervisors who may type now: the second of two must differ from the first.
    pub(crate) fn choices(&self) -> impl Iterator<Item = (usize, &str)> {
        let taken = self.first.as_ref().map(|(who, _)| *who);
        let all = self.supervisors.as_deref().unwrap_or_default().iter().map(String::as_str).enumerate();
        all.filter(move |(place, _)| Some(*place) != taken)
    }

    /// The first of two people has typed.
    pub(crate) fn waits_for_the_second(&self) -> bool {
        self.first.is_some()
    }

    fn choose_the_only_one(&mut self) {
        let places: Vec<usize> = self.choices().map(|(place, _)| place).collect();
        if let [only] = places[..] {
            self.who = Some(only);
        }
    }

    /// Takes a press of the pad or of the list.
    pub(super) fn press(&mut self, press: Press) {
        match press {
            Press::Digit(digit) => self.pin.push(digit),
            Press::Delete => self.pin.delete(),
            Press::Clear => self.pin.forget(),
            Press::Who(place) if self.choices().any(|(other, _)| other == place) => {
                // The digits of one person do not count for another.
                if self.who.is_some_and(|who| who != place) {
                    self.pin.forget();
                }
                self.who = Some(place);
            }
            _ => return,
        }
        self.notice = None;
    }

    /// Takes the PIN for the call; `None` while a name or a digit is missing, or a call is in progress.
    pub(super) fn send(&mut self) -> Option<Approvals> {
        if self.busy {
            return None;
        }
        let Some(who) = self.who else {
            self.notice = Some(Notice::WhoTypes);
            return None;
        };
        if !self.pin.is_long_enough() {
            self.pin.forget();
            self.notice = Some(Notice::TooShort);
            return None;
        }
        self.notice = None;
        if self.needs_two && self.first.is_none() {
            self.first = Some((who, std::mem::take(&mut self.pin)));
            self.who = None;
            self.choose_the_only_one();
            return None;
        }
        let mut last = (who, std::mem::take(&mut self.pin));
        let (mut first, second) = match self.first.take() {
            Some(first) => (first, Some(&mut last)),
            None => (last, None),
        };
        let second_approval = second.and_then(|second| self.approval(second));
        let approval = self.approval(&mut first)?;
        self.busy = true;
        Some(Approvals { approval, second_approval })
    }

    fn approval(&self, (who, pin): &mut (usize, PinEntry)) -> Option<Approval> {
        let supervisor = self.supervisors.as_deref()?.get(*who)?.clone();
        Some(Approval { supervisor, pin: pin.take()? })
    }

    /// The keys of a scanner are no PIN.
    pub(super) fn scanned(&mut self) {
        self.pin.forget();
        self.notice = Some(Notice::Scanned);
    }

    /// Forgets every typed digit.
    pub(super) fn forget(&mut self) {
        if 0 < self.pin.len() || self.first.is_some() {
            self.notice = Some(Notice::Forgotten);
        }
        self.first = None;
        self.pin.forget();
    }

    /// The call failed, or its result is unknown. True if the payment must be read again.
    pub(super) fn failed(&mut self, trouble: Trouble) -> bool {
        // For these errors the payment says nothing new, and the order may be sent again: with another PIN,
        // or by a till that is allowed again.
        let may_come_again = matches!(
            trouble,
            Trouble::Refused(
                ProblemCode::ApprovalRefused
                    | ProblemCode::ApprovalLocked
                    | ProblemCode::SecondApprovalNeeded
                    | ProblemCode::Unauthenticated
            )
        );
        self.needs_two |= trouble == Trouble::Refused(ProblemCode::SecondApprovalNeeded);
        let is_lost = trouble == Trouble::NoAnswer;
        self.is_unsure |= is_lost;
        // While the payment is read, the next step is not known.
        self.busy = !may_come_again;
        if may_come_again || is_lost {
            self.notice = Some(Notice::Trouble(trouble));
        } else {
            self.refused = Some(trouble);
        }
        !may_come_again
    }
}
