//! The proxy refused before anything left the shop, and has recorded that this payment never will.

use super::sale::StoredPayment;
use super::{Context, Effect, Input, Moment, Next, Phase, Press, Sale, Sound, recalling, scanning};
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
                recalling::Recalling::enter(self.sale, StoredPayment { id, acknowledged: true })
            }
            (Input::Press(Press::EndSale), _) => scanning::leave(context, None),
            _ => context.ignore(Phase::Refused(self)),
        }
    }

    /// A paid or open sale, and a sale with another amount, must not be scanned for again.
    pub(super) fn may_scan_again(&self) -> bool {
        !(self.may_show_other() || self.is(ProblemCode::ReferenceSeen) || self.is(ProblemCode::SaleChanged))
    }

    pub(super) fn may_show_other(&self) -> bool {
        self.is(ProblemCode::SaleOpen) || self.is(ProblemCode::SalePaid)
    }

    fn is(&self, code: ProblemCode) -> bool {
        self.problem.code == code
    }
}
