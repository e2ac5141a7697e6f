//! The message of a state: a shape, one thing to know, one thing to do.

use scantill_till::View;
use yew::prelude::*;

use super::context::ViewContext;
use super::element::{heading, problem, tag};
use crate::texts::Message;

/// What follows the sentences.
#[derive(Default)]
pub(super) struct MessageDetails {
    /// Added to the title.
    pub(super) time: Option<String>,
    /// A sentence about test mode.
    pub(super) note: Option<&'static str>,
    /// Why the last scan was not used.
    pub(super) problem: Option<&'static str>,
    /// For a supervisor or a support line.
    pub(super) small_print: Option<String>,
    pub(super) choices: Vec<Html>,
}

pub(super) fn scan_problem(view: &View, context: ViewContext) -> Option<&'static str> {
    view.scan_problem.map(|problem| context.language.scan_problem(problem))
}

pub(super) fn message(shape: Html, said: &Message, below: MessageDetails) -> Html {
    let print = below
        .small_print
        .map(|print| tag!("p", "class" = "print").key("print").element(tag!("code").words(print)).html());
    let lines = [("money", said.money), ("next", said.next), ("note", below.note.unwrap_or_default())];
    let lines = lines.into_iter().filter(|(_, text)| !text.is_empty());
    let lines = lines.map(|(class, text)| tag!("p", "class" = class).key(class).text(text).html());
    let mut title = heading(said.title);
    if let Some(time) = below.time {
        title = title.text(" ").words(time);
    }
    let words = tag!("div", "class" = "words")
        .element(title)
        .element(tag!("div", "class" = "lines").children(lines.chain(print).collect()))
        .element(problem(below.problem.map(AttrValue::Static)));
    tag!("div", "class" = "speech")
        .child(shape)
        .element(words)
        .element(tag!("div", "class" = "choices").children(below.choices))
        .html()
}
