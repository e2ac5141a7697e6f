//! The proxy refused the payment before it sent anything to Omise, and has recorded that it never will.

use super::{
    Context, Effect, Input, Next, Outcome, Phase, Press, Sale, ScanProblem, Sound, StepContext, resuming,
    scanning,
};
use scantill_types::api::{Problem, ProblemCode};

#[derive(Clone, Debug)]
pub(super) struct Rejected {
    pub(super) sale: Sale,
    pub(super) problem: Problem,
}

impl Rejected {
    pub(super) fn enter(sale: Sale, problem: Problem) -> Next {
        let effects = vec![Effect::StopTimers, Effect::Play(Sound::NotPaid)];
        (Phase::Rejected(Self { sale, problem }), effects)
    }

    pub(super) fn step(self, context: &mut Context, moment: &StepContext, input: Input) -> Next {
        match (input, self.problem.payment_id.clone()) {
            (Input::Press(Press::ScanAgain), _) if self.may_scan_again() => {
                scanning::Scanning::enter(self.sale)
            }
            (Input::Press(Press::AcceptReference), Some(seen)) if self.is(ProblemCode::ReferenceSeen) => {
                scanning::Scanning::enter_accepting(self.sale, Some(seen))
            }
            (Input::Press(Press::ShowOther), Some(id)) if self.may_show_other() => {
                resuming::Resuming::enter_other(self.sale, id, self.problem)
            }
            // A fresh code begins the next attempt.
            (Input::Scanned { text, at_ms }, _) if self.may_scan_again() => {
                let sale = self.sale.clone();
                scanning::send(context, moment, Phase::Rejected(self), &sale, None, &text, at_ms)
            }
            (Input::Scanned { .. }, _) => scanning::refuse(context, Phase::Rejected(self), ScanProblem::Over),
            (Input::Press(Press::EndSale), _) => self.leave(context, moment),
            _ => Phase::Rejected(self).ignore(),
        }
    }

    /// If another payment may still pay the sale, the host page must not count the sale as unpaid.
    fn leave(self, context: &mut Context, moment: &StepContext) -> Next {
        let stands = self.stands_elsewhere();
        let outcome = if stands { Outcome::InDoubt(None) } else { Outcome::NotPaid(None) };
        scanning::leave_with(context, moment, outcome)
    }

    /// The cashier must not scan again for a paid or open sale, or for a sale with another amount.
    pub(super) fn may_scan_again(&self) -> bool {
        !(self.stands_elsewhere() || self.is(ProblemCode::ReferenceSeen) || self.is(ProblemCode::SaleChanged))
    }

    pub(super) fn may_show_other(&self) -> bool {
        self.stands_elsewhere() && self.problem.payment_id.is_some()
    }

    fn stands_elsewhere(&self) -> bool {
        self.is(ProblemCode::SaleOpen) || self.is(ProblemCode::SalePaid)
    }

    fn is(&self, code: ProblemCode) -> bool {
        self.problem.code == code
    }
}
