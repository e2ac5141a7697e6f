//! Decides which of several tills on a page receives scanner input, and whether the keys of a scan reach it.
//!
//! The page's window names one host, in any shadow tree and mounted by any copy of the module. The host
//! carries `data-scantill-scanner-focus`. A host that is in no document, or hidden, receives nothing, and
//! another may take its place.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, Window};

use crate::input::field;

/// The visible attribute.
const MARK: &str = "data-scantill-scanner-focus";
/// The property of the window.
const HOLDER: &str = "scantillScannerFocus";
/// Tells a host that it lost or got the scanner focus.
const MOVED: &str = "scantill-scanner-focus";
/// When the focus moves between two elements, for a moment no element has it.
const SETTLED_MS: u32 = 50;

/// The scanner focus of one till. It ends with the till.
pub(crate) struct ScannerFocus {
    host: HtmlElement,
    _listeners: Vec<EventListener>,
}

impl ScannerFocus {
    /// Takes the scanner focus if no till has it. `moved` is called when the input of this till may have
    /// changed.
    pub(crate) fn new(host: &HtmlElement, moved: impl Fn() + 'static) -> Self {
        let moved = Rc::new(moved);
        let mut listeners = touches(host);
        let told = moved.clone();
        listeners.push(EventListener::new(host, MOVED, move |_| told()));
        listeners.extend(focus_changes(&moved));
        let mark = Self { host: host.clone(), _listeners: listeners };
        mark.has();
        mark
    }

    pub(crate) fn take(&self) {
        take(&self.host);
    }

    /// Whether scans go to this till. If no till has the scanner focus, the first one that calls this takes
    /// it.
    pub(crate) fn has(&self) -> bool {
        has(&self.host)
    }

    /// Whether the keys of a scanner would reach this till now.
    pub(crate) fn is_ready(&self) -> bool {
        self.has() && text_comes_to(&self.host)
    }

    /// Whether the till can be seen.
    pub(crate) fn is_visible(&self) -> bool {
        is_on_show(&self.host)
    }

    /// Whether a checkout that the page opens may take the focus: from a button always; from a field that
    /// somebody may be typing into only if a press opened the checkout.
    pub(crate) fn may_take_focus(&self) -> bool {
        let focused = focused(&self.host);
        was_pressed() || !focused.is_some_and(|element| field::takes_text(element.unchecked_ref()))
    }

    /// `has` as a function, for the listeners of keys.
    pub(crate) fn listener(&self) -> Rc<dyn Fn() -> bool> {
        let host = self.host.clone();
        Rc::new(move || has(&host))
    }

    /// Whether something inside has the focus because a hand may have put it there: Tab reaches neither a
    /// screen's title nor its hidden field.
    pub(crate) fn focus(&self) -> Rc<dyn Fn() -> bool> {
        let host = self.host.clone();
        Rc::new(move || {
            let focused = host.shadow_root().and_then(|root| root.active_element());
            focused.is_some_and(|element| element.get_attribute("tabindex").is_none_or(|index| index != "-1"))
        })
    }
}

impl Drop for ScannerFocus {
    fn drop(&mut self) {
        let _ = self.host.remove_attribute(MARK);
        if holder().as_ref() == Some(&self.host) {
            name(&JsValue::UNDEFINED);
        }
    }
}

/// The till that is touched takes the scanner focus.
fn touches(host: &HtmlElement) -> Vec<EventListener> {
    let options = EventListenerOptions::run_in_capture_phase();
    let touch = |kind| {
        let marked = host.clone();
        EventListener::new_with_options(host, kind, options, move |_| take(&marked))
    };
    ["focusin", "pointerdown"].map(touch).into()
}

/// The focus moved, within the page or away from it.
fn focus_changes(moved: &Rc<impl Fn() + 'static>) -> Vec<EventListener> {
    let settled = Rc::<RefCell<Option<Timeout>>>::default();
    let listen = |kind| {
        let (moved, settled) = (moved.clone(), settled.clone());
        let (window, options) = (window()?, EventListenerOptions::run_in_capture_phase());
        Some(EventListener::new_with_options(&window, kind, options, move |_| {
            let moved = moved.clone();
            *settled.borrow_mut() = Some(Timeout::new(SETTLED_MS, move || moved()));
        }))
    };
    ["focus", "blur"].into_iter().filter_map(listen).collect()
}

/// Whether no till of the page has the mark.
pub(crate) fn is_free() -> bool {
    holder().is_none_or(|holder| !is_on_show(&holder))
}

fn has(host: &HtmlElement) -> bool {
    if !is_on_show(host) {
        return false;
    }
    if is_free() {
        take(host);
    }
    holder().as_ref() == Some(host)
}

/// Whether the host is in a document and visible: the till charges nothing that nobody can see.
fn is_on_show(host: &HtmlElement) -> bool {
    let painted = host.shadow_root().and_then(|root| root.query_selector(".scantill").ok()?);
    let is_hidden = painted.is_some_and(|painted| painted.unchecked_ref::<HtmlElement>().offset_width() == 0);
    host.is_connected() && !is_hidden
}

fn take(host: &HtmlElement) {
    let before = holder();
    if before.as_ref() == Some(host) {
        return;
    }
    name(host);
    if let Some(before) = before {
        let _ = before.remove_attribute(MARK);
        tell(&before);
    }
    let _ = host.set_attribute(MARK, "");
    tell(host);
}

fn holder() -> Option<HtmlElement> {
    let window = window()?;
    Reflect::get(&window, &HOLDER.into()).ok()?.dyn_into().ok()
}

fn name(host: &JsValue) {
    if let Some(window) = window() {
        let _ = Reflect::set(&window, &HOLDER.into(), host);
    }
}

fn tell(host: &HtmlElement) {
    if let Ok(event) = Event::new(MOVED) {
        let _ = host.dispatch_event(&event);
    }
}

/// Whether the focus is in this host, or on nothing, from where the till takes it. If it is anywhere else,
/// also in another window or frame, text does not reach the till.
fn text_comes_to(host: &HtmlElement) -> bool {
    let has_focus = host.owner_document().is_some_and(|document| document.has_focus().unwrap_or_default());
    has_focus && focused(host).is_none_or(|element| element == **host)
}

/// The focused element, down to this host or to the last shadow tree that shows it; `None` if it is the page
/// itself.
fn focused(host: &HtmlElement) -> Option<Element> {
    let mut active = host.owner_document()?.active_element()?;
    while let Some(inner) =
        active.shadow_root().filter(|_| active != **host).and_then(|root| root.active_element())
    {
        active = inner;
    }
    Some(active).filter(|element| !matches!(&*element.tag_name(), "BODY" | "HTML"))
}

/// A hand pressed something on the page a moment ago.
fn was_pressed() -> bool {
    let get = |object: JsValue, name: &str| Reflect::get(&object, &name.into()).unwrap_or_default();
    let navigator = window().map(|window| window.navigator().into()).unwrap_or_default();
    get(get(navigator, "userActivation"), "isActive").is_truthy()
}

fn window() -> Option<Window> {
    web_sys::window()
}
