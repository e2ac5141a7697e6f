//! A scripted proxy in place of `window.fetch`. It remembers the requests.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect, Uint8Array};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::stage::until;
use web_sys::{Headers, Request, ResponseInit, TransformStream, WritableStreamDefaultWriter};

/// A request of the till.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) token: Option<String>,
    /// The proof of the till's key.
    pub(super) proof: Option<String>,
    pub(super) last_event_id: Option<String>,
    pub(super) body: Value,
}

impl Asked {
    /// The method and the path, as tests name them.
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Carries a token that needs no proof, or a token with its proof.
    fn is_known(&self) -> bool {
        match self.token.as_deref() {
            Some("Bearer token-1") => true,
            Some("DPoP token-1") => self.proof.is_some(),
            _ => false,
        }
    }

    /// The id in the path of a payment.
    pub(super) fn payment_id(&self) -> String {
        self.path.split('/').nth(3).unwrap_or_default().to_owned()
    }
}

/// An answer of the proxy.
pub(super) enum Answer {
    Json(u16, Value),
    /// A refusal with a nonce for the next proof.
    UseNonce(&'static str),
    /// A page of somebody else.
    Html(u16),
    /// The connection breaks.
    Lost,
    /// The connection breaks, and the host page's own `fetch` reports it in its own way.
    LostStrangely,
    /// Nothing, until the till gives up.
    Never,
    /// The stream of events.
    Stream,
}

type Script = Box<dyn FnMut(&Asked) -> Option<Answer>>;

#[derive(Default)]
struct World {
    asked: Vec<Asked>,
    scripts: Vec<Script>,
    streams: Vec<WritableStreamDefaultWriter>,
    aborted_streams: usize,
}

/// Takes the place of `fetch` until it is dropped.
pub(super) struct FakeProxy {
    world: Rc<RefCell<World>>,
    real: JsValue,
    _fetch: Closure<dyn FnMut(Request) -> Promise>,
}

impl FakeProxy {
    /// A proxy that pairs openly, has no payment, and streams.
    pub(super) fn new() -> Self {
        let world: Rc<RefCell<World>> = Rc::default();
        let answering = world.clone();
        let fetch = Closure::<dyn FnMut(Request) -> Promise>::new(move |request: Request| {
            let world = answering.clone();
            future_to_promise(async move { respond(&world, request).await })
        });
        let window = web_sys::window().unwrap();
        let name = JsValue::from_str("fetch");
        let real = Reflect::get(&window, &name).unwrap();
        Reflect::set(&window, &name, fetch.as_ref()).unwrap();
        Self { world, real, _fetch: fetch }
    }

    /// Adds a script. The latest script answers first.
    pub(super) fn script(&self, script: impl FnMut(&Asked) -> Option<Answer> + 'static) {
        self.world.borrow_mut().scripts.push(Box::new(script));
    }

    /// Answers calls of one method whose path begins so.
    pub(super) fn on(
        &self,
        method: &'static str,
        path: &'static str,
        mut answer: impl FnMut(&Asked) -> Answer + 'static,
    ) {
        self.script(move |asked| {
            (asked.method == method && asked.path.starts_with(path)).then(|| answer(asked))
        });
    }

    /// All requests except those for the stream.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.everything().into_iter().filter(|asked| asked.path != "/v1/events").collect()
    }

    pub(super) fn everything(&self) -> Vec<Asked> {
        self.world.borrow().asked.clone()
    }

    /// The calls whose line begins so.
    pub(super) fn calls(&self, line: &str) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.line().starts_with(line)).collect()
    }

    pub(super) fn streams(&self) -> usize {
        self.world.borrow().streams.len()
    }

    /// How many streams the till has closed.
    pub(super) fn aborted_streams(&self) -> usize {
        self.world.borrow().aborted_streams
    }

    /// Pushes bytes into the newest stream.
    pub(super) async fn push(&self, text: &str) {
        until("a stream", || 0 < self.streams()).await;
        let bytes = Uint8Array::from(text.as_bytes());
        let writer = self.world.borrow().streams.last().unwrap().clone();
        let _ = writer.write_with_chunk(&bytes);
    }

    /// Pushes a payment as an event.
    pub(super) async fn push_payment(&self, payment: &Value) {
        self.push(&format!("event: payment\nid: e1-{}\ndata: {payment}\n\n", payment["version"])).await;
    }

    pub(super) fn end_stream(&self) {
        let writer = self.world.borrow().streams.last().unwrap().clone();
        let _ = writer.close();
    }
}

impl Drop for FakeProxy {
    fn drop(&mut self) {
        let window = web_sys::window().unwrap();
        Reflect::set(&window, &JsValue::from_str("fetch"), &self.real).unwrap();
    }
}

/// The profile of the terminal, with short waits so that tests are quick.
pub(super) fn terminal() -> Value {
    json!({
        "terminal_id": "POS-01", "store_id": "store_1", "store_name": "Baan Coffee", "time_zone": "Asia/Bangkok", "currency": "THB",
        "minor_digits": 2, "limits": { "min": 2000, "max": 15_000_000 }, "source_type": "barcode_alipay",
        "mode": "test",
        "timing": { "put_answer_ms": 400, "call_again_ms": 20, "poll_beside_stream_ms": 60_000, "poll_alone_ms": 40 },
    })
}

