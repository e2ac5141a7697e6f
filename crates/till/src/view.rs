//! The view model: plain values that the shell compares to find changes.

use std::rc::Rc;

use super::awaiting_outcome::AwaitingOutcome;
use super::completed::{Completed, Meaning};
use super::scanning::Scanning;
use super::{CallError, Context, ParkReason, Phase, Sale, ScanProblem, parked, scanning};
use scantill_types::api::{CancelledBy, Limits, Payment, PaymentState, Problem, ReviewReason};
use scantill_types::payer_code::Mode;
use scantill_types::{Money, PaymentId};

/// The whole till at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The terminal's header, once the terminal is known.
    pub header: Option<Header>,
    /// The proxy answered the last call.
    pub reachable: bool,
    /// The parked payments.
    pub parked: Option<ParkedView>,
    /// The amount of an order that waits until the till is free for it.
    pub waiting: Option<Money>,
    /// The sale in hand.
    pub sale: Option<SaleView>,
    /// The cashier need not wait for the payment in hand.
    pub may_park: bool,
    /// Why the last scan was not sent.
    pub scan_problem: Option<ScanProblem>,
    pub screen: Screen,
}

/// The parked payments that are not in hand, by their most urgent reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParkedView {
    /// Why they are parked.
    pub reason: ParkReason,
    /// How many have this reason.
    pub count: usize,
    /// The amount of the payment that is shown next.
    pub amount: Money,
    /// It can be shown now: no payment is in hand.
    pub may_look: bool,
}

/// The line that names the store and the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub store_name: String,
    pub terminal_id: String,
    /// The IANA name of the store's time zone.
    pub time_zone: String,
    /// Test mode: no money moves.
    pub test_mode: bool,
}

/// The sale. It stays on the screen while the payment's state changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleView {
    /// The amount of the sale.
    pub amount: Money,
    /// The merchant's own reference.
    pub reference: Option<String>,
}

/// Why an amount cannot be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountProblem {
    /// Zero or less.
    Nothing,
    /// Below the account's limit.
    TooSmall,
    /// Above the account's limit.
    TooLarge,
    /// More digits than the screen shows.
    TooManyDigits,
    /// Not the account's currency.
    OtherCurrency,
}

/// A code that is being typed by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The text of the field.
    pub text: String,
    /// What is wrong with it if it is sent now.
    pub problem: Option<ScanProblem>,
}

/// One screen; `name` is the value of `data-screen`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The proxy has not answered yet.
    Starting,
    /// No token.
    Pair {
        /// A call is under way.
        busy: bool,
        /// What went wrong.
        problem: Option<CallError>,
        /// The till was paired and its token was taken away.
        revoked: bool,
    },
    /// Reading the payment that was in hand before a reload.
    Resuming {
        /// The proxy had it and does not find it: a supervisor must review it, and the till may go on.
        missing: bool,
    },
    /// The keypad.
    Amount {
        /// What was typed.
        amount: Money,
        /// Why it cannot be charged.
        problem: Option<AmountProblem>,
        /// The account's limits.
        limits: Limits,
    },
    /// Waiting for a code.
    Scan {
        /// The field for typing, if open.
        typed: Option<Typed>,
    },
    /// The payment is being sent.
    Sending {
        /// The code, masked; empty after a reload.
        code_masked: String,
        /// The till stopped waiting and asks the proxy to cancel it.
        giving_up: bool,
    },
    /// Waiting for the customer.
    Pending {
        /// The payment.
        payment: Rc<Payment>,
        /// Until the till cancels the payment.
        seconds_left: u64,
        /// The whole waiting time.
        seconds: u64,
    },
    /// The payment was cancelled, and is not over yet.
    Cancelling {
        /// The payment.
        payment: Rc<Payment>,
        /// Who cancelled it.
        by: CancelledBy,
    },
    /// Money in doubt.
    Unknown {
        /// The payment.
        payment: Rc<Payment>,
    },
    /// Hand over.
    Paid {
        /// The payment.
        payment: Rc<Payment>,
        /// It was paid before the till read it: perhaps the goods were handed over.
        earlier: bool,
    },
    /// Paid after it was cancelled: hand over or not?
    Decide {
        /// The payment.
        payment: Rc<Payment>,
    },
    /// Paid and refunded: do not hand over.
    GivenBack {
        /// The payment.
        payment: Rc<Payment>,
    },
    /// A supervisor must decide.
    Supervisor {
        /// The payment.
        payment: Rc<Payment>,
    },
    /// Not paid.
    Failed {
        /// The payment.
        payment: Rc<Payment>,
    },
    /// Cancelled, unpaid.
    Cancelled {
        /// The payment.
        payment: Rc<Payment>,
    },
    /// The proxy refused the payment before anything was sent.
    Refused {
        /// Why.
        problem: Problem,
        /// A fresh scan may help.
        may_scan_again: bool,
        /// Another payment may be shown.
        other: Option<PaymentId>,
    },
    /// Another till holds the payment.
    OtherTill {
        /// The payment.
        payment: Rc<Payment>,
    },
    /// Another tab of this browser runs the till.
    Elsewhere,
}

