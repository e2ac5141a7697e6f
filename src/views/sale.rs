//! The sale with its amount. It stays on the screen while the payment's state changes. Below it is a place that
//! the scanner module fills.

use scantill_till::Screen;
use scantill_till::view_model::ViewModel;
use scantill_types::Money;
use scantill_types::api::{PaymentState, ProblemCode};
use yew::prelude::*;

use super::context::ViewContext;
use super::element::{self, tag};
use super::facts;
use crate::texts::Text;

pub(super) fn sale(view_model: &ViewModel, context: ViewContext) -> Html {
    let screen = &view_model.view.screen;
    let typed = match screen {
        Screen::Amount { amount, .. } => Some(*amount),
        _ => None,
    };
    let amount = typed.or(view_model.view.sale.as_ref().map(|sale| sale.amount));
    let label =
        amount.map(|_| tag!("p", "class" = "label").key("label").text(context.word(label(screen))).html());
    let figure = amount.map(|amount| figure(amount, typed.is_some()));
    let lines =
        [label, figure, problem(view_model, context), Some(facts::list(&view_model.view, context.language))];
    let slip = tag!("div", "class" = "slip").children(lines.into_iter().flatten().collect());
    let place = match screen {
        Screen::Amount { .. } => Some("last-sales"),
        Screen::Scan { .. } => Some("steps"),
        _ => None,
    };
    let below = place.map(|place| tag!("div", "class" = "under", "data-place" = place).key(place).html());
    tag!("section", "class" = "sale", "aria-label" = context.word(Text::Sale))
        .element(slip)
        .maybe(below)
        .html()
}

/// The amount, as large as its digits allow.
fn figure(amount: Money, typed: bool) -> Html {
    let painted = amount.painted();
    let size = match painted.whole.len() {
        0..=3 => "large",
        4..=6 => "middle",
        _ => "small",
    };
    let class = if typed && amount.minor == 0 { "figure empty" } else { "figure" };
    tag!("p", "class" = class, "data-size" = size)
        .key("figure")
        .element(tag!("small").words(painted.sign))
        .words(painted.whole)
        .element(tag!("i").words(painted.fraction))
        .html()
}

/// Why this amount cannot be charged.
fn problem(view_model: &ViewModel, context: ViewContext) -> Option<Html> {
    let Screen::Amount { amount, problem, limits } = &view_model.view.screen else { return None };
    let told = match (problem, view_model.view.scan_problem, view_model.notice) {
        (Some(problem), ..) => Some(context.language.amount_problem(*problem, *limits, amount.currency)),
        (None, Some(problem), _) => Some(context.language.scan_problem(problem).to_owned()),
        (None, None, Some(notice)) => Some(context.language.address_problem(notice).to_owned()),
        (None, None, None) => None,
    };
    Some(element::problem(told.map(AttrValue::from)).key("problem").html())
}

fn label(screen: &Screen) -> Text {
    match screen {
        Screen::Amount { .. } => Text::Amount,
        Screen::Paid { .. } => Text::Paid,
        Screen::Failed { .. } | Screen::Cancelled { .. } | Screen::GivenBack { .. } => Text::NotPaid,
        Screen::Decide { .. } => Text::ToDecide,
        Screen::Supervisor { payment } if payment.state == PaymentState::Successful => Text::ToDecide,
        Screen::Supervisor { .. }
        | Screen::Resuming { missing: true }
        | Screen::Unknown { .. }
        | Screen::OtherTill { .. } => Text::InDoubt,
        Screen::Refused { problem, .. } => match problem.code {
            ProblemCode::SalePaid => Text::Paid,
            ProblemCode::SaleOpen => Text::InDoubt,
            _ => Text::NotPaid,
        },
        Screen::Starting
        | Screen::Elsewhere
        | Screen::Pair { .. }
        | Screen::Resuming { .. }
        | Screen::Scan { .. }
        | Screen::Sending { .. }
        | Screen::Pending { .. }
        | Screen::Cancelling { .. } => Text::ToPay,
    }
}
