//! A tablet that is not paired, or not any more.

use scantill_till::Screen;
use yew::prelude::*;

use super::context::ViewContext;
use super::element::{heading, labelled, problem, tag, truth};
use crate::texts::Text;

pub(super) fn pair(screen: &Screen, context: ViewContext) -> Html {
    let said = context.language.screen(screen);
    let wrong = match screen {
        Screen::Pair { problem: Some(problem), .. } => Some(context.language.pair_problem(problem)),
        _ => None,
    };
    let field = tag!(
        "input",
        "type" = "text",
        "data-field" = "pairing-code",
        "autocomplete" = "off",
        "autocapitalize" = "characters",
        "spellcheck" = "false",
        "enterkeyhint" = "go",
        "aria-invalid" = truth(wrong.is_some()),
    );
    let words = tag!("div", "class" = "words")
        .element(heading(said.title))
        .element(tag!("p", "class" = "next").text(said.next));
    let pair = tag!("button", "type" = "submit", "class" = "go", "data-action" = "pair");
    tag!("form", "class" = "speech by-hand")
        .element(words)
        .element(labelled(context.word(Text::PairingCode), field))
        .element(problem(wrong.map(AttrValue::Static)))
        .element(tag!("div", "class" = "choices").element(pair.text(context.word(Text::Pair))))
        .html()
}
