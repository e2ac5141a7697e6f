//! A till in another window of this browser. Both talk in a channel that no network carries.

use gloo_events::EventListener;
use scantill_till::customer;
use scantill_types::api::CustomerNews;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

/// The till of another window.
pub(crate) struct TillWindow {
    channel: BroadcastChannel,
    _news: EventListener,
}

impl TillWindow {
    /// The till that the page's address names, if it names one.
    pub(crate) fn of_address(hear: impl Fn(CustomerNews) + 'static) -> Option<Self> {
        let fragment = web_sys::window()?.location().hash().ok()?;
        let till = fragment.strip_prefix(customer::WINDOW_FRAGMENT)?;
        let till = js_sys::decode_uri_component(till).ok()?.as_string()?;
        let channel = BroadcastChannel::new(&customer::channel(&till)).ok()?;
        let news = EventListener::new(&channel, "message", move |event| {
            let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
            // Other windows of this till ask in the same channel.
            if let Some(Ok(news)) = data.map(serde_wasm_bindgen::from_value) {
                hear(news);
            }
        });
        let till = Self { channel, _news: news };
        till.ask();
        Some(till)
    }

    /// Asks what the customer sees now.
    pub(crate) fn ask(&self) {
        let _ = self.channel.post_message(&JsValue::from_str(customer::QUESTION));
    }
}
