//! The sale: what is to be paid, standing still while the state changes beside it.

use scantill_till::Screen;
use scantill_types::Money;
use scantill_types::api::ProblemCode;
use yew::prelude::*;

use super::element::{self, tag};
use super::facts;
use super::hand::Hand;
use crate::app::shell::Scene;
use crate::texts::Word;

pub(super) fn sale(scene: &Scene, hand: Hand) -> Html {
    let screen = &scene.view.screen;
    let typed = match screen {
        Screen::Amount { amount, .. } => Some(*amount),
        _ => None,
    };
    let amount = typed.or(scene.view.sale.as_ref().map(|sale| sale.amount));
    let label =
        amount.map(|_| tag!("p", "class" = "label").key("label").text(hand.word(label(screen))).html());
    let figure = amount.map(|amount| figure(amount, typed.is_some()));
    let lines = [label, figure, problem(scene, hand), Some(facts::list(&scene.view, hand.language))];
    let slip = tag!("div", "class" = "slip").children(lines.into_iter().flatten().collect());
    tag!("section", "class" = "sale", "aria-label" = hand.word(Word::Sale)).element(slip).html()
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
fn problem(scene: &Scene, hand: Hand) -> Option<Html> {
    let Screen::Amount { amount, problem, limits } = &scene.view.screen else { return None };
    let told = match (problem, scene.view.scan_problem, scene.notice) {
        (Some(problem), ..) => Some(hand.language.amount_problem(*problem, *limits, amount.currency)),
        (None, Some(problem), _) => Some(hand.language.scan_problem(problem).to_owned()),
        (None, None, Some(notice)) => Some(hand.language.address_problem(notice).to_owned()),
        (None, None, None) => None,
    };
    Some(element::problem(told.map(AttrValue::from)).key("problem").html())
}

fn label(screen: &Screen) -> Word {
    match screen {
        Screen::Amount { .. } => Word::Amount,
        Screen::Paid { .. } => Word::Paid,
        Screen::Failed { .. } | Screen::Cancelled { .. } | Screen::GivenBack { .. } => Word::NotPaid,
        Screen::Recalling { missing: true }
        | Screen::Unknown { .. }
        | Screen::Decide { .. }
        | Screen::Supervisor { .. }
        | Screen::OtherTill { .. } => Word::InDoubt,
        Screen::Refused { problem, .. } => match problem.code {
            ProblemCode::SalePaid => Word::Paid,
            ProblemCode::SaleOpen => Word::InDoubt,
            _ => Word::NotPaid,
        },
        Screen::Starting
        | Screen::Elsewhere
        | Screen::Pair { .. }
        | Screen::Recalling { .. }
        | Screen::Scan { .. }
        | Screen::Sending { .. }
        | Screen::Pending { .. }
        | Screen::Cancelling { .. } => Word::ToPay,
    }
}
