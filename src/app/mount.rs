//! The till as a module: `mount(element, options)` for any page.

mod arguments;

use std::cell::RefCell;

use gloo_events::EventListener;
use js_sys::{Error, Function, Promise, Reflect};
use scantill_till::AmountProblem;
use scantill_types::api::Payment;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, HtmlElement};

use crate::app::host::{self, Mount};
use crate::app::shell::{Setup, Shell};
use crate::net::json;
use scantill_till::checkout::{CheckoutError, CheckoutOutcome};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("mount/types.d.ts");

/// A till on a page. It lives until `unmount`, also if the page drops this handle.
#[wasm_bindgen(js_name = Till)]
pub struct MountedTill {
    shell: Shell,
    place: RefCell<Option<Painted>>,
}

impl std::fmt::Debug for MountedTill {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("MountedTill").finish_non_exhaustive()
    }
}

/// Mounts a till in an element of the page.
///
/// # Errors
/// Rejects with an `Error` whose `code` is `invalid_request` if the options are wrong or the element already
/// holds a till.
#[wasm_bindgen(unchecked_return_type = "Till")]
pub fn mount(
    #[wasm_bindgen(unchecked_param_type = "HTMLElement")] element: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "MountOptions")] options: &JsValue,
) -> Result<JsValue, JsValue> {
    let element = arguments::element(element)?;
    let options = arguments::options(options)?;
    let origin = options.proxy_origin.unwrap_or_else(page_origin);
    let setup = Setup {
        origin,
        device: options.device,
        language: options.language,
        opening: Ok(None),
        address: None,
        title: None,
    };
    start(&element, setup)
}

#[wasm_bindgen(js_class = Till)]
impl MountedTill {
    /// Asks the cashier to take this payment. Resolves with the outcome.
    ///
    /// Rejects with an `Error` whose `code` is `busy` while another payment is in hand, or `invalid_request`
    /// if the arguments are wrong or the amount cannot be charged here. An aborted `signal` ends the
    /// checkout: it rejects with the signal's reason if nothing was sent; otherwise it resolves with the
    /// payment's outcome.
    #[wasm_bindgen(unchecked_return_type = "Promise<Outcome>")]
    pub fn checkout(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Checkout")] request: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CheckoutOptions")] options: &JsValue,
    ) -> Promise {
        let asked =
            arguments::checkout(request).and_then(|opening| Ok((opening, arguments::signal(options)?)));
        let (opening, signal) = match asked {
            Ok((_, Some(signal))) if signal.aborted() => return Promise::reject(&signal.reason()),
            Ok(asked) => asked,
            Err(error) => return Promise::reject(&error),
        };
        let mut opening = Some(opening);
        Promise::new(&mut |resolve: Function, reject: Function| {
            let Some(opening) = opening.take() else { return };
            let signal = signal.clone().map(|signal| {
                let shell = self.shell.clone();
                (EventListener::new(&signal, "abort", move |_| shell.abort()), signal)
            });
            let tell =
                move |result| settle(result, signal.as_ref().map(|(_, signal)| signal), &resolve, &reject);
            self.shell.checkout(opening, Box::new(tell));
        })
    }

    /// The state of the till. The event `scantill:state` of its element reports each change.
    #[wasm_bindgen(getter, unchecked_return_type = "TillState")]
    pub fn state(&self) -> String {
        self.shell.standing().state.to_owned()
    }

    /// Whether the till reaches its proxy.
    #[wasm_bindgen(getter)]
    pub fn online(&self) -> bool {
        self.shell.standing().online
    }

    /// For the till's own page: nobody has touched it for a while. True if the page may be loaded again.
    #[wasm_bindgen(js_name = goIdle, skip_typescript)]
    pub fn go_idle(&self, gives_up: bool) -> bool {
        self.shell.go_idle(gives_up)
    }

    /// Takes the till off the page and stops it. A payment in hand continues at the proxy; the next till of
    /// this device resumes it.
    pub fn unmount(&self) {
        self.shell.stop();
        self.place.take();
    }
}

