//! What the supervisor sees: a root that holds the machine, and below it pure functions of it.

mod choosing;
mod details;
mod done;
mod hand;
mod known;
mod pin;
mod root;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::Function;
use scantill_types::PaymentId;
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, ShadowRoot};
use yew::AppHandle;

use crate::effects::api::Api;
use crate::effects::dialog::Dialog;
use crate::texts::Language;
use root::{Close, Root, RootProps};

/// A sheet on the page.
struct Opened {
    handle: AppHandle<Root>,
    /// Dropped first when the till is removed: its element must be empty at once.
    dialog: Option<Dialog>,
    closed: Function,
    _till: EventListener,
}

type Slot = Rc<RefCell<Option<Opened>>>;

/// Opens a sheet. `closed` is called once it is closed.
pub(crate) fn open(
    root: &ShadowRoot,
    api: Api,
    till: &AbortSignal,
    (payment, language): (PaymentId, Language),
    closed: Function,
) {
    let slot = Slot::default();
    let later = slot.clone();
    // Deferred, since neither a view nor a listener may be dropped while it runs.
    let close = Close::new(move || {
        let slot = later.clone();
        Timeout::new(0, move || take_off(&slot)).forget();
    });
    let asked = close.clone();
    let Some(dialog) = Dialog::open(root, move || asked.call()) else { return resolve(&closed) };
    let props = RootProps { api, payment, language, dialog: dialog.element(), close: close.clone() };
    let handle = yew::Renderer::<Root>::with_root_and_props(dialog.element().into(), props).render();
    let gone = slot.clone();
    let till = EventListener::once(till, "abort", move |_| {
        if let Some(opened) = gone.borrow_mut().as_mut() {
            opened.dialog.take();
        }
        close.call();
    });
    *slot.borrow_mut() = Some(Opened { handle, dialog: Some(dialog), closed, _till: till });
}

fn take_off(slot: &Slot) {
    let Some(Opened { handle, dialog, closed, .. }) = slot.borrow_mut().take() else { return };
    handle.destroy();
    drop(dialog);
    resolve(&closed);
}

/// A promise's own function does not throw.
fn resolve(closed: &Function) {
    let _ = closed.call0(&JsValue::UNDEFINED);
}
