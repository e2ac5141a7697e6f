//! The clock of the page's events, and waiting.

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// Milliseconds on the clock of the events.
pub(crate) fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

pub(crate) async fn rest(wait_ms: f64) {
    #[allow(clippy::cast_possible_truncation, reason = "a rest is shorter than a second")]
    let wait_ms = wait_ms as i32;
    let rest = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, wait_ms);
        }
    });
    let _ = JsFuture::from(rest).await;
}
