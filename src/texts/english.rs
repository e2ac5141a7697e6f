//! English: what each screen says, and every label.

use scantill_till::advice::Advice;
use scantill_till::{CallError, ParkReason, ParkedView, Screen};
use scantill_types::Money;
use scantill_types::api::{CancelledBy, Disposition, Payment};

use super::english_failures::{advice, problem, review};
use super::{Message, Word};

pub(super) fn word(word: Word) -> &'static str {
    match word {
        Word::Amount => "Amount",
        Word::ToPay => "To pay",
        Word::Paid => "Paid",
        Word::NotPaid => "Not paid",
        Word::InDoubt => "In doubt",
        Word::Order => "Order",
        Word::Code => "Code",
        Word::Time => "Time",
        Word::Charge => "Charge",
        Word::SupportCode => "Support code",

        Word::TestMode => "Test mode",
        Word::TestMoney => "Test mode: no money moved.",
        Word::TestCode => "No wallet shows a code like this. It was sent because the till is in test mode.",
        Word::NoConnection => "No connection to the proxy. The till keeps trying.",
        Word::Disturbed => {
            "Something in this browser changes what the till shows. Turn off translations and extensions here."
        }
        Word::ScannerReady => "Scanner ready",
        Word::ScannerElsewhere => "Touch here to use the scanner",
        Word::Scanner => "Scanner",
        Word::ScannerDone => "Done",
        Word::NotLoaded => {
            "This could not be loaded. Check the connection and open it again. If that does not help, load the page again."
        }
        Word::Muted => "Touch the screen once, then the till may make sounds.",
        Word::UseCamera => "Use the camera",
        Word::TypeCode => "Type the code",
        Word::TypedCode => "The digits below the customer’s code",
        Word::UseScanner => "Use the scanner",
        Word::SendCode => "Send",
        Word::Back => "Back",
        Word::CancelPayment => "Cancel payment",
        Word::ScanAgain => "Scan a new code",
        Word::EndSale => "End sale",
        Word::NextSale => "Next sale",
        Word::PayAnotherWay => "Pay another way",
        Word::Park => "Go on with the next sale",
        Word::Keep => "Hand over the goods",
        Word::GiveBack => "Give the money back",
        Word::CallSupervisor => "Call a supervisor",
        Word::SupervisorDecides => "Supervisor decides",
        Word::TakeOver => "Take it over",
        Word::UseHere => "Use it here",
        Word::ShowOther => "Show that payment",
        Word::AcceptReference => "Charge it again",
        Word::PairingCode => "Pairing code",
        Word::Pair => "Pair",
        Word::DoubleZero => "Double zero",
        Word::Delete => "Delete",
        Word::Keypad => "Keypad",
        Word::Sale => "Sale",
    }
}

pub(super) fn screen(screen: &Screen) -> Message {
    match screen {
        Screen::Pair { problem: Some(CallError::OriginRefused), .. } => said(
            "The proxy does not allow this page’s origin",
            "",
            "Its address must be in the proxy’s allowed_origins. Tell the person who runs the proxy.",
        ),
        Screen::Starting | Screen::Pair { busy: true, .. } => {
            said("One moment", "", "The till is asking the proxy who it is.")
        }
        Screen::Pair { revoked: true, .. } => said(
            "Use another till",
            "",
            "This one may not take payments any more. A supervisor can pair it again.",
        ),
        Screen::Pair { revoked: false, .. } => {
            said("Pair this till", "", "Type the pairing code that your administrator made for it.")
        }
        Screen::Resuming { missing } => resuming(*missing),
        Screen::Amount { .. } => said("Type the amount", "", ""),
        Screen::Scan { .. } => said(
            "Scan the customer’s code",
            "",
            "Ask them to open their wallet app and show the code for paying.",
        ),
        Screen::Sending { giving_up: false, .. } => said("Sending", "", "One moment, please."),
        Screen::Sending { giving_up: true, .. } => said(
            "No answer yet",
            "Do not scan again.",
            "The till is ending this payment and waits until the proxy confirms it.",
        ),
        Screen::Pending { .. } => {
            said("Waiting for the customer", "", "They may have to confirm in their app.")
        }
        Screen::Unknown { payment } | Screen::Cancelling { payment, .. } if payment.released.is_some() => {
            released()
        }
        Screen::Cancelling { by, .. } => cancelling(*by),
        Screen::Unknown { .. } => said(
            "We do not know yet",
            "Do not scan again. The customer may have paid.",
            "The payment is being looked for, and this screen changes by itself as soon as it is found.",
        ),
        Screen::Paid { earlier: false, .. } => said("Paid", "", "Hand over the goods."),
        Screen::Paid { earlier: true, .. } => {
            said("Paid at", "This payment was paid before the till started.", "Do not hand over twice.")
        }
        Screen::Decide { .. } => said(
            "Paid after all",
            "The customer has paid, although this payment was to be ended.",
            "Are they still here? Then hand over the goods. If not, give the money back.",
        ),
        Screen::GivenBack { payment } => given_back(payment),
        Screen::Supervisor { payment } => {
            said("Call a supervisor", "Do not hand over the goods yet.", review(payment.review))
        }
        Screen::Failed { payment } => advice(super::advice(payment)),
        Screen::Cancelled { payment } => cancelled(payment),
        Screen::OtherTill { .. } => said(
            "This payment is on another till",
            "Do not scan again for it.",
            "Take it over only if the other till does not go on with it.",
        ),
        Screen::Elsewhere => said(
            "Open in another tab",
            "",
            "One tab at a time takes payments. Go to that tab, or use the till here.",
        ),
        Screen::Refused { problem: refused, .. } => problem(refused.code),
    }
}

