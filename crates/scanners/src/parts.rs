//! The painted parts by their names, and the styles of the module.

use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{CssStyleSheet, Element, ShadowRoot};

/// The parts of a place, by their names.
pub(crate) struct Parts<'a>(pub(crate) &'a Element);

impl Parts<'_> {
    pub(crate) fn find(&self, name: &str) -> Option<Element> {
        self.0.query_selector(&format!("[data-part={name}]")).ok().flatten()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        // An unchanged text is not set again: a screen reader would repeat it.
        if let Some(part) = self.find(name).filter(|part| part.text_content().as_deref() != Some(text)) {
            part.set_text_content(Some(text));
        }
    }

    pub(crate) fn set(&self, name: &str, attribute: &str, value: &str) {
        if let Some(part) = self.find(name) {
            let _ = part.set_attribute(attribute, value);
        }
    }

    pub(crate) fn show(&self, name: &str, shown: bool) {
        if let Some(part) = self.find(name) {
            let _ = part.toggle_attribute_with_force("hidden", !shown);
        }
    }
}

/// Adds the module's own styles to the till's, once.
pub(crate) fn adopt_styles(root: &ShadowRoot) {
    let styles = Array::from(&root.adopted_style_sheets());
    let mark = JsValue::from_str("scantillScanners");
    if styles.iter().any(|sheet| Reflect::has(&sheet, &mark).unwrap_or_default()) {
        return;
    }
    if let Ok(sheet) = CssStyleSheet::new() {
        let _ = sheet.replace_sync(include_str!(concat!(env!("OUT_DIR"), "/styles.css")));
        let _ = Reflect::set(&sheet, &mark, &JsValue::TRUE);
        styles.push(&sheet);
        root.set_adopted_style_sheets(&styles);
    }
}
