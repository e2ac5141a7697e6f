//! Every sentence that a cashier reads. Each language is one file of exhaustive matches, so that a missing
//! text does not compile. No view holds a sentence.

use scantill_till::advice::Advice;
use scantill_till::{AmountProblem, CallError, ParkedView, ScanProblem, Screen};
use scantill_types::api::{FailureCode, Limits, Payment, PaymentState};
use scantill_types::money::Currency;
use scantill_types::{Money, Timestamp};

use scantill_till::page_address::AddressProblem;

mod english;
mod english_failures;
mod time_of_day;

/// A language of the till.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    #[default]
    English,
}

/// The text of a screen: one thing to know, whether money was taken, and one thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) title: &'static str,
    /// Whether money was taken, if that is known. It is emphasised.
    pub(crate) money: &'static str,
    pub(crate) next: &'static str,
}

/// Single words and short labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Amount,
    ToPay,
    Paid,
    NotPaid,
    InDoubt,
    Order,
    Code,
    Time,
    Charge,
    SupportCode,
    TestMode,
    TestMoney,
    TestCode,
    NoConnection,
    Disturbed,
    ScannerReady,
    ScannerElsewhere,
    Scanner,
    ScannerDone,
    NotLoaded,
    Muted,
    UseCamera,
    TypeCode,
    TypedCode,
    UseScanner,
    SendCode,
    Back,
    CancelPayment,
    ScanAgain,
    EndSale,
    NextSale,
    PayAnotherWay,
    Park,
    Keep,
    GiveBack,
    CallSupervisor,
    SupervisorDecides,
    ShowOther,
    TakeOver,
    UseHere,
    AcceptReference,
    PairingCode,
    Pair,
    DoubleZero,
    Delete,
    Keypad,
    Sale,
}

impl Language {
    /// The language's tag, for the page and for `Intl`.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
        }
    }

    pub(crate) fn word(self, word: Word) -> &'static str {
        match self {
            Self::English => english::word(word),
        }
    }

    pub(crate) fn screen(self, screen: &Screen) -> Message {
        match self {
            Self::English => english::screen(screen),
        }
    }

    pub(crate) fn scan_problem(self, problem: ScanProblem) -> &'static str {
        match self {
            Self::English => english_failures::scan_problem(problem),
        }
    }

    pub(crate) fn amount_problem(self, problem: AmountProblem, limits: Limits, currency: Currency) -> String {
        match self {
            Self::English => english_failures::amount_problem(problem, limits, currency),
        }
    }

    pub(crate) fn address_problem(self, problem: AddressProblem) -> &'static str {
        match self {
            Self::English => english_failures::address_problem(problem),
        }
    }

    pub(crate) fn pair_problem(self, error: &CallError) -> &'static str {
        match self {
            Self::English => english_failures::pair_problem(error),
        }
    }

    /// The label of the keypad's big button.
    pub(crate) fn charge(self, amount: Money) -> String {
        match self {
            Self::English => english::charge(amount),
        }
    }

    /// The text of the badge of parked payments.
    pub(crate) fn parked(self, parked: ParkedView) -> String {
        match self {
            Self::English => english::parked(parked),
        }
    }

    /// The text of an order that waits until no payment is in hand.
    pub(crate) fn waiting_order(self, amount: Money) -> String {
        match self {
            Self::English => english::waiting_order(amount),
        }
    }

    /// A time of day in the store's zone.
    pub(crate) fn time_of_day(self, at: Timestamp, zone: &str) -> String {
        time_of_day::time_of_day(at, self.tag(), zone)
    }

    /// How many digits were typed.
    pub(crate) fn digits(self, count: usize) -> String {
        match self {
            Self::English => english::digits(count),
        }
    }
}

/// The advice for a payment that took no money.
pub(crate) fn advice(payment: &Payment) -> Advice {
    match (&payment.failure_code, payment.state) {
        (Some(code), _) => Advice::for_code(code),
        (None, PaymentState::Expired) => Advice::for_code(&FailureCode::PaymentExpired),
        (None, _) => Advice::CallSupervisor,
    }
}
