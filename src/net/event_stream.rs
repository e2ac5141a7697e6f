//! The stream of changes. It is read with fetch, since `EventSource` cannot send a token. It is closed while
//! the page is hidden.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Reflect, Uint8Array};
use scantill_till::{Input, Press, Stream, Timer};
use scantill_types::api::Payment;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, EventTarget, ReadableStream, ReadableStreamDefaultReader, VisibilityState};

use crate::device::storage::LocalStorage;
use crate::input::event_sender::EventSender;
use crate::net::abort::AbortGuard;
use crate::net::calls::content_type;
use crate::net::json;
use crate::net::proof::{SignedRequest, send};
use scantill_till::sse::{Event, Parser};

/// The proxy sends a comment every 2 s. After this long without a byte it counts as unreachable.
const SILENCE_MS_MAX: u32 = 4_000;
/// The pauses before each new try.
const PAUSES_MS: [u32; 4] = [1_000, 2_000, 4_000, 8_000];

/// The stream. It ends when it is dropped.
pub(crate) struct EventStream(Rc<Inner>);

struct Inner {
    origin: String,
    storage: Rc<LocalStorage>,
    sender: EventSender,
    connection: RefCell<Option<Connection>>,
    pause: RefCell<Option<Timeout>>,
    listeners: RefCell<Vec<EventListener>>,
    last_id: RefCell<Option<String>>,
    failures: Cell<usize>,
    count: Cell<u32>,
}

struct Connection {
    number: u32,
    abort: AbortGuard,
    silence: Option<Timeout>,
}

impl EventStream {
    pub(crate) fn new(origin: String, storage: Rc<LocalStorage>, sender: EventSender) -> Self {
        Self(Rc::new(Inner {
            origin,
            storage,
            sender,
            connection: RefCell::default(),
            pause: RefCell::default(),
            listeners: RefCell::default(),
            last_id: RefCell::default(),
            failures: Cell::new(0),
            count: Cell::new(0),
        }))
    }

    /// Opens the stream, if it is not open, and keeps it open while the page is visible.
    pub(crate) fn open(&self) {
        self.0.watch_page();
        if self.0.connection.borrow().is_none() {
            self.0.connect();
        }
    }
}

impl Inner {
    fn watch_page(self: &Rc<Self>) {
        let Some(window) = web_sys::window() else { return };
        let mut listeners = self.listeners.borrow_mut();
        if !listeners.is_empty() {
            return;
        }
        let listen = |target: &EventTarget, kind, heard: fn(&Rc<Self>)| {
            let inner = Rc::downgrade(self);
            EventListener::new(target, kind, move |_| {
                if let Some(inner) = inner.upgrade() {
                    heard(&inner);
                }
            })
        };
        listeners.push(listen(&window, "offline", Self::offline));
        listeners.push(listen(&window, "online", Self::online));
        let document = window.document();
        listeners.extend(document.map(|page| listen(&page, "visibilitychange", Self::visibility_changed)));
    }

    /// The browser reports no network, or no byte came for too long. A stream that only looks open would show
    /// the proxy as reachable.
    fn offline(self: &Rc<Self>) {
        self.sender.send_input(Input::Offline);
        let abort = self.connection.borrow().as_ref().map(|connection| connection.abort.aborter());
        if let Some(abort) = abort {
            abort();
        }
    }

    /// The browser reports a network again. The till then polls the proxy.
    fn online(self: &Rc<Self>) {
        self.failures.set(0);
        if self.connection.borrow().is_none() {
            self.connect();
        }
        self.sender.send_input(Input::Elapsed(Timer::Watch));
    }

    fn visibility_changed(self: &Rc<Self>) {
        self.pause.take();
        self.lose(Stream::Closed);
        if is_visible() {
            self.failures.set(0);
            self.connect();
            self.sender.send_input(Input::Press(Press::AskNow));
        }
    }

