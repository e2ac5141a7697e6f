//! The sheet without a browser: the data of the payment, the actions that a supervisor may take now, and the
//! present step.
//!
//! `Sheet::step` takes an input and returns the effects for the browser. A PIN is kept from its first digit
//! to the call that carries it, and no longer.

mod actions;
mod answer;
mod approving;
mod facts;
mod input;
mod keys;
mod order;
mod pin;
mod refunding;

#[cfg(test)]
mod tests;

use scantill_types::api::{Decision, Payment, Refund};
use scantill_types::{PaymentId, RefundId};

pub(crate) use actions::Action;
pub(crate) use answer::{Reply, Trouble};
pub(crate) use approving::{Approving, Notice};
pub(crate) use facts::{Facts, TillFacts};
pub(crate) use input::{Effect, Input, Moment, Press, Question, Request, Timer};
pub(crate) use keys::{Around, KeyPress, KeyRouter, Routed, Stroke};
pub(crate) use order::Order;
pub(crate) use pin::PIN_DIGITS_MAX;
pub(crate) use refunding::{Reason, Refunding};

use answer::{read_payment, read_reviews, read_supervisors, read_till};
use order::Approvals;

/// The interval of the polls of a refund in progress.
const POLL_WAIT_MS: u32 = 1_000;
/// After this many polls the sheet stops; the till shows the end of the refund.
const POLLS_MAX: u32 = 120;

/// The calls when the sheet opens.
const OPENING: [Question; 4] = [Question::Till, Question::Payment, Question::Reviews, Question::Supervisors];

/// The sheet of one payment.
#[derive(Debug)]
pub(crate) struct Sheet {
    id: PaymentId,
    /// The same id for every send of one refund; another refund gets another id.
    refund_id: RefundId,
    pub(crate) facts: Facts,
    pub(crate) step: Step,
}

/// The supervisor's present step.
#[derive(Debug)]
pub(crate) enum Step {
    /// The payment has not been read yet.
    Loading { trouble: Option<Trouble> },
    /// Choosing an action.
    Choosing {
        /// Why the last order was not carried out.
        trouble: Option<Trouble>,
        /// The provider is being read.
        busy: bool,
    },
    /// Choosing the reason of a refund.
    GivingBack { why: Decision },
    /// Choosing the amount of a refund, and its reason.
    Refunding(Refunding),
    /// Typing the PIN.
    Approving(Approving),
    /// The order was carried out.
    Done {
        /// The order.
        order: Order,
        /// The remaining polls while a refund is in progress.
        polls_left: u32,
        /// Why the sheet cannot show more.
        trouble: Option<Trouble>,
    },
}

impl Step {
    /// The value of `data-step`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Loading { .. } => "loading",
            Self::Choosing { .. } => "choosing",
            Self::GivingBack { .. } => "giving_back",
            Self::Refunding(_) => "refunding",
            Self::Approving(_) => "approving",
            Self::Done { .. } => "done",
        }
    }
}

impl Sheet {
    /// The sheet of this payment, and its first calls.
    pub(crate) fn start(id: PaymentId, moment: &Moment) -> (Self, Vec<Effect>) {
        let refund_id = moment.refund_id();
        let sheet = Self { id, refund_id, facts: Facts::default(), step: Step::Loading { trouble: None } };
        let effects = OPENING.map(|question| sheet.ask(question)).into();
        (sheet, effects)
    }

    /// The refund that this sheet ordered, as the payment lists it.
    pub(crate) fn refund(&self) -> Option<&Refund> {
        order::find(self.facts.payment.as_deref()?, &self.refund_id)
    }

    /// Whether this step takes digits.
    pub(crate) fn takes_digits(&self) -> bool {
        matches!(self.step, Step::Refunding(_) | Step::Approving(_))
    }

    pub(crate) fn step(&mut self, moment: &Moment, input: Input) -> Vec<Effect> {
        match input {
            Input::Answered(question, reply) => self.answered(question, reply.as_ref()),
            Input::Elapsed(Timer::Poll) => self.poll(),
            Input::Elapsed(Timer::Idle) => {
                self.forget_pin();
                Vec::new()
            }
            Input::Press(Press::Close) => {
                self.forget_pin();
                vec![Effect::Close]
            }
            Input::Press(press) => self.press(moment, press),
            Input::Scanned => {
                if let Step::Approving(approving) = &mut self.step {
                    approving.scanned();
                }
                Vec::new()
            }
        }
    }

