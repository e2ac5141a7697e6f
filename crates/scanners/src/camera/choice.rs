//! The choice among several cameras: a tablet on a counter may face the customer.

use js_sys::Array;
use wasm_bindgen_futures::JsFuture;

use super::bindings::media_devices;
use crate::values::field;

/// A camera that the cashier may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// The browser's own id. It may change after a restart.
    pub(super) id: String,
    /// A number that does not change: made of the camera's name and of its place among cameras of the same
    /// name. Never 0.
    pub(super) known_by: u32,
}

/// The request to the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Rear,
    Named(String),
}

impl Wish {
    /// The camera with this number, if it exists.
    pub(super) fn of(known_by: u32, choices: &[Choice]) -> Self {
        let chosen = choices.iter().find(|choice| choice.known_by == known_by);
        chosen.map_or(Self::Rear, |choice| Self::Named(choice.id.clone()))
    }
}

/// The cameras that the browser names; empty until it lets the page use one.
pub(super) async fn choices() -> Vec<Choice> {
    let Some(Ok(asked)) = media_devices().map(|devices| devices.all()) else { return Vec::new() };
    let devices = JsFuture::from(asked).await.unwrap_or_default();
    let mut choices: Vec<Choice> = Vec::new();
    for device in Array::from(&devices).iter() {
        let text = |name| field(&device, name).as_string().unwrap_or_default();
        let (id, label) = (text("deviceId"), text("label"));
        if text("kind") != "videoinput" || id.is_empty() || label.is_empty() {
            continue;
        }
        let mut known_by = number_of(&label);
        while choices.iter().any(|choice| choice.known_by == known_by) {
            known_by = known_by.wrapping_add(1).max(1);
        }
        choices.push(Choice { id, known_by });
    }
    choices
}

/// FNV-1a of a name.
fn number_of(name: &str) -> u32 {
    let mixed = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    name.bytes().fold(0x811C_9DC5, mixed).max(1)
}