impl View {
    /// A view of this screen and nothing else, for a till without a machine.
    pub fn bare(screen: Screen) -> Self {
        Self {
            header: None,
            reachable: true,
            parked: None,
            waiting: None,
            sale: None,
            may_park: false,
            scan_problem: None,
            screen,
        }
    }
}

impl Screen {
    /// The value of `data-screen`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Pair { .. } => "pair",
            Self::Resuming { .. } => "resuming",
            Self::Amount { .. } => "amount",
            Self::Scan { .. } => "scan",
            Self::Sending { .. } => "sending",
            Self::Pending { .. } => "pending",
            Self::Cancelling { .. } => "cancelling",
            Self::Unknown { .. } => "unknown",
            Self::Paid { .. } => "paid",
            Self::Decide { .. } => "decide",
            Self::GivenBack { .. } => "given_back",
            Self::Supervisor { .. } => "supervisor",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
            Self::Refused { .. } => "refused",
            Self::OtherTill { .. } => "other_till",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// The payment that is on the screen.
    pub fn payment(&self) -> Option<&Rc<Payment>> {
        match self {
            Self::Pending { payment, .. }
            | Self::Cancelling { payment, .. }
            | Self::Unknown { payment }
            | Self::Paid { payment, .. }
            | Self::Decide { payment }
            | Self::GivenBack { payment }
            | Self::Supervisor { payment }
            | Self::OtherTill { payment }
            | Self::Failed { payment }
            | Self::Cancelled { payment } => Some(payment),
            Self::Starting
            | Self::Pair { .. }
            | Self::Resuming { .. }
            | Self::Amount { .. }
            | Self::Scan { .. }
            | Self::Sending { .. }
            | Self::Elsewhere
            | Self::Refused { .. } => None,
        }
    }
}

pub(super) fn view(context: &Context, phase: &Phase) -> View {
    let header = context.terminal.as_ref().map(|terminal| Header {
        store_name: terminal.store_name.clone(),
        terminal_id: terminal.terminal_id.to_string(),
        time_zone: terminal.time_zone.clone(),
        test_mode: terminal.mode == Mode::Test,
    });
    View {
        header,
        reachable: context.reachable,
        parked: badge(context, phase),
        waiting: waiting_order(context),
        sale: sale(phase),
        may_park: may_park(context, phase),
        scan_problem: context.scan_problem,
        screen: screen(context, phase),
    }
}

fn badge(context: &Context, phase: &Phase) -> Option<ParkedView> {
    let (reason, index) = context.next_parked(phase)?;
    let count = context.others_parked(phase).filter(|(other, _)| *other == reason).count();
    let may_look = parked::may_show_parked(phase);
    Some(ParkedView { reason, count, amount: context.parked[index].sale.money(), may_look })
}

fn waiting_order(context: &Context) -> Option<Money> {
    context.waiting.first().map(Sale::money)
}

fn may_park(context: &Context, phase: &Phase) -> bool {
    match phase {
        Phase::Resuming(phase) => phase.may_be_parked(context),
        Phase::CancellingUnconfirmed(_) => true,
        Phase::AwaitingOutcome(phase) => phase.may_be_parked(context),
        _ => false,
    }
}

