//! What a host page hands over, read strictly: a misspelt name is an error and never a default.

use js_sys::{Number, Object, Reflect};
use scantill_core::till::Opening;
use scantill_core::{Currency, DeviceId};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Url;

/// Why arguments are refused, for the developer of the host page.
pub(super) type Refusal = String;

/// The options of `mount`.
#[derive(Default)]
pub(super) struct Options {
    pub(super) proxy_origin: Option<String>,
    pub(super) device: Option<DeviceId>,
}

pub(super) fn options(value: &JsValue) -> Result<Options, Refusal> {
    if value.is_undefined() || value.is_null() {
        return Ok(Options::default());
    }
    let given = Given::of(value, &["proxy", "device", "language"])?;
    if given.text("language")?.is_some_and(|language| language != "en") {
        return Err("`language` is not known: there is `en`".to_owned());
    }
    let device = given.text("device")?.map(|device| DeviceId::parse(&device)).transpose();
    Ok(Options {
        proxy_origin: given.text("proxy")?.map(|proxy| origin(&proxy)).transpose()?,
        device: device.map_err(|error| format!("`device`: {error}"))?,
    })
}

pub(super) fn checkout(value: &JsValue) -> Result<Opening, Refusal> {
    let given = Given::of(value, &["amount", "currency", "reference"])?;
    let known = |code: String| Currency::from_code(&code).ok_or_else(|| "`currency` is not known".to_owned());
    Ok(Opening {
        sale_id: None,
        amount: given.amount()?,
        currency: given.text("currency")?.map(known).transpose()?,
        reference: given.text("reference")?.filter(|reference| !reference.is_empty()),
    })
}

fn origin(proxy: &str) -> Result<String, Refusal> {
    let address =
        Url::new(proxy).ok().filter(|address| matches!(address.protocol().as_str(), "https:" | "http:"));
    address
        .map(|address| address.origin())
        .ok_or_else(|| "`proxy` is no https:// or http:// address".to_owned())
}

/// An object with none but known names.
struct Given(JsValue);

impl Given {
    fn of(value: &JsValue, names: &[&str]) -> Result<Self, Refusal> {
        let object: &Object = value.dyn_ref().ok_or("an object is expected")?;
        let mut keys = Object::keys(object).into_iter().filter_map(|key| key.as_string());
        match keys.find(|key| !names.contains(&key.as_str())) {
            Some(key) => Err(format!("`{key}` is not known")),
            None => Ok(Self(value.clone())),
        }
    }

    fn get(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or_default()
    }

    fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        let value = self.get(name);
        if value.is_undefined() || value.is_null() {
            return Ok(None);
        }
        value.as_string().map(Some).ok_or_else(|| format!("`{name}` must be a text"))
    }

    #[allow(clippy::cast_possible_truncation, reason = "a safe integer fits")]
    fn amount(&self) -> Result<i64, Refusal> {
        let amount = self.get("amount");
        let whole =
            amount.as_f64().filter(|amount| Number::is_safe_integer(&(*amount).into()) && 1.0 <= *amount);
        let refusal = || "`amount` must be a whole number of minor units above zero".to_owned();
        whole.map(|amount| amount as i64).ok_or_else(refusal)
    }
}