    fn press(&mut self, moment: &Moment, press: Press) -> Vec<Effect> {
        match (&mut self.step, press) {
            (Step::Loading { .. }, Press::LookAgain) => {
                self.step = Step::Loading { trouble: None };
                OPENING.map(|question| self.ask(question)).into()
            }
            (Step::Choosing { busy: false, .. }, Press::LookAgain) => {
                self.step = Step::Choosing { trouble: None, busy: true };
                vec![self.ask(Question::Refresh)]
            }
            (Step::Choosing { .. }, Press::Choose(action)) => self.choose(action, moment),
            (Step::GivingBack { why }, Press::Why(chosen)) => {
                *why = chosen;
                Vec::new()
            }
            (Step::GivingBack { why }, Press::Next) => {
                let order = Order::Decide(*why);
                self.approve(order)
            }
            (Step::Refunding(refunding), Press::Next) => match refunding.order() {
                Some(order) => self.approve(order),
                None => Vec::new(),
            },
            (Step::Approving(approving), Press::Next) => match approving.send() {
                Some(approvals) => self.send(approvals),
                None => Vec::new(),
            },
            (Step::Approving(Approving { busy: true, .. }), _) => Vec::new(),
            (
                Step::GivingBack { .. } | Step::Refunding(_) | Step::Approving(_) | Step::Done { .. },
                Press::Back,
            ) => self.choose_anew(None),
            (Step::Approving(_), Press::LookAgain) => vec![self.ask(Question::Supervisors)],
            (Step::Refunding(refunding), press) => {
                refunding.press(press);
                Vec::new()
            }
            (Step::Approving(approving), press) => {
                approving.press(press);
                vec![Effect::idle()]
            }
            _ => Vec::new(),
        }
    }

    fn choose(&mut self, action: Action, moment: &Moment) -> Vec<Effect> {
        let Some(payment) = self.facts.payment.clone().filter(|_| self.may(action)) else {
            return Vec::new();
        };
        match action {
            Action::Accept => self.approve(Order::Decide(Decision::Accept)),
            Action::GiveBack => {
                self.step = Step::GivingBack { why: Decision::Refund };
                Vec::new()
            }
            Action::Refund => {
                if order::is_over(&payment, &self.refund_id) {
                    self.refund_id = moment.refund_id();
                }
                self.step = Step::Refunding(Refunding::of(&payment));
                Vec::new()
            }
            Action::Release => self.approve(Order::Release),
            Action::Acknowledge => {
                let Some(reason) = payment.review else { return Vec::new() };
                self.approve(Order::Acknowledge(reason))
            }
        }
    }

    fn may(&self, action: Action) -> bool {
        self.facts.actions().contains(&action)
    }

    fn approve(&mut self, order: Order) -> Vec<Effect> {
        self.step = Step::Approving(Approving::new(order, self.facts.supervisors.clone()));
        vec![Effect::idle()]
    }

    fn send(&mut self, approvals: Approvals) -> Vec<Effect> {
        let (Step::Approving(Approving { order, .. }), Some(payment)) = (&self.step, &self.facts.payment)
        else {
            return Vec::new();
        };
        let request = order.request(payment, &self.refund_id, approvals);
        vec![Effect::Ask(Question::Order, request)]
    }

    fn answered(&mut self, question: Question, reply: Option<&Reply>) -> Vec<Effect> {
        match question {
            Question::Till => {
                self.facts.till = read_till(reply).or(self.facts.till.take());
                Vec::new()
            }
            Question::Reviews => {
                self.facts.call = read_reviews(reply, &self.id).unwrap_or(self.facts.call);
                Vec::new()
            }
            Question::Supervisors => {
                let read = read_supervisors(reply);
                let trouble = read.as_ref().err().copied();
                self.facts.supervisors = read.ok().or(self.facts.supervisors.take());
                if let Step::Approving(approving) = &mut self.step {
                    approving.know(self.facts.supervisors.clone(), trouble);
                }
                Vec::new()
            }
            Question::Payment | Question::Refresh => match read_payment(reply, &self.id) {
                Ok(payment) => self.seen(payment),
                Err(trouble) => self.not_seen(trouble),
            },
            Question::Order => match read_payment(reply, &self.id) {
                Ok(payment) => self.carried_out(payment),
                Err(trouble) => self.not_carried_out(trouble),
            },
        }
    }

