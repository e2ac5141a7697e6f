//! A code typed by hand: groups of four, checked while it is typed, sent with Enter.

use scantill_till::digit_groups;
use scantill_till::{Press, ScanProblem, Typed};
use scantill_types::payer_code::CodeRefusal;
use yew::prelude::*;

use super::context::{ButtonStyle, ViewContext};
use super::element::{labelled, tag, truth};
use super::scan::problem_line;
use crate::texts::Text;

pub(super) fn code_field(problem: Option<ScanProblem>, typed: &Typed, context: ViewContext) -> Html {
    let wrong = problem.or(typed.problem.filter(|problem| is_beyond_repair(*problem)));
    let digits = context.language.digits(digit_groups::digits(&typed.text));
    let field = tag!(
        "input",
        "type" = "text",
        "data-field" = "code",
        "data-typed" = "",
        "inputmode" = "numeric",
        "enterkeyhint" = "send",
        "autocomplete" = "off",
        "spellcheck" = "false",
        "aria-invalid" = truth(wrong.is_some()),
    );
    let label = labelled(context.word(Text::TypedCode), field.with_text(typed.text.clone()))
        .element(tag!("span", "class" = "count").words(digits));
    let send = tag!("button", "type" = "submit", "class" = "go", "data-action" = "send-code").key("send");
    let choices = tag!("div", "class" = "choices").element(send.text(context.word(Text::SendCode))).child(
        context.action("type-code", Press::TypeCode, context.said(Text::UseScanner), ButtonStyle::Plain),
    );
    tag!("form", "class" = "speech by-hand")
        .element(tag!("h1", "class" = "unseen").text(context.word(Text::TypeCode)))
        .element(label)
        .element(problem_line(wrong, context))
        .element(choices)
        .html()
}

/// A code that is too short is only unfinished.
fn is_beyond_repair(problem: ScanProblem) -> bool {
    !matches!(
        problem,
        ScanProblem::Code(
            CodeRefusal::Empty
                | CodeRefusal::TooShort
                | CodeRefusal::UnknownShape
                | CodeRefusal::ProductCode
                // The head of a longer code may look like a card's number.
                | CodeRefusal::CardNumber
        )
    )
}