/// Starts a till, painted or not. Its element holds it: a page that drops the handle must not end a payment
/// in hand.
pub(crate) fn start(element: &HtmlElement, setup: Setup) -> Result<JsValue, JsValue> {
    let place = Mount::open(element, styles()).map_err(|error| {
        let detail = error.as_string();
        let detail = detail.as_deref().unwrap_or("takes no shadow root: use a <div>");
        invalid("element", detail)
    })?;
    let shell = Shell::start(element, setup);
    let painted = paint(place, &shell);
    let till = JsValue::from(MountedTill { shell, place: RefCell::new(Some(painted)) });
    host::hold(element, &till);
    Ok(till)
}

/// The order matters: the views are dropped before their place.
struct Painted {
    #[cfg(feature = "views")]
    _painting: crate::app::painting::Painting,
    _place: Mount,
}

#[cfg(feature = "views")]
fn paint(place: Mount, shell: &Shell) -> Painted {
    Painted { _painting: crate::app::painting::Painting::paint(&place, shell), _place: place }
}

#[cfg(not(feature = "views"))]
fn paint(place: Mount, _: &Shell) -> Painted {
    Painted { _place: place }
}

#[cfg(feature = "views")]
fn styles() -> &'static str {
    crate::views::STYLES
}

#[cfg(not(feature = "views"))]
fn styles() -> &'static str {
    ""
}

/// The page's origin. It is the proxy's origin unless the page names another.
pub(crate) fn page_origin() -> String {
    web_sys::window().map(|window| window.origin()).unwrap_or_default()
}

/// The result for the host page.
#[derive(Serialize)]
struct Outcome<'a> {
    status: &'static str,
    payment: Option<&'a Payment>,
}

impl<'a> From<&'a CheckoutOutcome> for Outcome<'a> {
    fn from(closed: &'a CheckoutOutcome) -> Self {
        let (status, payment) = match closed {
            CheckoutOutcome::Paid(payment) => ("paid", Some(payment.as_ref())),
            CheckoutOutcome::NotPaid(payment) => ("not_paid", payment.as_deref()),
            CheckoutOutcome::InDoubt(payment) => ("in_doubt", payment.as_deref()),
            CheckoutOutcome::Unmounted | CheckoutOutcome::Aborted => ("unmounted", None),
        };
        Self { status, payment }
    }
}

fn settle(
    result: Result<CheckoutOutcome, CheckoutError>,
    signal: Option<&AbortSignal>,
    resolve: &Function,
    reject: &Function,
) {
    let denied = |denied: CheckoutError| match denied {
        CheckoutError::Busy => coded("busy", denied.sentence()),
        CheckoutError::Amount(AmountProblem::OtherCurrency) => invalid("currency", denied.sentence()),
        CheckoutError::Amount(_) => invalid("amount", denied.sentence()),
    };
    let to_js = |closed: CheckoutOutcome| match closed {
        CheckoutOutcome::Aborted => Err(signal.map(AbortSignal::reason).unwrap_or_default()),
        closed => json::to_js(&Outcome::from(&closed)).ok_or(JsValue::UNDEFINED),
    };
    let called = match result.map_err(denied).and_then(to_js) {
        Ok(outcome) => resolve.call1(&JsValue::UNDEFINED, &outcome),
        Err(error) => reject.call1(&JsValue::UNDEFINED, &error),
    };
    // A promise's own functions throw nothing.
    drop(called);
}

/// The message names the field too, since many pages show only the message.
fn invalid(field: &str, detail: &str) -> JsValue {
    let error = coded("invalid_request", &["`", field, "` ", detail].concat());
    let _ = Reflect::set(&error, &JsValue::from_str("field"), &JsValue::from_str(field));
    error
}

fn coded(code: &str, detail: &str) -> JsValue {
    let error = Error::new(detail);
    let _ = Reflect::set(&error, &JsValue::from_str("code"), &JsValue::from_str(code));
    error.into()
}
