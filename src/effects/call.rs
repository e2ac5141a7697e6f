//! Calls of the proxy. Each has its limit, and all end with the till.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_net::http::{Request as Fetch, RequestBuilder};
use gloo_timers::callback::Timeout;
use scantill_core::till::{Call, CallError};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, RequestCache, RequestCredentials, RequestRedirect, Response};

use super::Feed;
use super::abort::AbortGuard;
use super::storage::Memory;
use crate::wire::{self, Method, Reply, Request};

/// The calls that are under way.
pub(crate) struct Calls {
    origin: String,
    memory: Rc<Memory>,
    feed: Feed,
    under_way: Rc<RefCell<Vec<UnderWay>>>,
    count: Cell<u32>,
}

/// The guards of a call.
struct UnderWay {
    number: u32,
    _abort: AbortGuard,
    _limit: Timeout,
}

impl Calls {
    pub(crate) fn new(origin: String, memory: Rc<Memory>, feed: Feed) -> Self {
        Self { origin, memory, feed, under_way: Rc::default(), count: Cell::new(0) }
    }

    /// Makes a call; what comes of it is fed to the machine.
    pub(crate) fn start(&self, call: Call) {
        let Some(request) = Request::of(&call, self.memory.device()) else {
            return self.answer_at_once(&call, CallError::Unreachable);
        };
        let token = if request.pairs { None } else { self.memory.token() };
        if !request.pairs && token.is_none() {
            return self.answer_at_once(&call, CallError::Unauthenticated);
        }
        let Some(abort) = AbortGuard::new() else {
            return self.answer_at_once(&call, CallError::Unreachable);
        };
        let signal = abort.signal();
        let number = self.count.replace(self.count.get().wrapping_add(1));
        let limit = Timeout::new(request.limit_ms, abort.aborter());
        self.under_way.borrow_mut().push(UnderWay { number, _abort: abort, _limit: limit });
        self.run(number, call, request, token, signal);
    }

    fn run(&self, number: u32, call: Call, request: Request, token: Option<String>, signal: AbortSignal) {
        let (origin, memory, feed) = (self.origin.clone(), self.memory.clone(), self.feed.clone());
        let under_way = Rc::downgrade(&self.under_way);
        spawn_local(async move {
            let mut reply =
                fetch(&origin, request, token.as_deref(), &signal).await.ok_or(CallError::Unreachable);
            let asks_who = matches!(call, Call::Terminal | Call::Pair(_));
            if reply.is_err() && asks_who && is_page_refused(&origin, &signal).await == Some(true) {
                reply = Err(CallError::OriginRefused);
            }
            let Some(under_way) = under_way.upgrade() else { return };
            under_way.borrow_mut().retain(|other| other.number != number);
            let answer = wire::answer(&call, reply);
            if let Some(token) = &answer.token {
                memory.keep_token(token);
            }
            feed.send(answer.input);
        });
    }

    fn answer_at_once(&self, call: &Call, error: CallError) {
        self.feed.send(wire::answer(call, Err(error)).input);
    }
}

/// What every request to the proxy has in common: no cookie, no cache, no detour.
pub(super) fn prepared(request: RequestBuilder, token: Option<&str>, signal: &AbortSignal) -> RequestBuilder {
    let request = request
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Error)
        .abort_signal(Some(signal));
    match token {
        Some(token) => request.header("Authorization", &format!("Bearer {token}")),
        None => request,
    }
}

/// Sends a request. gloo's own `send` panics where `fetch` rejects with anything but an `Error`, and a host page may
/// have put a `fetch` of its own in place.
pub(super) async fn send(request: Fetch) -> Option<Response> {
    let request: web_sys::Request = request.into();
    let response = JsFuture::from(web_sys::window()?.fetch_with_request(&request)).await.ok()?;
    response.dyn_into().ok()
}

pub(super) fn content_type(response: &Response) -> String {
    response.headers().get("Content-Type").ok().flatten().unwrap_or_default()
}

async fn fetch(origin: &str, request: Request, token: Option<&str>, signal: &AbortSignal) -> Option<Reply> {
    let address = format!("{origin}{}", request.path);
    let fetch = match request.method {
        Method::Get => Fetch::get(&address),
        Method::Post => Fetch::post(&address),
        Method::Put => Fetch::put(&address),
    };
    let fetch = prepared(fetch, token, signal).header("Accept", "application/json");
    let fetch = match request.body {
        Some(body) => fetch.header("Content-Type", "application/json").body(body),
        None => fetch.build(),
    };
    let response = send(fetch.ok()?).await?;
    let body = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    Some(Reply { status: response.status(), content_type: content_type(&response), body })
}

/// Whether the proxy does not allow the page's origin: then the browser hides every answer from the till but this one.
async fn is_page_refused(origin: &str, signal: &AbortSignal) -> Option<bool> {
    let request = Fetch::get(&format!("{origin}/v1/origin")).abort_signal(Some(signal));
    let response = send(request.build().ok()?).await?;
    let body = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    Some(body == r#"{"allowed":false}"#)
}
