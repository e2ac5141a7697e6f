//! The way to the supervisor's sheet, wherever a payment is on the screen that a cashier alone cannot settle.

use scantill_till::Screen;
use scantill_types::api::{Disposition, Payment, PaymentState};
use yew::prelude::*;

use super::hand::{Hand, Weight};
use crate::texts::Word;
use scantill_till::scanner_panel::{Act, Module};

/// The button, where a supervisor may do something.
pub(super) fn button(screen: &Screen, hand: Hand) -> Option<Html> {
    let concerns = screen.payment().is_some_and(|payment| concerns_a_supervisor(payment));
    concerns.then(|| hand.act("supervisor", Act::OpenOffice, Word::SupervisorDecides, Weight::Plain))
}

/// Why the sheet did not come.
pub(super) fn trouble(office: Module, hand: Hand) -> Option<&'static str> {
    (office == Module::Failed).then(|| hand.word(Word::NotLoaded))
}

/// It is in doubt, or a person must look; while the cashier is asked, the cashier answers.
fn concerns_a_supervisor(payment: &Payment) -> bool {
    let is_asked = payment.disposition == Some(Disposition::Undecided);
    let is_called = payment.attention.is_some() || payment.disposition == Some(Disposition::Attention);
    payment.state == PaymentState::Unknown || (is_called && !is_asked)
}
