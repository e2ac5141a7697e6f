//! How a state speaks: a shape, one thing to know, one thing to do.

use scantill_core::till::View;
use yew::prelude::*;

use super::hand::Hand;
use crate::texts::Said;

/// What stands below the sentences.
#[derive(Default)]
pub(super) struct Below {
    /// What the title ends with.
    pub(super) time: Option<String>,
    /// A sentence about test mode.
    pub(super) aside: Option<&'static str>,
    /// Why the last scan was not used.
    pub(super) problem: Option<&'static str>,
    /// For a supervisor or a support line.
    pub(super) small_print: Option<String>,
    pub(super) choices: Vec<Html>,
}

pub(super) fn scan_problem(view: &View, hand: Hand) -> Option<&'static str> {
    view.scan_problem.map(|problem| hand.language.scan_problem(problem))
}

pub(super) fn speech(shape: Html, said: &Said, below: Below) -> Html {
    let print =
        below.small_print.map(|print| html! { <p key="print" class="print"><code>{ print }</code></p> });
    let lines = [("money", said.money), ("next", said.next), ("aside", below.aside.unwrap_or_default())];
    let lines = lines.into_iter().filter(|(_, text)| !text.is_empty());
    let lines = lines.map(|(class, text)| html! { <p key={class} {class}>{ text }</p> }).chain(print);
    html! {
        <div class="speech">
            { shape }
            <div class="words">
                <h1 tabindex="-1">{ said.title }{ for below.time.map(|time| html! { <>{ " " }{ time }</> }) }</h1>
                <div class="lines">{ for lines }</div>
                <p class="problem" role="alert">{ for below.problem.map(|told| html! { <span>{ told }</span> }) }</p>
            </div>
            <div class="choices">{ for below.choices }</div>
        </div>
    }
}
