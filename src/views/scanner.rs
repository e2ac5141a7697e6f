//! The button that opens the page of settings, and the places into which the scanner module paints it.

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
    // Three sliders.
    let path = tag!("path", "d" = "M4 8h5M15 8h13M4 16h13M23 16h5M4 24h3M13 24h15M12 5v6M20 13v6M10 21v6");
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
