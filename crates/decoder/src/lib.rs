//! The camera's decoder: a picture in, its code out. A separate WASM, loaded by a worker when the camera
//! opens and the browser has no decoder of its own.

mod counter_codes;
mod frame;
#[cfg(test)]
mod pictures;
mod reading;
#[cfg(test)]
mod tests;

use wasm_bindgen::prelude::wasm_bindgen;

use frame::Frame;

/// The code in a picture.
#[wasm_bindgen(getter_with_clone)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The code's text, unchanged.
    pub text: String,
    /// The kind of code, by the name that the browser's own `BarcodeDetector` gives it, such as `code_128` or `qr_code`.
    pub format: String,
}

/// Reads the first code in a picture: `width` times `height` pixels, one byte each (grey) or four (RGBA), row by row.
/// Throws a sentence when the bytes are no such picture.
#[wasm_bindgen]
pub fn decode(pixels: &[u8], width: u32, height: u32) -> Result<Option<Read>, String> {
    let frame = Frame::new(pixels, width, height).map_err(|error| error.to_string())?;
    Ok(reading::read(&frame))
}