fn released() -> Message {
    said(
        "The sale is released",
        "Scan a new code, or let the customer pay another way.",
        "This payment is still being looked for. If it was paid, the money is refunded.",
    )
}

fn resuming(missing: bool) -> Message {
    if missing {
        return said(
            "The payment is not there",
            "Do not scan again, and do not hand over the goods.",
            "The proxy had this payment and does not show it any more. Call a supervisor.",
        );
    }
    said(
        "Looking for the payment",
        "",
        "Do not scan again: it may have gone through before the page was loaded.",
    )
}

fn given_back(payment: &Payment) -> Message {
    if matches!(payment.disposition, Some(Disposition::RefundDue | Disposition::Refunding)) {
        return said(
            "Giving the money back",
            "Do not hand over the goods.",
            "It goes back to the customer’s wallet within a minute. You need not wait for it.",
        );
    }
    said("Paid and given back", "Do not hand over the goods.", "The money went back to the customer.")
}

pub(super) fn charge(amount: Money) -> String {
    format!("Charge {amount}")
}

pub(super) fn parked(parked: ParkedView) -> String {
    let ParkedView { reason, count, amount, .. } = parked;
    // The amount tells a cashier which customer it was.
    match (reason, count) {
        (ParkReason::Undecided, 1) => format!("{amount} was paid after all: decide now"),
        (ParkReason::Undecided, _) => format!("{count} payments were paid after all: decide now"),
        (ParkReason::Supervisor, 1) => format!("{amount}: call a supervisor"),
        (ParkReason::Supervisor, _) => format!("{count} payments: call a supervisor"),
        (ParkReason::Paid, 1) => format!("{amount} was paid: look at it"),
        (ParkReason::Paid, _) => format!("{count} payments were paid: look at them"),
        (ParkReason::OtherTill, 1) => format!("{amount} is on another till"),
        (ParkReason::OtherTill, _) => format!("{count} payments are on other tills"),
        (ParkReason::InDoubt, 1) => "1 payment in doubt".to_owned(),
        (ParkReason::InDoubt, _) => format!("{count} payments in doubt"),
    }
}

pub(super) fn waiting_order(amount: Money) -> String {
    format!("An order of {amount} waits")
}

pub(super) fn digits(count: usize) -> String {
    match count {
        1 => "1 digit".to_owned(),
        _ => format!("{count} digits"),
    }
}

pub(super) fn said(title: &'static str, money: &'static str, next: &'static str) -> Message {
    Message { title, money, next }
}

/// Who cancelled it.
fn cancelled(payment: &Payment) -> Message {
    let (title, next) = match payment.cancel_request.map(|wanted| wanted.by) {
        Some(CancelledBy::Deadline) => return advice(Advice::NotConfirmedInTime),
        Some(CancelledBy::Till) => {
            ("Ended without an answer", "The till could not tell what became of the scan. Scan a new code.")
        }
        Some(CancelledBy::OtherPayment) => {
            ("Ended by another payment", "Another payment of this sale was paid. Look at that one.")
        }
        Some(CancelledBy::Supervisor) => {
            ("Ended by a supervisor", "Ask the supervisor how the customer pays.")
        }
        Some(CancelledBy::Cashier) | None => {
            ("Cancelled", "Scan a new code if the customer still wants to pay.")
        }
    };
    said(title, "No money was taken.", next)
}

fn cancelling(by: CancelledBy) -> Message {
    let title = match by {
        CancelledBy::Cashier => "Cancelling",
        CancelledBy::Deadline => "Time is up: ending it",
        CancelledBy::Till | CancelledBy::OtherPayment | CancelledBy::Supervisor => "Ending the payment",
    };
    said(title, "Wait for the result.", "The customer may still have confirmed in the last second.")
}