/// A payment as the proxy answers it.
pub(super) fn payment(id: &str, sale_id: &str, version: u64, state: &str) -> Value {
    json!({
        "id": id, "sale_id": sale_id, "version": version, "state": state, "amount": 2225, "currency": "THB",
        "code_masked": "28 ····· 4394", "terminal_id": "POS-01", "holder": "tablet",
        "created_at": "2026-11-20T07:05:31Z", "updated_at": "2026-11-20T07:05:32Z",
    })
}

/// A payment that answers this PUT.
pub(super) fn put_answer(asked: &Asked, version: u64, state: &str) -> Value {
    payment(&asked.payment_id(), asked.body["sale_id"].as_str().unwrap(), version, state)
}

pub(super) fn problem(status: u16, code: &str) -> Answer {
    Answer::Json(status, json!({ "type": "about:blank", "status": status, "code": code, "detail": "" }))
}

async fn respond(world: &Rc<RefCell<World>>, request: Request) -> Result<JsValue, JsValue> {
    let body = JsFuture::from(request.clone()?.text()?).await?.as_string().unwrap_or_default();
    let address = web_sys::Url::new(&request.url())?;
    let asked = Asked {
        method: request.method(),
        path: format!("{}{}", address.pathname(), address.search()),
        token: request.headers().get("Authorization")?,
        proof: request.headers().get("DPoP")?,
        last_event_id: request.headers().get("Last-Event-ID")?,
        body: serde_json::from_str(&body).unwrap_or(Value::Null),
    };
    let answer = answer(world, &asked);
    world.borrow_mut().asked.push(asked);
    match answer {
        Answer::Json(status, value) => {
            let kind = if status < 300 { "application/json" } else { "application/problem+json" };
            response(status, kind, &JsValue::from_str(&value.to_string()))
        }
        Answer::UseNonce(nonce) => use_nonce(nonce),
        Answer::Html(status) => response(status, "text/html", &JsValue::from_str("<html>hotel</html>")),
        Answer::Lost => Err(js_sys::TypeError::new("Failed to fetch").into()),
        Answer::LostStrangely => Err(JsValue::from_str("offline")),
        Answer::Never => JsFuture::from(until_aborted(&request)).await,
        Answer::Stream => stream(world, &request),
    }
}

fn answer(world: &Rc<RefCell<World>>, asked: &Asked) -> Answer {
    let mut scripts = std::mem::take(&mut world.borrow_mut().scripts);
    let scripted = scripts.iter_mut().rev().find_map(|script| script(asked));
    let mut world = world.borrow_mut();
    scripts.append(&mut world.scripts);
    world.scripts = scripts;
    scripted.unwrap_or_else(|| by_default(asked))
}

fn by_default(asked: &Asked) -> Answer {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/v1/pair") => {
            Answer::Json(200, json!({ "token": "token-1", "token_type": "Bearer", "terminal": terminal() }))
        }
        _ if !asked.is_known() => problem(401, "unauthenticated"),
        ("GET", "/v1/terminal") => Answer::Json(200, terminal()),
        ("GET", "/v1/events") => Answer::Stream,
        ("GET", path) if path.starts_with("/v1/payments?") => {
            Answer::Json(200, json!({ "payments": [], "next_cursor": null }))
        }
        _ => problem(404, "payment_not_found"),
    }
}

fn use_nonce(nonce: &str) -> Result<JsValue, JsValue> {
    let headers = Headers::new()?;
    headers.set("DPoP-Nonce", nonce)?;
    headers.set("WWW-Authenticate", "DPoP algs=\"ES256\", error=\"use_dpop_nonce\"")?;
    headers.set("Content-Type", "application/problem+json")?;
    let problem = json!({ "type": "about:blank", "status": 401, "code": "unauthenticated", "detail": "" });
    response_with(401, &headers, &problem.to_string().into())
}

fn response(status: u16, kind: &str, body: &JsValue) -> Result<JsValue, JsValue> {
    let headers = Headers::new()?;
    headers.set("Content-Type", kind)?;
    response_with(status, &headers, body)
}

fn response_with(status: u16, headers: &Headers, body: &JsValue) -> Result<JsValue, JsValue> {
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(headers);
    let make = Function::new_with_args("body, init", "return new Response(body, init)");
    make.call2(&JsValue::UNDEFINED, body, &init)
}

fn stream(world: &Rc<RefCell<World>>, request: &Request) -> Result<JsValue, JsValue> {
    let pipe = TransformStream::new()?;
    let writer = pipe.writable().get_writer()?;
    let (aborted, counting) = (writer.clone(), world.clone());
    let abort = Closure::once_into_js(move || {
        counting.borrow_mut().aborted_streams += 1;
        let _ = aborted.abort();
    });
    request.signal().add_event_listener_with_callback("abort", abort.unchecked_ref())?;
    world.borrow_mut().streams.push(writer);
    response(200, "text/event-stream", &pipe.readable())
}

fn until_aborted(request: &Request) -> Promise {
    let signal = request.signal();
    Promise::new(&mut |_, reject| {
        signal.add_event_listener_with_callback("abort", &reject).unwrap();
    })
}