    /// The payment was read. It may show an order whose answer was lost.
    fn seen(&mut self, payment: Payment) -> Vec<Effect> {
        self.facts.hear(payment);
        match &mut self.step {
            Step::Loading { .. } => self.choose_anew(None),
            Step::Choosing { busy, .. } => {
                *busy = false;
                Vec::new()
            }
            Step::Approving(approving)
                if approving.is_unsure && self.facts.show(&approving.order, &self.refund_id) =>
            {
                let order = approving.order.clone();
                self.done(order)
            }
            Step::Approving(approving) => {
                let trouble = approving.refused.take();
                approving.busy = false;
                if trouble.is_some() { self.choose_anew(trouble) } else { Vec::new() }
            }
            Step::GivingBack { .. } | Step::Refunding(_) | Step::Done { .. } => Vec::new(),
        }
    }

    fn not_seen(&mut self, new: Trouble) -> Vec<Effect> {
        match &mut self.step {
            Step::Loading { trouble } => *trouble = Some(new),
            Step::Choosing { trouble, busy } => (*trouble, *busy) = (Some(new), false),
            Step::Approving(approving) => {
                approving.busy = false;
                if let Some(refused) = approving.refused.take() {
                    return self.choose_anew(Some(refused));
                }
            }
            // The order goes on, but this till cannot see it any more.
            Step::Done { trouble, .. } if new != Trouble::NoAnswer => *trouble = Some(new),
            Step::GivingBack { .. } | Step::Refunding(_) | Step::Done { .. } => {}
        }
        Vec::new()
    }

    fn carried_out(&mut self, payment: Payment) -> Vec<Effect> {
        self.facts.hear(payment);
        match &self.step {
            Step::Approving(Approving { order, .. }) => {
                let order = order.clone();
                self.done(order)
            }
            _ => Vec::new(),
        }
    }

    fn not_carried_out(&mut self, trouble: Trouble) -> Vec<Effect> {
        let Step::Approving(approving) = &mut self.step else { return Vec::new() };
        if approving.failed(trouble) { vec![self.ask(Question::Payment)] } else { vec![Effect::idle()] }
    }

    fn done(&mut self, order: Order) -> Vec<Effect> {
        self.step = Step::Done { order, polls_left: POLLS_MAX, trouble: None };
        vec![self.ask(Question::Reviews), Effect::Wait(Timer::Poll, POLL_WAIT_MS)]
    }

    fn poll(&mut self) -> Vec<Effect> {
        let Step::Done { polls_left, trouble, .. } = &mut self.step else { return Vec::new() };
        if *polls_left == 0 || trouble.is_some() || !self.facts.is_under_way() {
            return Vec::new();
        }
        *polls_left -= 1;
        vec![self.ask(Question::Payment), Effect::Wait(Timer::Poll, POLL_WAIT_MS)]
    }

    /// Back to the choice of an action, with the present payment.
    fn choose_anew(&mut self, trouble: Option<Trouble>) -> Vec<Effect> {
        let is_fresh = matches!(self.step, Step::Loading { .. });
        self.step = Step::Choosing { trouble, busy: false };
        if is_fresh { Vec::new() } else { vec![self.ask(Question::Payment), self.ask(Question::Reviews)] }
    }

    fn forget_pin(&mut self) {
        if let Step::Approving(approving) = &mut self.step {
            approving.forget();
        }
    }

    fn ask(&self, question: Question) -> Effect {
        let request = match question {
            Question::Till => Request::get("/v1/terminal".to_owned()),
            Question::Reviews => Request::get("/v1/reviews".to_owned()),
            Question::Supervisors => Request::get("/v1/supervisors".to_owned()),
            Question::Refresh => Request::post(format!("/v1/payments/{}/refresh", self.id), None),
            Question::Payment | Question::Order => Request::get(format!("/v1/payments/{}", self.id)),
        };
        Effect::Ask(question, request)
    }
}
