//! What went wrong, and what to do.

use scantill_types::api::ProblemCode;

use super::{Language, Text};
use crate::sheet::{Notice, Trouble};

impl Language {
    /// What is said while the PIN is typed.
    pub(crate) fn notice(self, notice: &Notice) -> &'static str {
        self.word(match notice {
            Notice::Trouble(trouble) => return self.trouble(*trouble),
            Notice::Scanned => Text::Scanned,
            Notice::Forgotten => Text::Forgotten,
            Notice::TooShort => Text::TooShort,
            Notice::WhoTypes => Text::WhoTypes,
        })
    }

    /// What went wrong, and what to do.
    pub(crate) fn trouble(self, trouble: Trouble) -> &'static str {
        self.word(match trouble {
            Trouble::NoAnswer => Text::TroubleNoAnswer,
            Trouble::Refused(code) => refused(code),
        })
    }
}

fn refused(code: ProblemCode) -> Text {
    match code {
        ProblemCode::ApprovalRefused => Text::TroubleApprovalRefused,
        ProblemCode::ApprovalLocked => Text::TroubleApprovalLocked,
        ProblemCode::SecondApprovalNeeded => Text::TroubleSecondApprovalNeeded,
        ProblemCode::NothingToDecide => Text::TroubleNothingToDecide,
        ProblemCode::NotInDoubt => Text::TroubleNotInDoubt,
        ProblemCode::SalePaid => Text::TroubleSalePaid,
        ProblemCode::ChargeInDoubt => Text::TroubleChargeInDoubt,
        ProblemCode::NotRefundable => Text::TroubleNotRefundable,
        ProblemCode::RefundUnderWay => Text::TroubleRefundUnderWay,
        ProblemCode::RefundChanged => Text::TroubleRefundChanged,
        ProblemCode::RefundConflict => Text::TroubleRefundConflict,
        ProblemCode::AmountTooLarge => Text::TroubleAmountTooLarge,
        ProblemCode::AmountTooSmall => Text::TroubleAmountTooSmall,
        ProblemCode::Unauthenticated => Text::TroubleUnauthenticated,
        ProblemCode::PaymentNotFound | ProblemCode::PaymentConflict => Text::TroubleNotSeen,
        ProblemCode::ProviderUnreachable => Text::TroubleProvider,
        ProblemCode::Busy | ProblemCode::RateLimited => Text::TroubleBusy,
        _ => Text::TroubleOtherwise,
    }
}
