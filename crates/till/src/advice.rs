//! What a cashier should do after a payment that took no money: one variant for each sentence of the till.
//!
//! The till never shows Omise's free text. It words each variant in its own language.

use scantill_types::api::FailureCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Too little money in the wallet: the customer tops up or pays in another way.
    TooLittleMoney,
    /// The customer did not confirm in time.
    NotConfirmedInTime,
    /// The wallet refused: the customer pays in another way. A new scan would be refused again.
    RefusedByWallet,
    /// The customer pressed cancel: the cashier asks why, and scans a new code.
    CancelledByCustomer,
    /// A technical fault: one more try, then another way to pay.
    TechnicalFault,
    /// Not a payment code, or an expired one: the customer refreshes it and shows the *pay* code.
    WrongCode,
    /// The wallet's fraud check: another way to pay. The screen does not tell the customer why.
    Stopped,
    /// Nothing was sent to Omise: scan again.
    NeverSent,
    /// Omise refused the request itself: a supervisor must check the account or its settings.
    RefusedByProvider,
    /// Omise has no such charge: scan again.
    NotCreated,
    /// An unknown failure code: call a supervisor and show the code.
    CallSupervisor,
}

/// What the big button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Ask for a fresh code and scan it, for the same sale.
    ScanAgain,
    /// Take the money in another way.
    PayAnotherWay,
}

impl Advice {
    /// The advice for a failure code (Omise's lists of failure codes).
    pub fn for_code(code: &FailureCode) -> Self {
        match code {
            FailureCode::InsufficientBalance | FailureCode::InsufficientFund => Self::TooLittleMoney,
            FailureCode::Timeout | FailureCode::PaymentExpired => Self::NotConfirmedInTime,
            FailureCode::PaymentRejected => Self::RefusedByWallet,
            FailureCode::PaymentCancelled => Self::CancelledByCustomer,
            FailureCode::FailedProcessing => Self::TechnicalFault,
            FailureCode::InvalidBarcode => Self::WrongCode,
            FailureCode::FailedFraudCheck => Self::Stopped,
            FailureCode::NotSent => Self::NeverSent,
            FailureCode::Refused => Self::RefusedByProvider,
            FailureCode::NotCreated => Self::NotCreated,
            FailureCode::InternalError
            | FailureCode::Undefined
            | FailureCode::AmountMismatch
            | FailureCode::ConfirmedAmountMismatch
            | FailureCode::InvalidAccount
            | FailureCode::InvalidAccountNumber
            | FailureCode::Other(_) => Self::CallSupervisor,
        }
    }

    pub fn next_step(self) -> NextStep {
        match self {
            Self::TooLittleMoney
            | Self::NotConfirmedInTime
            | Self::CancelledByCustomer
            | Self::TechnicalFault
            | Self::WrongCode
            | Self::NeverSent
            | Self::NotCreated => NextStep::ScanAgain,
            Self::RefusedByWallet | Self::Stopped | Self::RefusedByProvider | Self::CallSupervisor => {
                NextStep::PayAnotherWay
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_failure_code_has_advice_of_its_own() {
        let codes = ["insufficient_balance", "timeout", "failed_processing", "payment_rejected"];
        let advice: Vec<Advice> =
            codes.iter().map(|code| Advice::for_code(&FailureCode::parse(code))).collect();
        let expected = [
            Advice::TooLittleMoney,
            Advice::NotConfirmedInTime,
            Advice::TechnicalFault,
            Advice::RefusedByWallet,
        ];
        assert_eq!(advice, expected);
    }

    #[test]
    fn an_unknown_failure_code_calls_a_supervisor_and_offers_no_scan() {
        let advice = Advice::for_code(&FailureCode::parse("wallet_under_review"));
        assert_eq!(advice, Advice::CallSupervisor);
        assert_eq!(advice.next_step(), NextStep::PayAnotherWay);
    }
}
