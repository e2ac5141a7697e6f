//! The modal dialog that contains the sheet: the browser keeps the focus in it and blocks everything else.
//!
//! It is in its own shadow root, at the end of the page: the till's root contains only the till.

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{
    CssStyleSheet, Element, HtmlDialogElement, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode,
};

const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/styles.css"));
/// Marks the element that holds the dialog.
const HOST: &str = "data-scantill-office";
/// The till's colours, which the sheet shares.
const TOKENS: [&str; 17] = [
    "--ink",
    "--soft",
    "--line",
    "--rim",
    "--paper",
    "--card",
    "--brand",
    "--brand-deep",
    "--on-brand",
    "--key",
    "--alarm",
    "--focus",
    "--lift",
    "--not-paid",
    "--waiting",
    "--doubt",
    "--quiet",
];
/// The title of a screen or a step. It takes the focus if nothing else has it.
const HEADING: &str = ":is(h1, h2)[tabindex='-1']";

/// The dialog. Dropping it closes the dialog.
#[derive(Debug)]
pub(crate) struct Dialog {
    till: ShadowRoot,
    host: HtmlElement,
    element: HtmlDialogElement,
    _closing: [EventListener; 2],
}

impl Dialog {
    /// Opens it above the page. `close` is called when somebody presses Escape, or uses the browser's back
    /// gesture.
    pub(crate) fn open(till: &ShadowRoot, close: impl Fn() + Clone + 'static) -> Option<Self> {
        let document = till.owner_document()?;
        let host: HtmlElement = document.create_element("div").ok()?.dyn_into().ok()?;
        host.set_attribute(HOST, "").ok()?;
        share_colours(&till.host(), &host);
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()?;
        let sheet = CssStyleSheet::new().ok()?;
        sheet.replace_sync(STYLES).ok()?;
        root.set_adopted_style_sheets(&Array::of1(&sheet));
        let element: HtmlDialogElement = document.create_element("dialog").ok()?.dyn_into().ok()?;
        element.set_class_name("office");
        element.set_attribute("aria-labelledby", "o-title").ok()?;
        let closing = ["cancel", "close"].map(|kind| {
            let close = close.clone();
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&element, kind, options, move |event| {
                event.prevent_default();
                close();
            })
        });
        root.append_child(&element).ok()?;
        document.body()?.append_child(&host).ok()?;
        let dialog = Self { till: till.clone(), host, element, _closing: closing };
        dialog.element.show_modal().ok()?;
        Some(dialog)
    }

    pub(crate) fn element(&self) -> HtmlDialogElement {
        self.element.clone()
    }
}

impl Drop for Dialog {
    /// The browser returns the focus to the earlier element. If that is gone, the screen's title takes the
    /// focus.
    fn drop(&mut self) {
        self.element.close();
        self.host.remove();
        if self.till.active_element().is_none() {
            focus_heading(self.till.query_selector(HEADING));
        }
    }
}

/// Names the step, and focuses its title.
pub(crate) fn show_step(dialog: &Element, name: &str) {
    let _ = dialog.set_attribute("data-step", name);
    focus_heading(dialog.query_selector(HEADING));
}

fn focus_heading<E>(found: Result<Option<Element>, E>) {
    let heading = found.ok().flatten().and_then(|heading| heading.dyn_into::<HtmlElement>().ok());
    if let Some(heading) = heading {
        let _ = heading.focus();
    }
}

fn share_colours(till: &Element, host: &HtmlElement) {
    let styles = web_sys::window().and_then(|window| window.get_computed_style(till).ok().flatten());
    let Some(styles) = styles else { return };
    for token in TOKENS {
        if let Ok(colour) = styles.get_property_value(token) {
            let _ = host.style().set_property(token, &colour);
        }
    }
}