fn sale(phase: &Phase) -> Option<SaleView> {
    let sale = match phase {
        Phase::Starting(_) | Phase::Pairing(_) | Phase::EnteringAmount(_) => return None,
        Phase::Resuming(phase) => &phase.sale,
        Phase::Scanning(phase) => &phase.sale,
        Phase::Submitting(phase) => &phase.sale,
        Phase::CancellingUnconfirmed(phase) => &phase.sale,
        Phase::AwaitingOutcome(phase) => &phase.sale,
        Phase::Completed(phase) => &phase.sale,
        Phase::Rejected(phase) => &phase.sale,
        Phase::OtherTill(phase) => &phase.sale,
    };
    Some(SaleView { amount: sale.money(), reference: sale.reference.clone() })
}

fn screen(context: &Context, phase: &Phase) -> Screen {
    match phase {
        Phase::Starting(_) => Screen::Starting,
        Phase::Pairing(phase) => Screen::Pair {
            busy: phase.busy,
            problem: phase.problem.clone(),
            revoked: context.terminal.is_some(),
        },
        Phase::Resuming(phase) => Screen::Resuming { missing: phase.missing },
        Phase::EnteringAmount(phase) => {
            let terminal = context.terminal.as_ref();
            let currency = terminal.map_or(scantill_types::Currency::Thb, |terminal| terminal.currency);
            let limits = terminal.map(|terminal| terminal.limits).unwrap_or_default();
            Screen::Amount { amount: Money::new(phase.amount, currency), problem: phase.problem, limits }
        }
        Phase::Scanning(phase) => scan(context, phase),
        Phase::Submitting(phase) => Screen::Sending { code_masked: phase.code.masked(), giving_up: false },
        Phase::CancellingUnconfirmed(_) => Screen::Sending { code_masked: String::new(), giving_up: true },
        Phase::AwaitingOutcome(phase) => waiting(context, phase),
        Phase::Completed(phase) => ended(phase),
        Phase::Rejected(phase) => Screen::Refused {
            problem: phase.problem.clone(),
            may_scan_again: phase.may_scan_again(),
            other: phase.problem.payment_id.clone().filter(|_| phase.may_show_other()),
        },
        Phase::OtherTill(phase) => Screen::OtherTill { payment: phase.payment.clone() },
    }
}

fn scan(context: &Context, phase: &Scanning) -> Screen {
    let typed = phase.typed.clone().map(|text| {
        let problem = scanning::judge(context, &text).err();
        Typed { text, problem }
    });
    Screen::Scan { typed }
}

fn waiting(context: &Context, phase: &AwaitingOutcome) -> Screen {
    let payment = phase.payment.clone();
    let by = phase.end.or(payment.cancel_request.map(|wanted| wanted.by));
    match (payment.state, by) {
        // Money that was captured in the wrong way is shown as that in any state.
        _ if parked::is_strange(&payment) => Screen::Supervisor { payment },
        (PaymentState::Unknown, _) => Screen::Unknown { payment },
        _ if payment.review == Some(ReviewReason::ChargeMissing) => Screen::Unknown { payment },
        (_, Some(by)) => Screen::Cancelling { payment, by },
        (PaymentState::Sending, None) => {
            Screen::Sending { code_masked: payment.code_masked.clone(), giving_up: false }
        }
        (_, None) => {
            let seconds = context.timing().till_deadline_ms.div_ceil(1_000);
            Screen::Pending { payment, seconds_left: phase.seconds_left, seconds }
        }
    }
}

fn ended(phase: &Completed) -> Screen {
    let payment = phase.payment.clone();
    match phase.meaning() {
        Meaning::Paid => Screen::Paid { payment, earlier: phase.earlier },
        Meaning::GivenBack => Screen::GivenBack { payment },
        Meaning::Undecided => Screen::Decide { payment },
        Meaning::Supervisor => Screen::Supervisor { payment },
        Meaning::Cancelled => Screen::Cancelled { payment },
        Meaning::NotPaid => Screen::Failed { payment },
    }
}
