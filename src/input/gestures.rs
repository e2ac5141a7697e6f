//! Clicks, typing and forms. One set of listeners at the till's root serves everything that is painted below
//! it. Yew never removes its own listeners, so each till that was unmounted would leave some behind.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement};

/// What a hand did.
pub(crate) enum Gesture {
    /// Pressed the button of this name.
    Press(String),
    /// Changed the text of the field for a code.
    Type(HtmlInputElement),
    /// Sent the form of this field, with this text.
    Send(String, String),
}

/// Listens until it is dropped.
pub(crate) struct Gestures {
    _listeners: [EventListener; 4],
}

impl Gestures {
    pub(crate) fn hear(root: &Element, tell: impl Fn(Gesture) + 'static) -> Self {
        let tell = Rc::new(tell);
        let listeners = ["click", "mousedown", "input", "submit"].map(|kind| {
            let tell = tell.clone();
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(root, kind, options, move |event| {
                if let Some(gesture) = gesture(event) {
                    tell(gesture);
                }
            })
        });
        Self { _listeners: listeners }
    }
}

fn gesture(event: &Event) -> Option<Gesture> {
    let target: Element = event.target()?.dyn_into().ok()?;
    // The elements that a module painted have their own listeners.
    if found(&target, "[data-place]").is_some() {
        return None;
    }
    match event.type_().as_str() {
        "click" => found(&target, "[data-action]")?.get_attribute("data-action").map(Gesture::Press),
        "mousedown" => {
            // The keypad's buttons take no focus, so that Enter on a keyboard still means *charge*. The
            // camera leaves the focus to the hidden field.
            if found(&target, ".keypad, [data-action=camera]").is_some() {
                event.prevent_default();
            }
            None
        }
        "input" => target.has_attribute("data-typed").then(|| Gesture::Type(target.unchecked_into())),
        _ => {
            event.prevent_default();
            let field = target.query_selector("[data-field]").ok()??;
            let name = field.get_attribute("data-field")?;
            Some(Gesture::Send(name, field.unchecked_into::<HtmlInputElement>().value()))
        }
    }
}

fn found(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok()?
}
