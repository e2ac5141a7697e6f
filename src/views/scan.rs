//! The screen that waits for a code.

use scantill_till::{Press, ScanProblem, Screen};
use yew::prelude::*;

use super::context::{ButtonStyle, ViewContext};
use super::element::{Element, heading, problem, tag};
use crate::texts::Text;
use scantill_till::scanner_panel::{ModuleState, ScannerCommand, ScannerPanel};
use scantill_till::view_model::ViewModel;

pub(super) fn scan(view_model: &ViewModel, context: ViewContext) -> Html {
    let said = context.language.screen(&Screen::Scan { typed: None });
    let words = tag!("div", "class" = "words")
        .element(heading(said.title))
        .element(tag!("p", "class" = "next").text(said.next))
        .element(catcher(said.title))
        .element(problem_line(view_model.view.scan_problem, context));
    let choices = tag!("div", "class" = "choices row")
        .maybe(view_model.view.reachable.then(|| scanner_focus(view_model.ready, context)))
        .child(context.act("camera", ScannerCommand::Camera(true), Text::UseCamera, ButtonStyle::Plain))
        .child(context.action(
            "type-code",
            Press::TypeCode,
            context.said(Text::TypeCode),
            ButtonStyle::Plain,
        ));
    tag!("div", "class" = "speech")
        .element(tag!("div", "data-place" = "camera"))
        .element(aperture())
        .element(words)
        .element(tag!("div", "class" = "hints").children(hints(&view_model.panel, context)))
        .element(choices)
        .html()
}

fn hints(panel: &ScannerPanel, context: ViewContext) -> Vec<Html> {
    let failed = panel.camera.wanted && panel.module == ModuleState::Failed;
    let words = [(panel.muted, Text::Muted), (failed, Text::NotLoaded)].into_iter();
    words.filter(|(holds, _)| *holds).map(|(_, word)| tag!("p").text(context.word(word)).html()).collect()
}

/// Why the last code was not sent.
pub(super) fn problem_line(told: Option<ScanProblem>, context: ViewContext) -> Element {
    problem(told.map(|told| AttrValue::Static(context.language.scan_problem(told))))
}

/// A hidden field, for tablets on which a scanner writes through an input method. No on-screen keyboard opens
/// for it.
pub(super) fn catcher(label: &'static str) -> Element {
    tag!(
        "input",
        "class" = "catcher",
        "data-catcher" = "",
        "type" = "text",
        "inputmode" = "none",
        "autocomplete" = "off",
        "autocapitalize" = "off",
        "spellcheck" = "false",
        "tabindex" = "-1",
        "aria-label" = label,
    )
}

fn scanner_focus(ready: bool, context: ViewContext) -> Html {
    if ready {
        tag!("span", "class" = "ear").key("ear").text(context.word(Text::ScannerReady)).html()
    } else {
        let told = context.word(Text::ScannerElsewhere);
        tag!("button", "type" = "button", "class" = "plain deaf").key("deaf").text(told).html()
    }
}

fn aperture() -> Element {
    tag!("svg", "class" = "aperture", "viewBox" = "0 0 240 132", "aria-hidden" = "true")
        .element(tag!(
            "path",
            "class" = "bars",
            "d" = "M38 30v72M46 30v72M54 30v72M66 30v72M72 30v72M84 30v72M94 30v72M100 30v72M112 30v72M122 30v72M128 30v72M140 30v72M148 30v72M160 30v72M166 30v72M176 30v72M188 30v72M194 30v72M202 30v72"
        ))
        .element(tag!("path", "class" = "line", "d" = "M24 66h192"))
        .element(tag!(
            "path",
            "class" = "corners",
            "d" = "M6 40V16a10 10 0 0 1 10-10h24M200 6h24a10 10 0 0 1 10 10v24M234 92v24a10 10 0 0 1-10 10h-24M40 126H16a10 10 0 0 1-10-10V92"
        ))
}
