//! Why something failed, whether money was taken, and what to do next.

use scantill_till::advice::Advice;
use scantill_till::page_address::AddressProblem;
use scantill_till::{CallError, ScanProblem};
use scantill_types::api::{Problem, ProblemCode, ReviewReason};
use scantill_types::payer_code::CodeRefusal;

use super::{Language, Message, MessageText, Text};

impl Language {
    pub(super) fn advice(self, advice: Advice) -> Message {
        self.nothing_taken(match advice {
            Advice::TooLittleMoney => MessageText::AdviceTooLittleMoney,
            Advice::NotConfirmedInTime => MessageText::AdviceNotConfirmedInTime,
            Advice::RefusedByWallet => MessageText::AdviceRefusedByWallet,
            Advice::CancelledByCustomer => MessageText::AdviceCancelledByCustomer,
            Advice::TechnicalFault => MessageText::AdviceTechnicalFault,
            Advice::WrongCode => MessageText::AdviceWrongCode,
            Advice::Stopped => MessageText::AdviceStopped,
            Advice::NeverSent => MessageText::AdviceNeverSent,
            Advice::RefusedByProvider => MessageText::AdviceRefusedByProvider,
            Advice::NotCreated => MessageText::AdviceNotCreated,
            Advice::CallSupervisor => MessageText::AdviceCallSupervisor,
        })
    }

    pub(super) fn review(self, reason: Option<ReviewReason>) -> &'static str {
        self.word(match reason {
            Some(ReviewReason::Mismatch) => Text::ReviewMismatch,
            Some(ReviewReason::ChargeMissing) => Text::ReviewChargeMissing,
            Some(ReviewReason::UnexpectedStatus) => Text::ReviewUnexpectedStatus,
            Some(ReviewReason::DuplicateCharge) => Text::ReviewDuplicateCharge,
            Some(ReviewReason::CancelRefused) => Text::ReviewCancelRefused,
            Some(ReviewReason::PaidLate) => Text::ReviewPaidLate,
            Some(ReviewReason::UnapprovedRefund) => Text::ReviewUnapprovedRefund,
            Some(ReviewReason::PaidTwice) => Text::ReviewPaidTwice,
            Some(ReviewReason::DecisionOverdue) => Text::ReviewDecisionOverdue,
            Some(ReviewReason::RefundFailed) => Text::ReviewRefundFailed,
            Some(ReviewReason::SupervisorCalled) => Text::ReviewSupervisorCalled,
            Some(
                ReviewReason::OutcomeUnknown | ReviewReason::AwaitingDecision | ReviewReason::RefundMismatch,
            )
            | None => Text::ReviewOtherwise,
        })
    }

    pub(super) fn problem(self, code: ProblemCode) -> Message {
        match code {
            ProblemCode::SaleOpen => self.message(MessageText::RefusedSaleOpen),
            ProblemCode::SalePaid => self.message(MessageText::RefusedSalePaid),
            _ => Message { money: self.word(Text::RefusedNothingSent), ..self.message(refused(code)) },
        }
    }

    pub(crate) fn scan_problem(self, problem: ScanProblem) -> &'static str {
        self.word(match problem {
            ScanProblem::Code(refusal) => code_refusal(refusal),
            ScanProblem::SentAlready => Text::ScanSentAlready,
            ScanProblem::UnderWay => Text::ScanUnderWay,
            ScanProblem::Over => Text::ScanOver,
            ScanProblem::Undecided => Text::ScanUndecided,
        })
    }

    pub(crate) fn address_problem(self, problem: AddressProblem) -> &'static str {
        self.word(match problem {
            AddressProblem::Amount => Text::AddressAmount,
            AddressProblem::Currency => Text::AddressCurrency,
            AddressProblem::Reference => Text::AddressReference,
            AddressProblem::Sale => Text::AddressSale,
        })
    }

    pub(crate) fn pair_problem(self, error: &CallError) -> &'static str {
        self.word(match error {
            CallError::Unreachable | CallError::OriginRefused => Text::PairingNoAnswer,
            CallError::Refused(Problem { code: ProblemCode::PairingRefused, .. })
            | CallError::Unauthenticated => Text::PairingWrongCode,
            CallError::Refused(_) => Text::PairingNotTaken,
        })
    }
}

