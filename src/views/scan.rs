//! The screen that waits for a code.

use scantill_till::{Press, ScanProblem, Screen};
use yew::prelude::*;

use super::element::{Element, heading, problem, tag};
use super::hand::{Hand, Weight};
use crate::app::shell::Scene;
use crate::texts::Word;
use scantill_till::scanner_panel::{Act, Module, Panel};

pub(super) fn scan(scene: &Scene, hand: Hand) -> Html {
    let said = hand.language.screen(&Screen::Scan { typed: None });
    let words = tag!("div", "class" = "words")
        .element(heading(said.title))
        .element(tag!("p", "class" = "next").text(said.next))
        .element(catcher(said.title))
        .element(problem_line(scene.view.scan_problem, hand));
    let choices = tag!("div", "class" = "choices row")
        .maybe(scene.view.reachable.then(|| ear(scene.ready, hand)))
        .child(hand.act("camera", Act::Camera(true), Word::UseCamera, Weight::Plain))
        .child(hand.action("type-code", Press::TypeCode, hand.said(Word::TypeCode), Weight::Plain));
    tag!("div", "class" = "speech")
        .element(tag!("div", "data-place" = "camera"))
        .element(aperture())
        .element(words)
        .element(tag!("div", "class" = "hints").children(hints(&scene.panel, hand)))
        .element(choices)
        .html()
}

fn hints(panel: &Panel, hand: Hand) -> Vec<Html> {
    let failed = panel.camera.wanted && panel.module == Module::Failed;
    let words = [(panel.muted, Word::Muted), (failed, Word::NotLoaded)].into_iter();
    words.filter(|(holds, _)| *holds).map(|(_, word)| tag!("p").text(hand.word(word)).html()).collect()
}

/// Why the last code was not sent.
pub(super) fn problem_line(told: Option<ScanProblem>, hand: Hand) -> Element {
    problem(told.map(|told| AttrValue::Static(hand.language.scan_problem(told))))
}

/// A field that nobody sees, for tablets on which a scanner writes by way of an input method. No keyboard comes up for it.
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

fn ear(ready: bool, hand: Hand) -> Html {
    if ready {
        tag!("span", "class" = "ear").key("ear").text(hand.word(Word::ScannerReady)).html()
    } else {
        let told = hand.word(Word::ScannerElsewhere);
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
