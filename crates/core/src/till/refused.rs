//! The proxy refused before anything left the shop, and has recorded that this payment never will.

use super::{
    Context, Effect, Input, Moment, Next, Outcome, Phase, Press, Sale, Sound, entering, recalling, scanning,
};
use crate::api::{Problem, ProblemCode};

#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) sale: Sale,
    pub(super) problem: Problem,
}

impl Refused {
    pub(super) fn enter(context: &mut Context, sale: Sale, problem: Problem) -> Next {
        let effects =
            vec![Effect::StopTimers, context.save(Some((&sale, None))), Effect::Play(Sound::NotPaid)];
        (Phase::Refused(Self { sale, problem }), effects)
    }

    pub(super) fn step(self, context: &mut Context, _: &Moment, input: Input) -> Next {
        match (input, self.problem.payment_id.clone()) {
            (Input::Press(Press::ScanAgain), _) if self.may_scan_again() => {
                scanning::Scanning::enter(context, self.sale)
            }
            (Input::Press(Press::AcceptReference), Some(seen)) if self.is(ProblemCode::ReferenceSeen) => {
                scanning::Scanning::enter_accepting(context, self.sale, Some(seen))
            }
            (Input::Press(Press::ShowOther), Some(id)) if self.may_show_other() => {
                recalling::Recalling::enter_other(self.sale, id, self.problem)
            }
            (Input::Press(Press::EndSale), _) => self.leave(context),
            _ => context.ignore(Phase::Refused(self)),
        }
    }

    /// Where another payment stands for the sale, a host page must not take it for unpaid.
    fn leave(self, context: &Context) -> Next {
        if !self.stands_elsewhere() {
            return scanning::leave(context, None);
        }
        let (phase, mut effects) = entering::Entering::enter(context);
        effects.push(Effect::Report(Box::new(Outcome::InDoubt(None))));
        (phase, effects)
    }

    /// A paid or open sale, and a sale with another amount, must not be scanned for again.
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
