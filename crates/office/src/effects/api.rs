//! Calls of the proxy, by the function that the till passed in. Each has a timeout, and all end with the
//! till.

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Response};

use crate::sheet::{Reply, Request};

/// The timeout of a call.
const LIMIT_MS: u32 = 10_000;

/// Common to every call: no cookie, no cache, no redirect.
const COMMON: [(&str, &str); 3] = [("credentials", "omit"), ("cache", "no-store"), ("redirect", "error")];

/// The proxy, as the till reaches it.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    fetch: Function,
    till: AbortSignal,
}

impl Api {
    pub(crate) fn new(fetch: Function, till: AbortSignal) -> Self {
        Self { fetch, till }
    }

    /// Makes a call; `None` if no answer came in time.
    pub(crate) async fn call(&self, request: Request) -> Option<Reply> {
        let abort = AbortController::new().ok()?;
        let (late, gone) = (abort.clone(), abort.clone());
        let _limit = Timeout::new(LIMIT_MS, move || late.abort());
        let _till = EventListener::once(&self.till, "abort", move |_| gone.abort());
        let init = init(&request, &abort.signal())?;
        let sent = self.fetch.call2(&JsValue::UNDEFINED, &request.path.into(), &init).ok()?;
        let response: Response = JsFuture::from(Promise::resolve(&sent)).await.ok()?.dyn_into().ok()?;
        let body = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
        let content_type = response.headers().get("Content-Type").ok().flatten().unwrap_or_default();
        Some(Reply { status: response.status(), content_type, body })
    }
}

fn init(request: &Request, signal: &AbortSignal) -> Option<Object> {
    let (init, headers) = (Object::new(), Object::new());
    let set = |object: &Object, name: &str, value: &JsValue| Reflect::set(object, &name.into(), value).ok();
    set(&headers, "Accept", &"application/json".into())?;
    if let Some(body) = &request.body {
        set(&headers, "Content-Type", &"application/json".into())?;
        set(&init, "body", &body.into())?;
    }
    for (name, value) in COMMON {
        set(&init, name, &value.into())?;
    }
    set(&init, "method", &request.method.into())?;
    set(&init, "headers", &headers)?;
    set(&init, "signal", signal)?;
    Some(init)
}
