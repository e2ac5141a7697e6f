//! A page with a till's root, a scripted proxy, and an open sheet.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, Element, Event, EventInit, HtmlElement, KeyboardEvent, KeyboardEventInit, ShadowRoot,
    ShadowRootInit, ShadowRootMode,
};

/// About ten seconds. A condition that takes longer has failed.
const FRAMES_MAX: u32 = 600;

/// The sheet's requests: the line, and the body.
type Asked = Rc<RefCell<Vec<(String, Value)>>>;
type Answers = Box<dyn Fn(&str) -> Option<(u16, Value)>>;

pub(super) struct Stage {
    pub(super) root: ShadowRoot,
    pub(super) asked: Asked,
    pub(super) closed: Rc<Cell<bool>>,
    pub(super) till: AbortController,
    host: HtmlElement,
}

impl Stage {
    /// A sheet of the payment, with these answers in addition to the usual ones.
    pub(super) fn open(answers: impl Fn(&str) -> Option<(u16, Value)> + 'static) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let host: HtmlElement = document.create_element("div").unwrap().unchecked_into();
        document.body().unwrap().append_child(&host).unwrap();
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).unwrap();
        root.set_inner_html(
            "<h2 tabindex='-1'>Call a supervisor</h2><button id='way'>Supervisor decides</button>",
        );
        let stage = Self {
            root,
            asked: Asked::default(),
            closed: Rc::default(),
            till: AbortController::new().unwrap(),
            host,
        };
        stage.way().focus().unwrap();
        let fetch = fetching(&stage.asked, Box::new(answers));
        let sheet = crate::open(stage.root.clone(), fetch, stage.till.signal(), "p-1", "en");
        let closed = stage.closed.clone();
        spawn_local(async move {
            JsFuture::from(sheet).await.unwrap();
            closed.set(true);
        });
        stage
    }

    /// An element of the sheet.
    pub(super) fn find(&self, selector: &str) -> Option<HtmlElement> {
        let root = self.office()?.shadow_root().unwrap();
        root.query_selector(selector).unwrap().map(JsCast::unchecked_into)
    }

    /// The host element of the sheet.
    pub(super) fn office(&self) -> Option<Element> {
        self.root.owner_document().unwrap().query_selector("[data-scantill-office]").unwrap()
    }

    /// The button on the till that opened the sheet.
    pub(super) fn way(&self) -> HtmlElement {
        self.root.query_selector("#way").unwrap().unwrap().unchecked_into()
    }

    pub(super) fn text(&self, selector: &str) -> String {
        self.find(selector).and_then(|element| element.text_content()).unwrap_or_default()
    }

    pub(super) async fn step(&self, name: &str) {
        let selector = format!("dialog[data-step={name}]");
        until(name, || self.find(&selector).is_some()).await;
    }

    pub(super) async fn press(&self, action: &str) {
        let selector = format!("[data-action={action}]:not([disabled])");
        until(action, || self.find(&selector).is_some()).await;
        self.find(&selector).unwrap().click();
    }

    /// Types the PIN 2580 on the pad and sends it.
    pub(super) async fn approve(&self) {
        for action in ["pad-2", "pad-5", "pad-8", "pad-0", "pin-send"] {
            self.press(action).await;
        }
    }

    pub(super) fn calls(&self, line: &str) -> Vec<Value> {
        let asked = self.asked.borrow();
        asked.iter().filter(|(asked, _)| asked == line).map(|(_, body)| body.clone()).collect()
    }

    /// The focused element of the till.
    pub(super) fn focused(&self) -> Option<Element> {
        self.root.active_element()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.till.abort();
        self.host.remove();
    }
}

