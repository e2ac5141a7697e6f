//! Which of several tills on a page hears the scanner: the one whose host carries `data-scantill-ear`.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

const MARK: &str = "data-scantill-ear";
const SELECTOR: &str = "[data-scantill-ear]";
/// Tells a host that its mark went elsewhere or came.
const MOVED: &str = "scantill-ear";

/// The mark of one till; it goes with the till.
pub(crate) struct EarMark {
    host: HtmlElement,
    _listeners: Vec<EventListener>,
}

impl EarMark {
    /// Takes the mark where nobody has it; `moved` is called when it comes or goes.
    pub(crate) fn new(host: &HtmlElement, moved: impl Fn() + 'static) -> Self {
        let moved = EventListener::new(host, MOVED, move |_| moved());
        let touched = ["focusin", "pointerdown"].map(|kind| {
            let marked = host.clone();
            let options = EventListenerOptions::run_in_capture_phase();
            EventListener::new_with_options(host, kind, options, move |_| take(&marked))
        });
        if others(host).is_empty() {
            take(host);
        }
        Self { host: host.clone(), _listeners: touched.into_iter().chain([moved]).collect() }
    }

    pub(crate) fn take(&self) {
        take(&self.host);
    }

    pub(crate) fn has(&self) -> bool {
        self.host.has_attribute(MARK)
    }

    /// A question for whoever listens to keys.
    pub(crate) fn listener(&self) -> Rc<dyn Fn() -> bool> {
        let host = self.host.clone();
        Rc::new(move || host.has_attribute(MARK))
    }

    /// Whether something inside has the focus that a hand may have brought there: a screen's own title and its hidden field
    /// cannot be reached by Tab.
    pub(crate) fn focus(&self) -> Rc<dyn Fn() -> bool> {
        let host = self.host.clone();
        Rc::new(move || {
            let focused = host.shadow_root().and_then(|root| root.active_element());
            focused.is_some_and(|element| element.get_attribute("tabindex").is_none_or(|index| index != "-1"))
        })
    }
}

impl Drop for EarMark {
    fn drop(&mut self) {
        let _ = self.host.remove_attribute(MARK);
    }
}

fn take(host: &HtmlElement) {
    if host.has_attribute(MARK) {
        return;
    }
    for other in others(host) {
        let _ = other.remove_attribute(MARK);
        tell(&other);
    }
    let _ = host.set_attribute(MARK, "");
    tell(host);
}

fn others(host: &HtmlElement) -> Vec<HtmlElement> {
    let Some(marked) = host.owner_document().and_then(|document| document.query_selector_all(SELECTOR).ok())
    else {
        return Vec::new();
    };
    let nodes = (0..marked.length()).filter_map(|index| marked.item(index));
    nodes.filter_map(|node| node.dyn_into().ok()).filter(|other| other != host).collect()
}

fn tell(host: &HtmlElement) {
    if let Ok(event) = Event::new(MOVED) {
        let _ = host.dispatch_event(&event);
    }
}
