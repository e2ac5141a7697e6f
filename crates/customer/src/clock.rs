//! The page's clock.

/// Milliseconds on a clock that nobody sets.
pub(crate) fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, as it should"
)]
pub(crate) fn since_ms(at_ms: f64) -> u64 {
    (now_ms() - at_ms) as u64
}
