//! Time and randomness.

use js_sys::{Date, Math};

use crate::sheet::Moment;

/// The time and the randomness of a step.
pub(crate) fn moment() -> Moment {
    Moment { unix_ms: whole(Date::now()), random: random() }
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

fn random() -> [u8; 10] {
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
