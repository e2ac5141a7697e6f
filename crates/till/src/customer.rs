//! What the customer sees of the till: one of a few words and an amount, never a code, a reference or a reason.

use scantill_types::Money;
use scantill_types::api::{CustomerNews, CustomerScreen, ProblemCode};

use crate::{Screen, View};

/// What a window of the customer's screen asks in the till's channel.
pub const QUESTION: &str = "hello";
/// The fragment of that window's address, before the till's name.
pub const WINDOW_FRAGMENT: &str = "#till=";

/// The channel of the till of this name, in one browser.
pub fn channel(till: &str) -> String {
    ["scantill-customer ", till].concat()
}

/// *Paid* stays on the customer's screen for so long.
const PAID_MS: u64 = 8_000;
/// *Not paid* stays for so long.
const NOT_PAID_MS: u64 = 30_000;
/// A screen that heard nothing for so long shows no sale: nobody knows whether it still goes on.
const SILENCE_MS_MAX: u64 = 10_000;

/// What the customer's screen shows, and the amount where one belongs to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CustomerDisplay {
    pub screen: CustomerScreen,
    pub amount: Option<Money>,
}

impl CustomerDisplay {
    /// What the customer sees while the cashier sees this.
    pub fn of(view: &View) -> Self {
        let screen = customer_screen(&view.screen);
        let amount = view.sale.as_ref().map(|sale| sale.amount).filter(|_| screen.has_amount());
        Self { screen, amount }
    }

    /// What a customer's screen shows of the last news, so long after it was heard. Without news it shows no sale:
    /// no amount outlives what is known of the till.
    pub fn now(news: &CustomerNews, heard_ms_ago: u64) -> Self {
        let age_ms = news.age_ms.saturating_add(heard_ms_ago);
        let screen = match news.show {
            CustomerScreen::Idle => CustomerScreen::Idle,
            _ if SILENCE_MS_MAX < heard_ms_ago => CustomerScreen::Unknown,
            CustomerScreen::Paid if PAID_MS < age_ms => CustomerScreen::Idle,
            CustomerScreen::NotPaid if NOT_PAID_MS < age_ms => CustomerScreen::Idle,
            screen => screen,
        };
        let amount = news.amount.filter(|_| screen.has_amount());
        Self { screen, amount: amount.map(|minor| Money::new(minor, news.currency)) }
    }
}

fn customer_screen(screen: &Screen) -> CustomerScreen {
    match screen {
        Screen::Starting
        | Screen::Pair { .. }
        | Screen::Resuming { .. }
        | Screen::OtherTill { .. }
        | Screen::Elsewhere => CustomerScreen::Unknown,
        // A payment that had ended before is perhaps another customer's.
        Screen::Amount { .. } | Screen::Paid { earlier: true, .. } => CustomerScreen::Idle,
        Screen::Scan { .. } => CustomerScreen::ShowCode,
        // Nobody knows yet, or staff must decide: the customer hears no word that may turn out wrong.
        Screen::Sending { .. }
        | Screen::Cancelling { .. }
        | Screen::Unknown { .. }
        | Screen::Decide { .. }
        | Screen::Supervisor { .. } => CustomerScreen::OneMoment,
        Screen::Pending { .. } => CustomerScreen::Confirm,
        Screen::Paid { earlier: false, .. } => CustomerScreen::Paid,
        Screen::GivenBack { .. } | Screen::Failed { .. } | Screen::Cancelled { .. } => {
            CustomerScreen::NotPaid
        }
        Screen::Refused { problem, .. } => match problem.code {
            // The sale is paid, or another payment of it may still be.
            ProblemCode::SalePaid | ProblemCode::SaleOpen | ProblemCode::ReferenceSeen => {
                CustomerScreen::OneMoment
            }
            _ => CustomerScreen::NotPaid,
        },
    }
}
