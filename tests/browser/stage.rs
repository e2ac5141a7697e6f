//! A till on a page, with helpers to see and press. Every wait is counted in animation frames.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, ShadowRoot, Storage};

use crate::mount;

pub(super) use super::hands::{Keys, PageField};

#[wasm_bindgen]
extern "C" {
    /// The till's handle of the host page.
    pub(super) type Till;
    #[wasm_bindgen(method)]
    pub(super) fn checkout(this: &Till, request: &JsValue) -> Promise;
    #[wasm_bindgen(method)]
    pub(super) fn unmount(this: &Till);
}

/// About ten seconds. A condition that takes longer has failed.
const FRAMES_MAX: u32 = 600;

/// A mounted till.
pub(super) struct Stage {
    pub(super) host: HtmlElement,
    pub(super) till: Till,
}

impl Stage {
    /// A till on a new tablet.
    pub(super) fn new() -> Self {
        clear();
        Self::again("tablet")
    }

    /// A till of a tablet that may have a past, as after a reload.
    pub(super) fn again(device: &str) -> Self {
        let host = new_host();
        let till = mount(&host, &options(device)).unwrap().unchecked_into();
        Self { host, till }
    }

    /// A till of a paired tablet, at its start.
    pub(super) fn at_paired() -> Self {
        let origin = web_sys::window().unwrap().origin();
        storage().set_item(&format!("scantill:{origin}:tablet:token"), "token-1").unwrap();
        Self::again("tablet")
    }

    /// A new till at its keypad.
    pub(super) async fn at_keypad() -> Self {
        let stage = Self::new();
        stage.screen("amount").await;
        stage
    }

    /// A new till that waits for a code for ฿22.25.
    pub(super) async fn at_scan() -> Self {
        let stage = Self::at_keypad().await;
        stage.press_all(&["digit-2", "digit-2", "digit-2", "digit-5", "charge"]).await;
        stage.screen("scan").await;
        stage
    }

    /// Takes the till off the page and puts a new one of the same tablet in its place.
    pub(super) fn reload(&self) -> Self {
        self.till.unmount();
        self.host.remove();
        Self::again("tablet")
    }

    pub(super) fn shadow(&self) -> ShadowRoot {
        self.host.shadow_root().unwrap()
    }

    pub(super) fn find(&self, selector: &str) -> Option<HtmlElement> {
        self.shadow().query_selector(selector).unwrap().map(JsCast::unchecked_into)
    }

    /// Whether the outcome's shape has a contrast of three to one to its background.
    pub(super) fn shows_shape(&self) -> bool {
        let look = "const light = (selector, name) => {
                const parts = getComputedStyle(root.querySelector(selector))[name].match(/[\\d.]+/g).slice(0, 3);
                const [red, green, blue] = parts.map((part) => (part / 255) ** 2.2);
                return .2126 * red + .7152 * green + .0722 * blue + .05;
            };
            const paint = root.querySelector('.hollow') ? 'stroke' : 'fill';
            const [body, ground] = [light('.shape .body', paint), light('.state', 'backgroundColor')];
            return Math.max(body, ground) / Math.min(body, ground) >= 3";
        let look = js_sys::Function::new_with_args("root", look);
        look.call1(&JsValue::NULL, &self.shadow()).unwrap().is_truthy()
    }

    /// The text of the first element that the selector finds.
    pub(super) fn text(&self, selector: &str) -> String {
        self.find(selector).and_then(|element| element.text_content()).unwrap_or_default()
    }

    /// The name of the screen, as the host page sees it.
    pub(super) fn name(&self) -> String {
        self.host.get_attribute("data-screen").unwrap_or_default()
    }

    /// Waits for a screen.
    pub(super) async fn screen(&self, name: &str) {
        let shown = || self.name() == name && self.find(&format!(".till[data-screen={name}]")).is_some();
        for _ in 0..FRAMES_MAX {
            if shown() {
                return;
            }
            frame().await;
        }
        panic!("never came: screen {name}; the till shows {}: {}", self.name(), self.text(".till"));
    }

    pub(super) async fn press(&self, action: &str) {
        let selector = format!("[data-action={action}]");
        until(action, || self.find(&selector).is_some()).await;
        self.find(&selector).unwrap().click();
    }

    pub(super) async fn press_all(&self, actions: &[&str]) {
        for action in actions {
            self.press(action).await;
        }
    }

    /// Enters a text into a field, as a paste would.
    pub(super) async fn enter(&self, field: &str, text: &str) {
        let selector = format!("[data-field={field}]");
        until(field, || self.find(&selector).is_some()).await;
        let input: HtmlInputElement = self.find(&selector).unwrap().unchecked_into();
        input.set_value(text);
        input.dispatch_event(&bubbling("input")).unwrap();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.till.unmount();
        self.host.remove();
    }
}

