//! A hand on the keyboard, or a scanner, and the fields of a page that they may type into.

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit};

use super::stage::{body, bubbling, object};

/// A hand on the keyboard, or a scanner: its keys carry times of their own.
pub(super) struct Keys {
    at_ms: f64,
}

/// An event never lies in the page's future: the page's clock advances with the hand's.
fn clock_goes_on_to(at_ms: f64) {
    let put_forward = "const clock = performance;
        clock.aheadMs ??= 0;
        if (!Object.hasOwn(clock, 'now')) clock.now = () => Performance.prototype.now.call(clock) + clock.aheadMs;
        clock.aheadMs += Math.max(0, atMs - clock.now());";
    Function::new_with_args("atMs", put_forward).call1(&JsValue::NULL, &at_ms.into()).unwrap();
}

impl Keys {
    pub(super) fn new() -> Self {
        Self { at_ms: web_sys::window().unwrap().performance().unwrap().now() }
    }

    /// Presses a key on an element. True if its default action was not prevented.
    pub(super) fn press(&mut self, target: &Element, gap_ms: f64, key: &str, code: &str) -> bool {
        self.strike(target, gap_ms, key, code, false)
    }

    /// Presses a key with this time and this modifier, as some browsers report it.
    pub(super) fn press_at(
        &mut self,
        target: &Element,
        gap_ms: f64,
        key: &str,
        stamp_ms: f64,
        modifier: &str,
    ) {
        self.at_ms += gap_ms;
        clock_goes_on_to(self.at_ms);
        let code = key.parse::<u8>().map_or(key.to_owned(), |digit| format!("Digit{digit}"));
        let make = format!(
            "const event = new KeyboardEvent('keydown', {{ key: '{key}', code: '{code}', bubbles: true, composed: true, \
             cancelable: true, {modifier} }});
            return Object.defineProperty(event, 'timeStamp', {{ value: {stamp_ms} }});"
        );
        let event: Event = Function::new_no_args(&make).call0(&JsValue::NULL).unwrap().unchecked_into();
        target.dispatch_event(&event).unwrap();
    }

    pub(super) fn now_ms(&self) -> f64 {
        self.at_ms
    }

    /// Releases a key. True if its default action was not prevented.
    pub(super) fn release(&mut self, target: &Element, gap_ms: f64, key: &str, code: &str) -> bool {
        self.move_key("keyup", target, gap_ms, key, code, false)
    }

    /// Lets a second pass on the hand's own clock.
    pub(super) fn rest(&mut self) {
        self.at_ms += 1_000.0;
    }

    /// Puts the page's clock forward.
    pub(super) fn rest_for_real(&mut self, wait_ms: f64) {
        self.at_ms += wait_ms;
        clock_goes_on_to(self.at_ms);
    }

    /// Presses a key, perhaps with Control held.
    pub(super) fn press_with(&mut self, target: &Element, gap_ms: f64, key: &str, control: bool) -> bool {
        self.strike(target, gap_ms, key, "", control)
    }

    /// Presses a key for each sign.
    pub(super) fn press_all(&mut self, target: &Element, gap_ms: f64, text: &str) {
        for sign in text.chars() {
            self.press(target, gap_ms, &sign.to_string(), "");
        }
    }

    /// Writes as an input method does: the field holds the whole text, and an event reports it.
    pub(super) fn write(&mut self, field: &HtmlInputElement, gap_ms: f64, text: &str) {
        self.at_ms += gap_ms;
        field.set_value(text);
        let event = bubbling("input");
        self.date(&event);
        field.dispatch_event(&event).unwrap();
    }

    /// One key of a composition: the input method keeps the key, then the field holds the text so far. True
    /// if the key was let through.
    pub(super) fn compose(&mut self, field: &HtmlInputElement, gap_ms: f64, text: &str) -> bool {
        self.at_ms += gap_ms;
        let key = text.chars().last().unwrap_or_default();
        let let_through =
            self.happens(field, "KeyboardEvent", "keydown", &format!("key: '{key}', code: 'Digit{key}'"));
        field.set_value(text);
        self.happens(
            field,
            "InputEvent",
            "input",
            &format!("inputType: 'insertCompositionText', data: '{text}'"),
        );
        let_through
    }

    /// A composition begins or ends.
    pub(super) fn composition(&mut self, field: &HtmlInputElement, kind: &str, text: &str) {
        self.happens(field, "CompositionEvent", kind, &format!("data: '{text}'"));
    }

    fn happens(&self, target: &Element, class: &str, kind: &str, more: &str) -> bool {
        let make = format!(
            "return new {class}('{kind}', {{ {more}, isComposing: true, bubbles: true, composed: true, cancelable: true }})"
        );
        let event: Event = Function::new_no_args(&make).call0(&JsValue::NULL).unwrap().unchecked_into();
        self.date(&event);
        target.dispatch_event(&event).unwrap()
    }

    fn strike(&mut self, target: &Element, gap_ms: f64, key: &str, code: &str, control: bool) -> bool {
        self.move_key("keydown", target, gap_ms, key, code, control)
    }

    fn move_key(
        &mut self,
        kind: &str,
        target: &Element,
        gap_ms: f64,
        key: &str,
        code: &str,
        control: bool,
    ) -> bool {
        self.at_ms += gap_ms;
        let init = KeyboardEventInit::new();
        init.set_key(key);
        init.set_code(code);
        init.set_ctrl_key(control);
        init.set_bubbles(true);
        init.set_composed(true);
        init.set_cancelable(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict(kind, &init).unwrap();
        self.date(&event);
        target.dispatch_event(&event).unwrap()
    }

    /// Events carry the scanner's times; the page's clock advances with them.
    fn date(&self, event: &Event) {
        clock_goes_on_to(self.at_ms);
        let time = object(&[("value", self.at_ms.into())]);
        Object::define_property(event, &JsValue::from_str("timeStamp"), time.unchecked_ref());
    }

    /// A scan with Enter at its end, without any field in focus.
    pub(super) fn scan(&mut self, code: &str) {
        self.scan_onto(&body(), code);
    }

    pub(super) fn scan_onto(&mut self, target: &Element, code: &str) {
        self.rest();
        for character in code.chars() {
            self.press(target, 12.0, &character.to_string(), "");
        }
        self.press(target, 12.0, "Enter", "Enter");
    }
}

/// A field of the host page, removed with its guard. Keys that are let through are typed into it, as a
/// browser would: the events of a test have no default action.
pub(super) struct PageField(pub(super) HtmlElement);

impl PageField {
    pub(super) fn new(tag: &str) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let field: HtmlElement = document.create_element(tag).unwrap().unchecked_into();
        body().append_child(&field).unwrap();
        Self(field)
    }

    /// A `<textarea>` has the same value.
    fn field(&self) -> &HtmlInputElement {
        self.0.unchecked_ref()
    }

    pub(super) fn text(&self) -> String {
        self.field().value()
    }

    pub(super) fn write(&self, text: &str) {
        self.field().set_value(text);
    }

    pub(super) fn key(&self, keys: &mut Keys, gap_ms: f64, sign: char) {
        if keys.press(&self.0, gap_ms, &sign.to_string(), "") {
            self.write(&format!("{}{sign}", self.text()));
        }
    }
}

impl Drop for PageField {
    fn drop(&mut self) {
        self.0.remove();
    }
}
