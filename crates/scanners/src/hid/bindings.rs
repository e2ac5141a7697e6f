//! The browser's WebHID. web-sys calls it unstable and requires a compiler flag, which an exported
//! `RUSTFLAGS` would remove; these few calls suffice.

use js_sys::{Array, DataView, Promise, Reflect};
use scantill_till::scan::hid::{Field, ReportForm, SCANNER_PAGE, SCANNER_USAGE};
use wasm_bindgen::prelude::*;

/// A descriptor with more usages is no scanner's.
const USAGES_MAX: u32 = 256;

#[wasm_bindgen]
extern "C" {
    pub(super) type Hid;
    #[wasm_bindgen(method, catch, js_name = getDevices)]
    pub(super) fn devices(this: &Hid) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = requestDevice)]
    pub(super) fn choose(this: &Hid, options: &JsValue) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    pub(super) type HidDevice;
    #[wasm_bindgen(method, getter)]
    pub(super) fn opened(this: &HidDevice) -> bool;
    #[wasm_bindgen(method, getter, js_name = productName)]
    fn product_name(this: &HidDevice) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn collections(this: &HidDevice) -> Array;
    #[wasm_bindgen(method, catch)]
    pub(super) fn open(this: &HidDevice) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn close(this: &HidDevice) -> Result<Promise, JsValue>;

    /// A collection, a report or an item of the device's own description.
    type Described;
    #[wasm_bindgen(method, getter, js_name = usagePage)]
    fn usage_page(this: &Described) -> Option<u16>;
    #[wasm_bindgen(method, getter)]
    fn usage(this: &Described) -> Option<u16>;
    #[wasm_bindgen(method, getter, js_name = inputReports)]
    fn input_reports(this: &Described) -> Option<Array>;
    #[wasm_bindgen(method, getter, js_name = reportId)]
    fn report_id(this: &Described) -> Option<u8>;
    #[wasm_bindgen(method, getter)]
    fn items(this: &Described) -> Option<Array>;
    #[wasm_bindgen(method, getter, js_name = isConstant)]
    fn is_constant(this: &Described) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    fn usages(this: &Described) -> Option<Array>;
    #[wasm_bindgen(method, getter, js_name = usageMinimum)]
    fn usage_minimum(this: &Described) -> Option<u32>;
    #[wasm_bindgen(method, getter, js_name = usageMaximum)]
    fn usage_maximum(this: &Described) -> Option<u32>;
    #[wasm_bindgen(method, getter, js_name = reportSize)]
    fn report_size(this: &Described) -> Option<u32>;
    #[wasm_bindgen(method, getter, js_name = reportCount)]
    fn report_count(this: &Described) -> Option<u32>;

    pub(super) type InputReport;
    #[wasm_bindgen(method, getter, js_name = reportId)]
    pub(super) fn id(this: &InputReport) -> u8;
    #[wasm_bindgen(method, getter, js_name = timeStamp)]
    pub(super) fn at_ms(this: &InputReport) -> f64;
    #[wasm_bindgen(method, getter)]
    fn data(this: &InputReport) -> DataView;
}

/// The browser's WebHID, if it has one.
pub(super) fn hid() -> Option<Hid> {
    let navigator = web_sys::window()?.navigator();
    let hid = Reflect::get(&navigator, &JsValue::from_str("hid")).ok()?;
    hid.is_object().then(|| hid.unchecked_into())
}

impl HidDevice {
    pub(super) fn name(&self) -> String {
        self.product_name().unwrap_or_default()
    }
}

impl InputReport {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let data = self.data();
        (0..data.byte_length()).map(|at| data.get_uint8(at)).collect()
    }
}

/// Whether the device is in HID POS mode. In keyboard mode the browser hides it, or shows another collection
/// of it.
pub(super) fn is_scanner(device: &HidDevice) -> bool {
    described(Some(device.collections())).any(|collection| is_scanners(&collection))
}

/// The reports of the device's scanner.
pub(super) fn forms(device: &HidDevice) -> Vec<ReportForm> {
    let collections = described(Some(device.collections())).filter(is_scanners);
    collections
        .flat_map(|collection| described(collection.input_reports()))
        .map(|report| form(&report))
        .collect()
}

fn is_scanners(collection: &Described) -> bool {
    collection.usage_page() == Some(SCANNER_PAGE) && collection.usage() == Some(SCANNER_USAGE)
}

fn form(report: &Described) -> ReportForm {
    let fields = described(report.items()).map(|item| Field {
        usages: usages(&item),
        bits: item.report_size().unwrap_or_default(),
        count: item.report_count().unwrap_or_default(),
        is_constant: item.is_constant().unwrap_or_default(),
    });
    ReportForm { id: report.report_id().unwrap_or_default(), fields: fields.collect() }
}

fn usages(item: &Described) -> Vec<u32> {
    let (from, to) = (item.usage_minimum().unwrap_or_default(), item.usage_maximum().unwrap_or_default());
    if from < to {
        return (from..=to.min(from.saturating_add(USAGES_MAX))).collect();
    }
    item.usages().iter().flat_map(Array::iter).filter_map(|usage| whole(&usage)).collect()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a usage has 32 bits")]
fn whole(value: &JsValue) -> Option<u32> {
    value.as_f64().map(|value| value as u32)
}

fn described(array: Option<Array>) -> impl Iterator<Item = Described> {
    array.unwrap_or_default().into_iter().map(JsCast::unchecked_into)
}
