//! Screens on which something is under way: calm, and clear about what not to do.

use scantill_till::{Press, Screen, View};
use yew::prelude::*;

use super::hand::{Hand, Weight};
use super::speech::{Below, scan_problem, speech};
use super::{shapes, supervisor};
use crate::texts::Word;
use scantill_till::scanner_panel::Module;

pub(super) fn waiting(view: &View, office: Module, hand: Hand) -> Html {
    let screen = &view.screen;
    let shape = match screen {
        Screen::Pending { seconds_left, seconds, .. } => shapes::countdown(*seconds_left, *seconds),
        Screen::Unknown { .. } | Screen::Recalling { missing: true } => shapes::question(),
        Screen::Pair { problem: Some(_), .. } => shapes::ring(),
        _ => shapes::turning(),
    };
    let outside_grammar = matches!(screen, Screen::Pending { payment, .. } if payment.code_outside_grammar);
    let set_aside = || hand.action("set-aside", Press::SetAside, hand.said(Word::SetAside), Weight::Plain);
    let is_released = screen.payment().is_some_and(|payment| payment.freed.is_some());
    let scan_again = || hand.action("scan-again", Press::ScanAgain, hand.said(Word::ScanAgain), Weight::Go);
    let below = Below {
        aside: outside_grammar.then(|| hand.word(Word::TestCode)).or(supervisor::trouble(office, hand)),
        problem: scan_problem(view, hand),
        choices: is_released
            .then(scan_again)
            .into_iter()
            .chain(view.may_set_aside.then(set_aside))
            .chain(supervisor::button(screen, hand))
            .collect(),
        ..Below::default()
    };
    speech(shape, &hand.language.screen(screen), below)
}