/// A payment for which the cashier called a supervisor.
pub(super) fn called() -> Value {
    json!({
        "id": "p-1", "sale_id": "s-1", "version": 5, "state": "successful", "amount": 2225, "currency": "THB",
        "reference": "inv-1042", "code_masked": "28 ····· 4394", "terminal_id": "POS-01", "holder": "tablet",
        "disposition": "in_review", "review": "supervisor_called",
        "charge": { "id": "chrg_1", "status": "successful", "refunded_amount": 0, "voided": false,
            "disputed": false, "paid_at": "2026-11-20T20:05:31Z" },
        "created_at": "2026-11-20T20:05:30Z", "updated_at": "2026-11-20T20:05:32Z",
    })
}

pub(super) fn kept() -> Value {
    let mut payment = called();
    (payment["version"], payment["disposition"], payment["review"]) =
        (6.into(), "accepted".into(), Value::Null);
    payment
}

pub(super) fn problem(status: u16, code: &str) -> (u16, Value) {
    (status, json!({ "type": "about:blank", "status": status, "code": code, "detail": "" }))
}

/// Types keys with this gap, with Enter at the end, by the times of their events.
pub(super) fn strike(gap_ms: f64, keys: &str) {
    let mut at_ms = web_sys::window().unwrap().performance().unwrap().now();
    let all = keys.chars().map(String::from).chain(["Enter".to_owned()]);
    for key in all {
        at_ms += gap_ms;
        let init = KeyboardEventInit::new();
        init.set_key(&key);
        init.set_bubbles(true);
        init.set_cancelable(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
        let stamp = js_sys::Object::new();
        Reflect::set(&stamp, &"value".into(), &at_ms.into()).unwrap();
        js_sys::Object::define_property(&event, &"timeStamp".into(), &stamp);
        web_sys::window().unwrap().document().unwrap().body().unwrap().dispatch_event(&event).unwrap();
    }
}

pub(super) fn event(kind: &str) -> Event {
    let init = EventInit::new();
    init.set_cancelable(true);
    Event::new_with_event_init_dict(kind, &init).unwrap()
}

/// Awaits a condition, frame by frame.
pub(super) async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..FRAMES_MAX {
        if condition() {
            return;
        }
        let next = Promise::new(&mut |resolve, _| {
            web_sys::window().unwrap().request_animation_frame(&resolve).unwrap();
        });
        JsFuture::from(next).await.unwrap();
    }
    panic!("never came: {what}");
}

fn fetching(asked: &Asked, answers: Answers) -> Function {
    let asked = asked.clone();
    let fetch = Closure::<dyn Fn(String, JsValue) -> Promise>::new(move |path: String, init: JsValue| {
        let text = |name: &str| Reflect::get(&init, &name.into()).unwrap().as_string();
        let line = format!("{} {path}", text("method").unwrap());
        let body = text("body").and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default();
        asked.borrow_mut().push((line.clone(), body));
        match answers(&line).or_else(|| by_default(&line)) {
            Some((status, body)) => Promise::resolve(&response(status, &body)),
            None => Promise::reject(&js_sys::TypeError::new("Failed to fetch")),
        }
    });
    fetch.into_js_value().unchecked_into()
}

fn by_default(line: &str) -> Option<(u16, Value)> {
    match line {
        "GET /v1/terminal" => Some((
            200,
            json!({ "store_name": "Baan Coffee", "terminal_id": "POS-01",
            "time_zone": "Asia/Bangkok" }),
        )),
        "GET /v1/payments/p-1" => Some((200, called())),
        "GET /v1/supervisors" => Some((200, json!({ "supervisors": ["Mali"] }))),
        "GET /v1/reviews" => Some((
            200,
            json!({ "items": [{ "payment": called(), "reason": "supervisor_called",
            "automatic_action": "nothing", "operator_action": "keep_or_return" }] }),
        )),
        _ => None,
    }
}

fn response(status: u16, body: &Value) -> JsValue {
    let kind = if status < 300 { "application/json" } else { "application/problem+json" };
    let make = Function::new_with_args(
        "body, status, kind",
        "return new Response(body, { status, headers: { 'Content-Type': kind } })",
    );
    make.call3(&JsValue::NULL, &body.to_string().into(), &status.into(), &kind.into()).unwrap()
}
