//! Time and randomness.

use js_sys::{Date, Math};
use scantill_till::StepContext;

/// The time and the randomness of a step.
pub(crate) fn moment() -> StepContext {
    StepContext { now_ms: now_ms(), unix_ms: whole(Date::now()), random: random() }
}

/// The clock of the events' own times.
pub(crate) fn now_ms() -> u64 {
    let performance = web_sys::window().and_then(|window| window.performance());
    whole(performance.map_or_else(Date::now, |performance| performance.now()))
}

/// A time of the browser in whole milliseconds.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, as it should"
)]
pub(crate) fn whole(ms: f64) -> u64 {
    ms as u64
}

/// Randomness for ids.
pub(crate) fn random() -> [u8; 10] {
    let mut bytes = [0; 10];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    let drawn = crypto.is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if drawn { bytes } else { bytes.map(|_| weak_byte()) }
}

/// Suffices to distinguish ids if the browser has nothing better.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value lies within 0..256")]
fn weak_byte() -> u8 {
    (Math::random() * 256.0) as u8
}
