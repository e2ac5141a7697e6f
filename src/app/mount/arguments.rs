//! Reads the arguments of a host page strictly: a misspelt name is an error and never a default.

use js_sys::{Number, Object, Reflect};
use scantill_till::{CheckoutRequest, catalogue};
use scantill_types::{Currency, DeviceId, text};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, HtmlElement, Url};

use super::invalid;

/// The options of `mount`.
#[derive(Default)]
pub(super) struct Options {
    pub(super) proxy_origin: Option<String>,
    pub(super) device: Option<DeviceId>,
    pub(super) language: Option<&'static str>,
}

/// An element of this page, made by any window. The keys and the focus of another document never reach the
/// till.
pub(super) fn element(value: &JsValue) -> Result<HtmlElement, JsValue> {
    let attach = value.is_object().then(|| Reflect::get(value, &"attachShadow".into()).ok()).flatten();
    match attach {
        Some(attach) if attach.is_function() && is_of_this_page(value) => Ok(value.clone().unchecked_into()),
        _ => Err(invalid("element", "must be an element of the page, such as a <div>")),
    }
}

fn is_of_this_page(element: &JsValue) -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    element.unchecked_ref::<HtmlElement>().owner_document() == document
}

pub(super) fn options(value: &JsValue) -> Result<Options, JsValue> {
    let Some(given) = Given::optional("options", value, &["proxy", "device", "language"])? else {
        return Ok(Options::default());
    };
    let known = |tag: String| {
        catalogue::named(&tag)
            .ok_or_else(|| invalid("language", "is not known: there are `en`, `th` and `zh-Hans`"))
    };
    let device = given.text("device")?.map(|device| DeviceId::parse(&device)).transpose();
    let refused = |_| invalid("device", "must be 1 to 64 letters, digits, '-', '_', '.' or ':'");
    Ok(Options {
        proxy_origin: given.text("proxy")?.map(|proxy| base(&proxy)).transpose()?,
        device: device.map_err(refused)?,
        language: given.text("language")?.map(known).transpose()?,
    })
}

pub(super) fn checkout(value: &JsValue) -> Result<CheckoutRequest, JsValue> {
    let given = Given::of("request", value, &["amount", "currency", "reference"])?;
    let known = |code: String| Currency::from_code(&code).ok_or_else(|| invalid("currency", "is not known"));
    let reference = given.text("reference")?.filter(|reference| !reference.is_empty());
    if reference.as_deref().is_some_and(|reference| text::check(reference).is_err()) {
        return Err(invalid(
            "reference",
            "must be at most 255 characters, without control characters or a card's number",
        ));
    }
    Ok(CheckoutRequest {
        sale_id: None,
        amount: given.amount()?,
        currency: given.text("currency")?.map(known).transpose()?,
        reference,
    })
}

/// The options of `checkout`.
pub(super) fn signal(value: &JsValue) -> Result<Option<AbortSignal>, JsValue> {
    let Some(given) = Given::optional("options", value, &["signal"])? else { return Ok(None) };
    let signal = given.get("signal");
    if signal.is_undefined() || signal.is_null() {
        return Ok(None);
    }
    signal.dyn_into().map(Some).map_err(|_| invalid("signal", "must be an AbortSignal"))
}

/// An origin, and the path that a server in front of the proxy may add, without a slash at the end.
fn base(proxy: &str) -> Result<String, JsValue> {
    let address = Url::new(proxy).ok();
    let address = address.filter(|address| matches!(address.protocol().as_str(), "https:" | "http:"));
    let address = address.ok_or_else(|| invalid("proxy", "is no https:// or http:// address"))?;
    let base = address.origin() + &address.pathname();
    if address.href() == base {
        return Ok(base.trim_end_matches('/').to_owned());
    }
    Err(invalid("proxy", "must have no query, no fragment, no name and no password"))
}

/// An object that has known names only.
struct Given(JsValue);

impl Given {
    fn optional(what: &str, value: &JsValue, names: &[&str]) -> Result<Option<Self>, JsValue> {
        if value.is_undefined() || value.is_null() {
            return Ok(None);
        }
        Self::of(what, value, names).map(Some)
    }

    fn of(what: &str, value: &JsValue, names: &[&str]) -> Result<Self, JsValue> {
        let object: &Object = value.dyn_ref().ok_or_else(|| invalid(what, "must be an object"))?;
        let mut keys = Object::keys(object).into_iter().filter_map(|key| key.as_string());
        match keys.find(|key| !names.contains(&key.as_str())) {
            Some(key) => Err(invalid(&key, "is not known")),
            None => Ok(Self(value.clone())),
        }
    }

    fn get(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or_default()
    }

    fn text(&self, name: &str) -> Result<Option<String>, JsValue> {
        let value = self.get(name);
        if value.is_undefined() || value.is_null() {
            return Ok(None);
        }
        value.as_string().map(Some).ok_or_else(|| invalid(name, "must be a text"))
    }

    #[allow(clippy::cast_possible_truncation, reason = "a safe integer fits")]
    fn amount(&self) -> Result<i64, JsValue> {
        let amount = self.get("amount");
        let whole =
            amount.as_f64().filter(|amount| Number::is_safe_integer(&(*amount).into()) && 1.0 <= *amount);
        let refusal = || invalid("amount", "must be a whole number of minor units above zero");
        whole.map(|amount| amount as i64).ok_or_else(refusal)
    }
}
