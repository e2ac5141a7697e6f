//! English: why something failed, whether money was taken, and what to do next.

use scantill_till::advice::Advice;
use scantill_till::{AmountProblem, CallError, ScanProblem};
use scantill_types::Money;
use scantill_types::api::{Limits, Problem, ProblemCode, ReviewReason};
use scantill_types::money::Currency;
use scantill_types::payer_code::CodeRefusal;

use super::Message;
use super::english::said;
use scantill_till::page_address::AddressProblem;

const NOTHING_TAKEN: &str = "No money was taken.";
const NOTHING_SENT: &str = "Nothing was sent, no money was taken.";

pub(super) fn advice(advice: Advice) -> Message {
    let (title, next) = match advice {
        Advice::TooLittleMoney => (
            "Not enough balance",
            "The customer can top up, or choose another card in the app, and show a new code. Or they pay another way.",
        ),
        Advice::NotConfirmedInTime => (
            "Not confirmed in time",
            "Ask the customer for a new code, scan it, and let them confirm in the app.",
        ),
        Advice::RefusedByWallet => (
            "The wallet refused",
            "Take the payment another way: the same wallet will most likely refuse again.",
        ),
        Advice::CancelledByCustomer => {
            ("The customer cancelled", "Ask whether they still want to pay. If so, scan a new code.")
        }
        Advice::TechnicalFault => (
            "It did not go through",
            "Try once more with a new code. If it fails again, take the payment another way.",
        ),
        Advice::WrongCode => (
            "The code was not accepted",
            "Make sure that it is the code for paying, not for receiving. Let the customer refresh it, then scan it.",
        ),
        Advice::Stopped => ("The payment was stopped", "Take the payment another way."),
        Advice::NeverSent => ("Nothing was sent", "The payment did not leave the shop. Scan a new code."),
        Advice::RefusedByProvider => (
            "Omise refused the payment",
            "Call a supervisor: the shop’s account needs a look. Until then take payments another way.",
        ),
        Advice::NotCreated => {
            ("It never arrived", "The payment was looked for and is not there. Scan a new code.")
        }
        Advice::CallSupervisor => ("The payment failed", "Call a supervisor and show them the code below."),
    };
    said(title, NOTHING_TAKEN, next)
}

pub(super) fn review(reason: Option<ReviewReason>) -> &'static str {
    match reason {
        Some(ReviewReason::Mismatch) => "The charge at Omise is not the one that this till asked for.",
        Some(ReviewReason::ChargeMissing) => "Omise does not find this payment.",
        Some(ReviewReason::UnexpectedStatus) => {
            "Omise gives this payment a status that the till does not know."
        }
        Some(ReviewReason::DuplicateCharge) => "The customer may have been charged twice for this sale.",
        Some(ReviewReason::CancelRefused) => "Omise would not end this payment: it may still be paid.",
        Some(ReviewReason::PaidLate) => "The customer paid after this payment had ended.",
        Some(ReviewReason::UnapprovedRefund) => "The money went back to the customer by itself.",
        Some(ReviewReason::PaidTwice) => {
            "Another payment of this sale is paid as well: one of the two must go back."
        }
        Some(ReviewReason::DecisionOverdue) => {
            "The customer paid late, and nobody said what becomes of the money."
        }
        Some(ReviewReason::RefundFailed) => {
            "The money was to go back to the customer, and Omise did not take it back."
        }
        Some(ReviewReason::SupervisorCalled) => {
            "The customer has paid, and a supervisor decides what becomes of the money."
        }
        Some(
            ReviewReason::OutcomeUnknown | ReviewReason::AwaitingDecision | ReviewReason::RefundMismatch,
        )
        | None => "The customer may have paid, and somebody must look into it.",
    }
}

pub(super) fn problem(code: ProblemCode) -> Message {
    let (title, next) = match code {
        ProblemCode::AmountTooSmall => ("The amount is too small", "End the sale and type another amount."),
        ProblemCode::AmountTooLarge => {
            ("The amount is too large", "Split it, or take the payment another way.")
        }
        ProblemCode::CurrencyNotTaken => ("Another currency", "This shop’s account does not take it."),
        ProblemCode::InvalidCode => {
            ("Not a payment code", "Ask the customer for the code for paying, then scan it.")
        }
        ProblemCode::CodeStale => {
            ("The code is too old", "Let the customer refresh it, then scan the new one.")
        }
        ProblemCode::CodeUsed => (
            "The code was used before",
            "Each code works once. Let the customer refresh it, then scan the new one.",
        ),
        ProblemCode::SaleOpen => return open_elsewhere(),
        ProblemCode::SalePaid => return paid_before(),
        ProblemCode::SaleChanged => {
            ("The amount was changed", "This sale was begun with another amount. End it and begin anew.")
        }
        ProblemCode::ReferenceSeen => (
            "This order was charged before",
            "Look at the order first. Charge it again only if that is meant.",
        ),
        ProblemCode::ProviderUnreachable => {
            ("Omise cannot be reached", "Try again in a moment, or take the payment another way.")
        }
        ProblemCode::StorageUnavailable | ProblemCode::Internal => {
            ("The proxy has a fault", "Try once more. If it stays, call a supervisor.")
        }
        ProblemCode::Busy | ProblemCode::RateLimited => ("The proxy is busy", "Try again in a moment."),
        ProblemCode::PaymentEnded | ProblemCode::PaymentConflict | ProblemCode::PaymentNotFound => {
            ("This attempt has ended", "Scan a new code.")
        }
        ProblemCode::Unauthenticated
        | ProblemCode::PairingRefused
        | ProblemCode::OriginRefused
        | ProblemCode::InvalidJson
        | ProblemCode::InvalidRequest
        | ProblemCode::BodyTooLarge
        | ProblemCode::UnsupportedMediaType
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
        | ProblemCode::Unlisted => ("The proxy refused", "Call a supervisor and show them the code below."),
    };
    said(title, NOTHING_SENT, next)
}

