//! Fields that take text: the till's own and those of the host page.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventInit, EventTarget, HtmlElement, HtmlInputElement};

use scantill_till::key_router::Focus;

/// The attribute of the hidden field that receives what an input method writes.
pub(crate) const CATCHER: &str = "data-catcher";
/// Kinds of `<input>` that take no text.
const WITHOUT_TEXT: [&str; 9] =
    ["button", "submit", "reset", "checkbox", "radio", "image", "file", "color", "range"];

#[wasm_bindgen]
extern "C" {
    /// An `<input>` or a `<textarea>`, which share these members.
    #[derive(Clone)]
    pub(crate) type TextField;
    #[wasm_bindgen(method, getter)]
    fn value(this: &TextField) -> Option<String>;
    #[wasm_bindgen(method, setter)]
    fn set_value(this: &TextField, value: &str);
    #[wasm_bindgen(method, catch, js_name = setRangeText)]
    fn insert(this: &TextField, text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, getter, js_name = selectionEnd)]
    fn caret(this: &TextField) -> Result<Option<u32>, JsValue>;
    #[wasm_bindgen(method, catch, js_name = setSelectionRange)]
    fn put_caret(this: &TextField, from: u32, to: u32) -> Result<(), JsValue>;
}

/// A field as it was when a burst of keys began.
pub(crate) struct Remembered {
    field: TextField,
    value: String,
    caret: Option<u32>,
}

impl Remembered {
    /// Remembers the field that is an event's target.
    pub(crate) fn of(path: &Array) -> Option<Self> {
        let field: TextField = path.get(0).unchecked_into();
        let value = field.value()?;
        let caret = field.caret().ok().flatten();
        Some(Self { field, value, caret })
    }

    /// Inserts what a hand typed, as if it had never been held.
    pub(crate) fn insert(&self, text: &str) {
        if self.field.insert(text).is_err() {
            // A field for numbers has no caret.
            self.field.set_value(&(self.field.value().unwrap_or_default() + text));
        } else if let Ok(Some(caret)) = self.field.caret() {
            let length = u32::try_from(text.encode_utf16().count()).unwrap_or_default();
            let _ = self.field.put_caret(caret.saturating_add(length), caret.saturating_add(length));
        }
        self.tell();
    }

    /// Restores the remembered text.
    pub(crate) fn restore(&self) {
        self.field.set_value(&self.value);
        if let Some(caret) = self.caret {
            let _ = self.field.put_caret(caret, caret);
        }
        self.tell();
    }

    /// Tells the field's owner of the change, as of any typing.
    fn tell(&self) {
        let init = EventInit::new();
        init.set_bubbles(true);
        init.set_composed(true);
        if let Ok(event) = Event::new_with_event_init_dict("input", &init) {
            let _ = self.field.unchecked_ref::<EventTarget>().dispatch_event(&event);
        }
    }
}

/// The till's own hidden field, if it is the event's target.
pub(crate) fn catcher(path: &Array) -> Option<HtmlInputElement> {
    path.get(0).dyn_into::<HtmlInputElement>().ok().filter(|field| field.has_attribute(CATCHER))
}

/// Focuses the field unless something else on the page has the focus by now.
pub(crate) fn focus_if_free(field: &HtmlInputElement) {
    if is_unfocused(field) {
        give_focus(field);
    }
}

/// Whether nothing on the element's whole page has the focus.
pub(crate) fn is_unfocused(element: &HtmlElement) -> bool {
    let active = element.owner_document().and_then(|document| document.active_element());
    active.is_none_or(|active| active.tag_name() == "BODY")
}

/// Focuses the element. A till in a frame takes the focus from no other document.
pub(crate) fn give_focus(element: &HtmlElement) {
    let has_focus = element.owner_document().is_some_and(|document| document.has_focus().unwrap_or_default());
    let is_framed = web_sys::window()
        .is_some_and(|window| window.parent().ok().flatten().is_some_and(|parent| parent != window));
    if has_focus || !is_framed {
        let _ = element.focus();
    }
}

/// Whether a key's target is the page itself, with nothing in focus.
pub(crate) fn is_nothing(path: &Array) -> bool {
    path.get(0).dyn_into::<HtmlElement>().is_ok_and(|element| matches!(&*element.tag_name(), "BODY" | "HTML"))
}

/// Presses the first button that the till offers.
pub(crate) fn press_first(host: &HtmlElement) {
    let found = host.shadow_root().and_then(|root| root.query_selector(".choices button").ok().flatten());
    if let Some(button) = found.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}

/// The kind of a key's target.
pub(crate) fn focus(path: &Array) -> Focus {
    if catcher(path).is_some() {
        return Focus::HiddenInput;
    }
    let found = path.iter().filter_map(|target| target.dyn_into().ok()).find_map(|element| kind(&element));
    found.unwrap_or_default()
}

/// Whether a hand may be typing into it, as far as this document can see.
pub(crate) fn takes_text(element: &HtmlElement) -> bool {
    element.tag_name() == "IFRAME"
        || !element.has_attribute(CATCHER) && matches!(kind(element), Some(Focus::Field | Focus::Editor))
}

fn kind(element: &HtmlElement) -> Option<Focus> {
    match element.tag_name().as_str() {
        "TEXTAREA" => Some(Focus::Field),
        "INPUT" => {
            let kind = element.get_attribute("type").unwrap_or_default().to_ascii_lowercase();
            let takes_text = !WITHOUT_TEXT.contains(&kind.as_str());
            Some(if takes_text { Focus::Field } else { Focus::Button })
        }
        "BUTTON" | "A" | "SUMMARY" | "SELECT" => Some(Focus::Button),
        _ if element.is_content_editable() => Some(Focus::Editor),
        _ => (element.get_attribute("role")? == "button").then_some(Focus::Button),
    }
}
