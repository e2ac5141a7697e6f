//! Screens of something in progress: calm, and clear about what not to do.

use scantill_till::{Press, Screen, View};
use yew::prelude::*;

use super::context::{ButtonStyle, ViewContext};
use super::message::{MessageDetails, message, scan_problem};
use super::{icons, supervisor};
use crate::texts::Text;
use scantill_till::scanner_panel::ModuleState;

pub(super) fn waiting(view: &View, office: ModuleState, context: ViewContext) -> Html {
    let screen = &view.screen;
    let shape = match screen {
        Screen::Pending { seconds_left, seconds, .. } => icons::countdown(*seconds_left, *seconds),
        Screen::Unknown { .. } | Screen::Resuming { missing: true } => icons::question(),
        Screen::Pair { problem: Some(_), .. } => icons::ring(),
        _ => icons::turning(),
    };
    let outside_grammar = matches!(screen, Screen::Pending { payment, .. } if payment.code_outside_grammar);
    let park = || context.action("park", Press::Park, context.said(Text::Park), ButtonStyle::Plain);
    let is_released = screen.payment().is_some_and(|payment| payment.released.is_some());
    let scan_again =
        || context.action("scan-again", Press::ScanAgain, context.said(Text::ScanAgain), ButtonStyle::Go);
    let below = MessageDetails {
        note: outside_grammar.then(|| context.word(Text::TestCode)).or(supervisor::trouble(office, context)),
        problem: scan_problem(view, context),
        choices: is_released
            .then(scan_again)
            .into_iter()
            .chain(view.may_park.then(park))
            .chain(supervisor::button(screen, context))
            .collect(),
        ..MessageDetails::default()
    };
    message(shape, &context.language.screen(screen), below)
}
