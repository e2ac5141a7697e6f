//! The way to the scanner's page, and the places that it is painted into by a module that is loaded later.

use yew::prelude::*;

use super::element::{span, tag};
use super::hand::{Deed, Hand, Weight};
use super::scan::catcher;
use crate::texts::Word;
use scantill_till::scanner_panel::{Act, Module, Panel};

/// The way in, in the line that says whose till it is.
pub(super) fn door(hand: Hand) -> Html {
    let name = hand.named(AttrValue::Static("scanner"), Deed::Act(Act::OpenPage));
    let label = hand.word(Word::Scanner);
    let path =
        tag!("path", "d" = "M3 10V4h6M23 4h6v6M29 22v6h-6M9 28H3v-6M9 11v10M13 11v10M18 11v10M23 11v10");
    tag!("button", "type" = "button", "class" = "door", "aria-label" = label, "data-action" = name)
        .key("scanner")
        .element(tag!("svg", "viewBox" = "0 0 32 32", "aria-hidden" = "true").element(path))
        .html()
}

/// The side where something is tried.
pub(super) fn trial(hand: Hand) -> Html {
    let label = hand.word(Word::Scanner);
    tag!("section", "class" = "sale trial", "aria-label" = label)
        .element(tag!("div", "class" = "slip", "data-place" = "trial"))
        .element(catcher(label))
        .html()
}

/// The side of the scanners that there are.
pub(super) fn sources(panel: &Panel, hand: Hand) -> Html {
    if panel.module == Module::Failed {
        tag!("p", "class" = "problem").key("failed").child(span(hand.said(Word::NotLoaded))).html()
    } else {
        tag!("div", "class" = "scanners", "data-place" = "sources").key("sources").html()
    }
}

/// The way out.
pub(super) fn done(hand: Hand) -> Html {
    hand.act("close-scanner", Act::ClosePage, Word::ScannerDone, Weight::Plain)
}