pub(super) fn scan_problem(problem: ScanProblem) -> &'static str {
    match problem {
        ScanProblem::Code(refusal) => code_refusal(refusal),
        ScanProblem::SentAlready => {
            "That code was sent a moment ago. Let the customer refresh it, then scan the new one."
        }
        ScanProblem::UnderWay => "That scan was not used: a payment is under way.",
        ScanProblem::Over => "That scan was not used: this sale is over. Begin the next one first.",
        ScanProblem::Undecided => "That scan was not used: first say what becomes of this payment.",
    }
}

pub(super) fn amount_problem(problem: AmountProblem, limits: Limits, currency: Currency) -> String {
    let money = |minor| Money::new(minor, currency);
    match problem {
        AmountProblem::Nothing => "Type an amount first.".to_owned(),
        AmountProblem::TooSmall => format!("The smallest payment is {}.", money(limits.min)),
        AmountProblem::TooLarge => format!("The largest payment is {}.", money(limits.max)),
        AmountProblem::TooManyDigits => "That is more than fits. Delete a digit.".to_owned(),
        AmountProblem::OtherCurrency => format!("This shop takes {} only.", currency.code()),
    }
}

pub(super) fn address_problem(problem: AddressProblem) -> &'static str {
    match problem {
        AddressProblem::Amount => "The amount in the address is not a whole number. Type it here.",
        AddressProblem::Currency => "The currency in the address is not known. Type the amount here.",
        AddressProblem::Reference => {
            "The order’s number in the address is too long, cannot be read, or is a card’s. Type the amount here."
        }
        AddressProblem::Sale => "The sale in the address cannot be read. Type the amount here.",
    }
}

pub(super) fn pair_problem(error: &CallError) -> &'static str {
    match error {
        CallError::Unreachable | CallError::OriginRefused => {
            "The proxy did not answer. Check the network, then try again."
        }
        CallError::Refused(Problem { code: ProblemCode::PairingRefused, .. })
        | CallError::Unauthenticated => "That code is wrong, used, or too old. Ask for a new one.",
        CallError::Refused(_) => "The proxy did not take that code. Check each letter, then try again.",
    }
}

fn code_refusal(refusal: CodeRefusal) -> &'static str {
    match refusal {
        CodeRefusal::Empty => "No code was read. Scan again.",
        CodeRefusal::PayeeCode => "That code receives money. Ask the customer for the code for paying.",
        CodeRefusal::ProductCode => "That is a product’s barcode. Scan the code on the customer’s phone.",
        CodeRefusal::NotDigits => "A payment code has digits only. Ask the customer for the code for paying.",
        CodeRefusal::Torn => "The code was read in pieces. Scan it again.",
        CodeRefusal::TooShort => "The code is too short. Scan or type it again.",
        CodeRefusal::TooLong => "The code is too long. Ask the customer for the code for paying.",
        CodeRefusal::Doubled => "Two scans ran together. Scan the code once more.",
        CodeRefusal::OtherWallet => "This shop does not take that wallet. Ask for another one.",
        CodeRefusal::CardNumber => "That is a card’s number. Ask the customer for the code for paying.",
        CodeRefusal::UnknownShape => {
            "No wallet shows a code like that. Ask the customer for the code for paying."
        }
    }
}

fn open_elsewhere() -> Message {
    said(
        "A payment is still open",
        "Do not scan again: this sale has another payment under way.",
        "See how that one ends first.",
    )
}

fn paid_before() -> Message {
    said(
        "This sale is paid",
        "It was paid before, and nothing was sent now.",
        "Look at that payment, then hand over the goods.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
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

    #[test]
    fn each_advice_says_something_of_its_own_and_whether_money_was_taken() {
        let said: Vec<Message> = ADVICE.into_iter().map(advice).collect();
        let titles: HashSet<&str> = said.iter().map(|said| said.title).collect();
        let next: HashSet<&str> = said.iter().map(|said| said.next).collect();
        assert_eq!((titles.len(), next.len()), (ADVICE.len(), ADVICE.len()));
        assert!(said.iter().all(|said| said.money == NOTHING_TAKEN));
    }

    #[test]
    fn the_fraud_check_gives_the_payer_no_hint() {
        let said = advice(Advice::for_code(&FailureCode::FailedFraudCheck));
        let words = format!("{} {}", said.title, said.next).to_lowercase();
        assert!(!words.contains("fraud") && !words.contains("check"), "{words}");
    }

    #[test]
    fn only_a_sale_without_another_payment_took_no_money() {
        assert_eq!(problem(ProblemCode::CodeUsed).money, NOTHING_SENT);
        assert!(problem(ProblemCode::SaleOpen).money.starts_with("Do not scan again"));
        assert_ne!(problem(ProblemCode::SalePaid).money, NOTHING_SENT);
    }

    #[test]
    fn an_amount_outside_the_limits_names_the_limit() {
        let limits = Limits { min: 2_000, max: 15_000_000 };
        let told = |problem| amount_problem(problem, limits, Currency::Thb);
        assert_eq!(told(AmountProblem::TooSmall), "The smallest payment is ฿20.00.");
        assert_eq!(told(AmountProblem::TooLarge), "The largest payment is ฿150,000.00.");
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
        let sentences: HashSet<&str> = refusals.into_iter().map(code_refusal).collect();
        assert_eq!(sentences.len(), refusals.len());
    }
}
