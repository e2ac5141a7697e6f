//! The button that opens the scanner's page, and the places into which the scanner module paints it.

use yew::prelude::*;

use super::context::{ButtonStyle, Deed, ViewContext};
use super::element::{span, tag};
use super::scan::catcher;
use crate::texts::Text;
use scantill_till::scanner_panel::{ModuleState, ScannerCommand, ScannerPanel};

/// The button in the header.
pub(super) fn opener(context: ViewContext) -> Html {
    let name = context.named(AttrValue::Static("scanner"), Deed::ScannerCommand(ScannerCommand::OpenPage));
    let label = context.word(Text::Scanner);
    let path =
        tag!("path", "d" = "M3 10V4h6M23 4h6v6M29 22v6h-6M9 28H3v-6M9 11v10M13 11v10M18 11v10M23 11v10");
    tag!("button", "type" = "button", "class" = "door", "aria-label" = label, "data-action" = name)
        .key("scanner")
        .element(tag!("svg", "viewBox" = "0 0 32 32", "aria-hidden" = "true").element(path))
        .html()
}

/// The side of the scan test.
pub(super) fn trial(context: ViewContext) -> Html {
    let label = context.word(Text::Scanner);
    tag!("section", "class" = "sale trial", "aria-label" = label)
        .element(tag!("div", "class" = "slip", "data-place" = "trial"))
        .element(catcher(label))
        .html()
}

/// The side with the list of scanners.
pub(super) fn sources(panel: &ScannerPanel, context: ViewContext) -> Html {
    if panel.module == ModuleState::Failed {
        tag!("p", "class" = "problem").key("failed").child(span(context.said(Text::NotLoaded))).html()
    } else {
        tag!("div", "class" = "scanners", "data-place" = "sources").key("sources").html()
    }
}

/// The button that leaves the page.
pub(super) fn done(context: ViewContext) -> Html {
    context.act("close-scanner", ScannerCommand::ClosePage, Text::ScannerDone, ButtonStyle::Plain)
}
