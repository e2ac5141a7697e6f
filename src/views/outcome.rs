//! Screens at the end of a payment. Each outcome has its shape, its word, its colour and one decision.

use scantill_till::advice::NextStep;
use scantill_till::{Press, Screen, View};
use scantill_types::api::{Decision, FailureCode, Payment, Problem, support_code};
use yew::prelude::*;

use super::context::{ButtonStyle, ViewContext};
use super::message::{MessageDetails, message, scan_problem};
use super::{facts, icons, supervisor};
use crate::texts::{self, Text};
use scantill_till::scanner_panel::ModuleState;

/// A button: its name, its press, its label.
type Choice = (&'static str, Press, Text);

const SCAN_AGAIN: Choice = ("scan-again", Press::ScanAgain, Text::ScanAgain);
const END_SALE: Choice = ("end-sale", Press::EndSale, Text::EndSale);
const PAY_ANOTHER_WAY: Choice = ("end-sale", Press::EndSale, Text::PayAnotherWay);
const NEXT_SALE: Choice = ("next-sale", Press::NextSale, Text::NextSale);
const KEEP: Choice = ("accept", Press::Decide(Decision::Accept), Text::Keep);
const GIVE_BACK: Choice = ("give-back", Press::Decide(Decision::Refund), Text::GiveBack);
const CALL_SUPERVISOR: Choice =
    ("call-supervisor", Press::Decide(Decision::CallSupervisor), Text::CallSupervisor);
const SHOW_OTHER: Choice = ("show-other", Press::ShowOther, Text::ShowOther);
const TAKE_OVER: Choice = ("take-over", Press::TakeOver, Text::TakeOver);
const USE_HERE: Choice = ("use-here", Press::UseHere, Text::UseHere);
const ACCEPT_REFERENCE: Choice = ("accept-reference", Press::AcceptReference, Text::AcceptReference);

pub(super) fn outcome(view: &View, office: ModuleState, context: ViewContext) -> Html {
    let screen = &view.screen;
    let test_mode = view.header.as_ref().is_some_and(|header| header.test_mode);
    let is_test_money = test_mode && matches!(screen, Screen::Paid { .. });
    let choices = choices(screen).iter().enumerate().map(|(index, (name, press, word))| {
        let weight = if index == 0 { ButtonStyle::Go } else { ButtonStyle::Plain };
        context.action(name, press.clone(), context.said(*word), weight)
    });
    let below = MessageDetails {
        time: facts::paid_at(view, context.language),
        note: is_test_money.then(|| context.word(Text::TestMoney)).or(supervisor::trouble(office, context)),
        problem: scan_problem(view, context),
        small_print: small_print(screen, context),
        choices: choices.chain(supervisor::button(screen, context)).collect(),
    };
    message(shape(screen), &context.language.screen(screen), below)
}

fn shape(screen: &Screen) -> Html {
    match screen {
        Screen::Paid { .. } => icons::disc(),
        Screen::GivenBack { .. } => icons::returned(),
        Screen::Cancelled { .. } | Screen::Elsewhere => icons::ring(),
        Screen::Decide { .. }
        | Screen::Supervisor { .. }
        | Screen::OtherTill { .. }
        | Screen::Refused { other: Some(_), .. } => icons::exclamation(),
        Screen::Refused { .. } => icons::stopped(),
        _ => icons::octagon(),
    }
}

/// The buttons, the likeliest first.
fn choices(screen: &Screen) -> &'static [Choice] {
    match screen {
        Screen::Supervisor { payment } if payment.released.is_some() && !payment.state.is_final() => {
            &[SCAN_AGAIN, NEXT_SALE]
        }
        Screen::Paid { .. } | Screen::GivenBack { .. } | Screen::Supervisor { .. } => &[NEXT_SALE],
        Screen::OtherTill { .. } => &[NEXT_SALE, TAKE_OVER],
        Screen::Elsewhere => &[USE_HERE],
        Screen::Decide { .. } => &[KEEP, GIVE_BACK, CALL_SUPERVISOR],
        Screen::Failed { payment } => match texts::advice(payment).next_step() {
            NextStep::ScanAgain => &[SCAN_AGAIN, END_SALE],
            NextStep::PayAnotherWay => &[PAY_ANOTHER_WAY, SCAN_AGAIN],
        },
        Screen::Refused { other: Some(_), .. } => &[SHOW_OTHER, END_SALE],
        Screen::Cancelled { .. } | Screen::Refused { may_scan_again: true, .. } => &[SCAN_AGAIN, END_SALE],
        Screen::Refused { problem: Problem { payment_id: Some(_), .. }, .. } => &[END_SALE, ACCEPT_REFERENCE],
        _ => &[END_SALE],
    }
}

/// What a supervisor or a support line needs. A customer can read it, so our own code replaces Omise's word.
fn small_print(screen: &Screen, context: ViewContext) -> Option<String> {
    let code = match screen {
        Screen::Failed { payment } => failure(payment),
        Screen::Refused { problem, .. } => support_code(problem.code.as_str()),
        Screen::Supervisor { payment } => return Some(payment.id.to_string()),
        _ => return None,
    };
    Some([context.word(Text::SupportCode), &code].join(" "))
}

fn failure(payment: &Payment) -> String {
    let code = support_code(payment.failure_code.as_ref().map_or("expired", FailureCode::as_str));
    let refusal = payment.refusal.as_deref().map(support_code);
    refusal.map_or(code.clone(), |refusal| [code.as_str(), &refusal].join(" · "))
}