/// Of a refusal that says that nothing was sent.
fn refused(code: ProblemCode) -> MessageText {
    match code {
        ProblemCode::AmountTooSmall => MessageText::RefusedAmountTooSmall,
        ProblemCode::AmountTooLarge => MessageText::RefusedAmountTooLarge,
        ProblemCode::CurrencyNotTaken => MessageText::RefusedCurrency,
        ProblemCode::InvalidCode => MessageText::RefusedInvalidCode,
        ProblemCode::CodeStale => MessageText::RefusedCodeStale,
        ProblemCode::CodeUsed => MessageText::RefusedCodeUsed,
        ProblemCode::SaleChanged => MessageText::RefusedSaleChanged,
        ProblemCode::ReferenceSeen => MessageText::RefusedReferenceSeen,
        ProblemCode::ProviderUnreachable => MessageText::RefusedProvider,
        ProblemCode::StorageUnavailable | ProblemCode::Internal => MessageText::RefusedFault,
        ProblemCode::Busy | ProblemCode::RateLimited => MessageText::RefusedBusy,
        ProblemCode::PaymentEnded | ProblemCode::PaymentConflict | ProblemCode::PaymentNotFound => {
            MessageText::RefusedEnded
        }
        ProblemCode::Unauthenticated
        | ProblemCode::PairingRefused
        | ProblemCode::OriginRefused
        | ProblemCode::InvalidJson
        | ProblemCode::InvalidRequest
        | ProblemCode::BodyTooLarge
        | ProblemCode::UnsupportedMediaType
        | ProblemCode::SaleOpen
        | ProblemCode::SalePaid
        | ProblemCode::NothingToDecide
        | ProblemCode::NotInDoubt
        | ProblemCode::ChargeInDoubt
        | ProblemCode::NotRefundable
        | ProblemCode::RefundUnderWay
        | ProblemCode::RefundChanged
        | ProblemCode::RefundConflict
        | ProblemCode::ApprovalRefused
        | ProblemCode::ApprovalLocked
        | ProblemCode::SecondApprovalNeeded
        | ProblemCode::NotFound
        | ProblemCode::MethodNotAllowed
        | ProblemCode::WebhookRefused
        | ProblemCode::Unlisted => MessageText::RefusedOtherwise,
    }
}

fn code_refusal(refusal: CodeRefusal) -> Text {
    match refusal {
        CodeRefusal::Empty => Text::ScanEmpty,
        CodeRefusal::PayeeCode => Text::ScanPayeeCode,
        CodeRefusal::ProductCode => Text::ScanProductCode,
        CodeRefusal::NotDigits => Text::ScanNotDigits,
        CodeRefusal::Torn => Text::ScanTorn,
        CodeRefusal::TooShort => Text::ScanTooShort,
        CodeRefusal::TooLong => Text::ScanTooLong,
        CodeRefusal::Doubled => Text::ScanDoubled,
        CodeRefusal::OtherWallet => Text::ScanOtherWallet,
        CodeRefusal::CardNumber => Text::ScanCardNumber,
        CodeRefusal::UnknownShape => Text::ScanUnknownShape,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::built;
    use scantill_till::catalogue::LANGUAGES;
    use scantill_types::api::FailureCode;
    use std::collections::HashSet;

    const ADVICE: [Advice; 11] = [
        Advice::TooLittleMoney,
        Advice::NotConfirmedInTime,
        Advice::RefusedByWallet,
        Advice::CancelledByCustomer,
        Advice::TechnicalFault,
        Advice::WrongCode,
        Advice::Stopped,
        Advice::NeverSent,
        Advice::RefusedByProvider,
        Advice::NotCreated,
        Advice::CallSupervisor,
    ];

    fn languages() -> impl Iterator<Item = Language> {
        LANGUAGES.iter().map(|(tag, _)| Language::read(tag, built(tag).to_owned()).unwrap())
    }

    #[test]
    fn each_advice_says_something_of_its_own_and_whether_money_was_taken() {
        for language in languages() {
            let said: Vec<Message> = ADVICE.into_iter().map(|advice| language.advice(advice)).collect();
            let titles: HashSet<&str> = said.iter().map(|said| said.title).collect();
            let next: HashSet<&str> = said.iter().map(|said| said.next).collect();
            assert_eq!((titles.len(), next.len()), (ADVICE.len(), ADVICE.len()), "{}", language.tag());
            let nothing_taken = language.word(Text::AdviceNothingTaken);
            assert!(said.iter().all(|said| said.money == nothing_taken));
        }
    }

    #[test]
    fn the_fraud_check_gives_the_payer_no_hint() {
        for language in languages() {
            let said = language.advice(Advice::for_code(&FailureCode::FailedFraudCheck));
            let words = format!("{} {}", said.title, said.next).to_lowercase();
            for hint in ["fraud", "check", "ทุจริต", "ฉ้อโกง", "ต้องสงสัย", "欺诈", "风险", "可疑"]
            {
                assert!(!words.contains(hint), "{words}");
            }
        }
    }

    #[test]
    fn only_a_sale_without_another_payment_took_no_money() {
        for language in languages() {
            let nothing_sent = language.word(Text::RefusedNothingSent);
            assert_eq!(language.problem(ProblemCode::CodeUsed).money, nothing_sent);
            assert_ne!(language.problem(ProblemCode::SaleOpen).money, nothing_sent);
            assert_ne!(language.problem(ProblemCode::SalePaid).money, nothing_sent);
        }
    }

    #[test]
    fn each_wrong_code_has_its_own_sentence() {
        let refusals = [
            CodeRefusal::Empty,
            CodeRefusal::PayeeCode,
            CodeRefusal::ProductCode,
            CodeRefusal::NotDigits,
            CodeRefusal::Torn,
            CodeRefusal::TooShort,
            CodeRefusal::TooLong,
            CodeRefusal::Doubled,
            CodeRefusal::OtherWallet,
            CodeRefusal::UnknownShape,
            CodeRefusal::CardNumber,
        ];
        for language in languages() {
            let sentences: HashSet<&str> =
                refusals.into_iter().map(|refusal| language.word(code_refusal(refusal))).collect();
            assert_eq!(sentences.len(), refusals.len(), "{}", language.tag());
        }
    }
}
