//! Sends the calls of the proxy. Each has a timeout, and all end with the till.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use scantill_till::{Call, CallError};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, Response};

use crate::device::storage::LocalStorage;
use crate::input::event_sender::EventSender;
use crate::net::abort::AbortGuard;
use crate::net::api_client::{self, Reply, Request};
use crate::net::proof::{SignedRequest, send};

pub(crate) struct Calls {
    origin: String,
    storage: Rc<LocalStorage>,
    sender: EventSender,
    under_way: Rc<RefCell<Vec<UnderWay>>>,
    count: Cell<u32>,
}

struct UnderWay {
    number: u32,
    _abort: AbortGuard,
    _limit: Timeout,
}

impl Calls {
    pub(crate) fn new(origin: String, storage: Rc<LocalStorage>, sender: EventSender) -> Self {
        Self { origin, storage, sender, under_way: Rc::default(), count: Cell::new(0) }
    }

    /// Makes a call and feeds its result to the machine.
    pub(crate) fn start(&self, call: Call) {
        let Some(request) = Request::of(&call, self.storage.device()) else {
            return self.answer_at_once(&call, CallError::Unreachable);
        };
        let credential = if request.pairs { Some(String::new()) } else { self.storage.token() };
        let Some(credential) = credential else {
            return self.answer_at_once(&call, CallError::Unauthenticated);
        };
        let Some(abort) = AbortGuard::new() else {
            return self.answer_at_once(&call, CallError::Unreachable);
        };
        let signal = abort.signal();
        let number = self.count.replace(self.count.get().wrapping_add(1));
        let limit = Timeout::new(request.limit_ms, abort.aborter());
        self.under_way.borrow_mut().push(UnderWay { number, _abort: abort, _limit: limit });
        self.run(number, call, request, credential, signal);
    }

    fn run(&self, number: u32, call: Call, request: Request, credential: String, signal: AbortSignal) {
        let (origin, storage, sender) = (self.origin.clone(), self.storage.clone(), self.sender.clone());
        let under_way = Rc::downgrade(&self.under_way);
        spawn_local(async move {
            let reply = fetch(&storage, &origin, &request, &credential, &signal).await;
            let mut reply = reply.ok_or(CallError::Unreachable);
            let asks_who = matches!(call, Call::Terminal | Call::Pair(_));
            if reply.is_err() && asks_who && is_page_refused(&storage, &origin, &signal).await == Some(true) {
                reply = Err(CallError::OriginRefused);
            }
            let Some(under_way) = under_way.upgrade() else { return };
            under_way.borrow_mut().retain(|other| other.number != number);
            let answer = api_client::answer(&call, reply);
            if let Some(token) = &answer.token {
                storage.keep_token(token);
            }
            sender.send_input(answer.input);
        });
    }

    fn answer_at_once(&self, call: &Call, error: CallError) {
        self.sender.send_input(api_client::answer(call, Err(error)).input);
    }
}

pub(super) fn content_type(response: &Response) -> String {
    response.headers().get("Content-Type").ok().flatten().unwrap_or_default()
}

async fn text(response: &Response) -> Option<String> {
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

async fn fetch(
    storage: &LocalStorage,
    origin: &str,
    request: &Request,
    credential: &str,
    signal: &AbortSignal,
) -> Option<Reply> {
    let address = format!("{origin}{}", request.path);
    let request = SignedRequest {
        credential: Some(credential),
        method: request.method,
        address: &address,
        body: request.body.as_deref(),
        last_id: None,
    };
    let response = send(storage, request, signal).await?;
    let body = text(&response).await?;
    Some(Reply { status: response.status(), content_type: content_type(&response), body })
}

/// Whether the proxy refuses the page's origin. Then the browser hides every answer from the till except this
/// one.
async fn is_page_refused(storage: &LocalStorage, origin: &str, signal: &AbortSignal) -> Option<bool> {
    let address = format!("{origin}/v1/origin");
    let request =
        SignedRequest { credential: None, method: "GET", address: &address, body: None, last_id: None };
    let body = text(&send(storage, request, signal).await?).await?;
    Some(body == r#"{"allowed":false}"#)
}