    fn connect(self: &Rc<Self>) {
        self.pause.take();
        let Some(abort) = AbortGuard::new().filter(|_| is_visible()) else { return };
        let number = self.count.replace(self.count.get().wrapping_add(1));
        let signal = abort.signal();
        *self.connection.borrow_mut() = Some(Connection { number, abort, silence: None });
        self.heard(number);
        let (address, storage) = (format!("{}/v1/events", self.origin), self.storage.clone());
        let (inner, last_id) = (Rc::downgrade(self), self.last_id.borrow().clone());
        spawn_local(async move {
            if let Some(body) = fetch(&storage, &address, last_id.as_deref(), &signal).await {
                listen(&inner, number, &body).await;
            }
            if let Some(inner) = inner.upgrade() {
                inner.ended(number);
            }
        });
    }

    fn is_current(&self, number: u32) -> bool {
        self.connection.borrow().as_ref().is_some_and(|connection| connection.number == number)
    }

    /// A byte came: the silence is measured from now.
    fn heard(self: &Rc<Self>, number: u32) {
        let mut connection = self.connection.borrow_mut();
        if let Some(connection) = connection.as_mut().filter(|connection| connection.number == number) {
            let inner = Rc::downgrade(self);
            connection.silence = Some(Timeout::new(SILENCE_MS_MAX, move || {
                if let Some(inner) = inner.upgrade() {
                    inner.offline();
                }
            }));
        }
    }

    fn opened(&self, number: u32) {
        if !self.is_current(number) {
            return;
        }
        self.failures.set(0);
        self.sender.send_input(Input::Stream(Stream::Open));
    }

    fn take(&self, event: &Event) {
        let payment = (event.name == "payment").then(|| json::read::<Payment>(&event.data));
        if let Some(Some(payment)) = payment {
            self.sender.send_input(Input::Payment(payment.into()));
        }
    }

    fn ended(self: &Rc<Self>, number: u32) {
        if !self.is_current(number) {
            return;
        }
        self.lose(Stream::Lost);
        let failures = self.failures.get();
        self.failures.set(failures.saturating_add(1));
        let pause_ms = PAUSES_MS[failures.min(PAUSES_MS.len() - 1)];
        let inner = Rc::downgrade(self);
        let again = Timeout::new(pause_ms, move || {
            if let Some(inner) = inner.upgrade() {
                inner.connect();
            }
        });
        *self.pause.borrow_mut() = Some(again);
    }

    /// A stream that could not be opened counts as lost too: only then does an idle till poll the proxy.
    fn lose(&self, stream: Stream) {
        self.connection.take();
        self.sender.send_input(Input::Stream(stream));
    }
}

async fn fetch(
    storage: &LocalStorage,
    address: &str,
    last_id: Option<&str>,
    signal: &AbortSignal,
) -> Option<ReadableStream> {
    let token = storage.token();
    let request = SignedRequest { credential: token.as_deref(), method: "GET", address, body: None, last_id };
    let response = send(storage, request, signal).await?;
    let is_stream = response.ok() && content_type(&response).starts_with("text/event-stream");
    is_stream.then(|| response.body()).flatten()
}

/// Reads until the stream ends, breaks, or is not wanted any more.
async fn listen(inner: &Weak<Inner>, number: u32, body: &ReadableStream) -> Option<()> {
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    inner.upgrade()?.opened(number);
    let mut parser = Parser::default();
    loop {
        let bytes = next(&reader).await?;
        let inner = inner.upgrade().filter(|inner| inner.is_current(number))?;
        inner.heard(number);
        let events = parser.push(&bytes).ok()?;
        if let Some(last_id) = parser.last_id() {
            *inner.last_id.borrow_mut() = Some(last_id.to_owned());
        }
        for event in &events {
            inner.take(event);
        }
    }
}

async fn next(reader: &ReadableStreamDefaultReader) -> Option<Vec<u8>> {
    let read = JsFuture::from(reader.read()).await.ok()?;
    let value = Reflect::get(&read, &JsValue::from_str("value")).ok()?;
    value.dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec())
}

fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() != VisibilityState::Hidden)
}