/// Clears the page and the browser's storage: a failed test did not unwind.
pub(super) fn clear() {
    storage().clear().unwrap();
    let document = web_sys::window().unwrap().document().unwrap();
    let left = document.query_selector_all("[data-test-host]").unwrap();
    for host in (0..left.length()).filter_map(|index| left.item(index)) {
        if let Ok(till) =
            Reflect::get(&host, &JsValue::from_str("scantillTill")).unwrap().dyn_into::<Object>()
        {
            till.unchecked_into::<Till>().unmount();
        }
        host.unchecked_into::<Element>().remove();
    }
}

/// An element of the page with a size of its own.
pub(super) fn new_host() -> HtmlElement {
    let document = web_sys::window().unwrap().document().unwrap();
    let host: HtmlElement = document.create_element("div").unwrap().unchecked_into();
    host.set_attribute("style", "height: 600px").unwrap();
    host.set_attribute("data-test-host", "").unwrap();
    document.body().unwrap().append_child(&host).unwrap();
    host
}

pub(super) fn options(device: &str) -> JsValue {
    object(&[("device", device.into())])
}

pub(super) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &JsValue::from_str(name), value).unwrap();
    }
    object.into()
}

pub(super) fn storage() -> Storage {
    web_sys::window().unwrap().local_storage().unwrap().unwrap()
}

/// The browser's whole storage as one text.
pub(super) fn everything_stored() -> String {
    let storage = storage();
    let keys = (0..storage.length().unwrap()).filter_map(|index| storage.key(index).unwrap());
    let lines = keys.map(|key| format!("{key}={}", storage.get_item(&key).unwrap().unwrap_or_default()));
    lines.collect::<Vec<_>>().join("\n")
}

/// Awaits a condition, frame by frame.
pub(super) async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..FRAMES_MAX {
        if condition() {
            return;
        }
        frame().await;
    }
    panic!("never came: {what}");
}

/// Lets some frames pass, in which nothing may happen.
pub(super) async fn frames(count: u32) {
    for _ in 0..count {
        frame().await;
    }
}

async fn frame() {
    let next = Promise::new(&mut |resolve, _| {
        web_sys::window().unwrap().request_animation_frame(&resolve).unwrap();
    });
    JsFuture::from(next).await.unwrap();
}

/// Watches a promise.
pub(super) fn watch(promise: Promise) -> Rc<RefCell<Option<Result<JsValue, JsValue>>>> {
    let seen = Rc::new(RefCell::new(None));
    let told = seen.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let result = JsFuture::from(promise).await;
        *told.borrow_mut() = Some(result);
    });
    seen
}

pub(super) fn body() -> Element {
    web_sys::window().unwrap().document().unwrap().body().unwrap().into()
}

/// Keeps the page busy for so long.
pub(super) fn busy(wait_ms: f64) {
    let performance = web_sys::window().unwrap().performance().unwrap();
    let end_ms = performance.now() + wait_ms;
    while performance.now() < end_ms {}
}

pub(super) fn bubbling(kind: &str) -> Event {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    Event::new_with_event_init_dict(kind, &init).unwrap()
}
