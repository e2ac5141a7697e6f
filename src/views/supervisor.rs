//! The button of the supervisor's sheet, on every screen of a payment that a cashier cannot settle without a
//! supervisor.

use scantill_till::Screen;
use scantill_types::api::{Disposition, Payment, PaymentState};
use yew::prelude::*;

use super::context::{ButtonStyle, ViewContext};
use crate::texts::Text;
use scantill_till::scanner_panel::{ModuleState, ScannerCommand};

/// The button, if a supervisor may act.
pub(super) fn button(screen: &Screen, context: ViewContext) -> Option<Html> {
    let concerns = screen.payment().is_some_and(|payment| concerns_a_supervisor(payment));
    concerns.then(|| {
        context.act("supervisor", ScannerCommand::OpenOffice, Text::SupervisorDecides, ButtonStyle::Plain)
    })
}

/// Why the sheet did not open.
pub(super) fn trouble(office: ModuleState, context: ViewContext) -> Option<&'static str> {
    (office == ModuleState::Failed).then(|| context.word(Text::NotLoaded))
}

/// It is in doubt or needs review. While the cashier must decide, only the cashier answers.
fn concerns_a_supervisor(payment: &Payment) -> bool {
    let is_asked = payment.disposition == Some(Disposition::AwaitingDecision);
    let is_called = payment.review.is_some() || payment.disposition == Some(Disposition::InReview);
    payment.state == PaymentState::Unknown || (is_called && !is_asked)
}
