//! The lines below the amount: order, code, time, and the end of the charge's id.

use scantill_till::{Screen, View};
use scantill_types::Timestamp;
use scantill_types::api::{Payment, PaymentState};
use yew::prelude::*;

use super::element::tag;
use crate::texts::{Language, Text};

/// The end of a charge's id suffices to tell it apart.
const CHARGE_ID_TAIL: usize = 6;

/// The facts of the sale.
pub(super) fn list(view: &View, language: Language) -> Html {
    let lines = lines(view, language).into_iter().map(|(word, value)| {
        let term = language.word(word);
        tag!("div").key(term).element(tag!("dt").text(term)).element(tag!("dd").words(value)).html()
    });
    tag!("dl", "class" = "facts").key("facts").children(lines.collect()).html()
}

fn lines(view: &View, language: Language) -> Vec<(Text, String)> {
    let reference = view.sale.as_ref().and_then(|sale| sale.reference.clone());
    let mut lines: Vec<_> = reference.map(|reference| (Text::Order, reference)).into_iter().collect();
    let code = match &view.screen {
        Screen::Sending { code_masked, .. } => Some(code_masked.clone()),
        screen => screen.payment().map(|payment| payment.code_masked.clone()),
    };
    lines.extend(code.filter(|code| !code.is_empty()).map(|code| (Text::Code, code)));
    if let Some(payment) = view.screen.payment().filter(|payment| is_told(payment.state)) {
        lines.push((Text::Time, time(payment, view, language)));
        lines.extend(payment.charge.as_ref().map(|charge| (Text::ChargeId, tail(charge.id.as_str()))));
    }
    lines
}

/// While the customer confirms, the screen shows less.
fn is_told(state: PaymentState) -> bool {
    state.is_final() || state == PaymentState::Unknown
}

/// When it was paid; otherwise when it ended; otherwise when it began.
fn happened_at(payment: &Payment) -> Timestamp {
    let paid_at = payment.charge.as_ref().and_then(|charge| charge.paid_at);
    paid_at.unwrap_or(if payment.state.is_final() { payment.updated_at } else { payment.created_at })
}

/// In the store's zone.
fn time(payment: &Payment, view: &View, language: Language) -> String {
    let zone = view.header.as_ref().map_or("UTC", |header| header.time_zone.as_str());
    language.time_of_day(happened_at(payment), zone)
}

/// When an earlier payment was paid, for its title.
pub(super) fn paid_at(view: &View, language: Language) -> Option<String> {
    match &view.screen {
        Screen::Paid { payment, earlier: true } => Some(time(payment, view, language)),
        _ => None,
    }
}

fn tail(id: &str) -> String {
    let skip = id.chars().count().saturating_sub(CHARGE_ID_TAIL);
    format!("…{}", id.chars().skip(skip).collect::<String>())
}
