//! A new screen ignores a press where the finger was, and the tablet's screen stays on while a sale is open.

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use super::fake_proxy::FakeProxy;
use super::stage::{Keys, Stage, frames, until};

/// A finger comes down on an element and goes up again, at this point of the page.
fn touch(element: &HtmlElement, x: f64, y: f64) {
    let make = format!(
        "for (const [kind, Kind] of [['pointerdown', PointerEvent], ['click', MouseEvent]])
            element.dispatchEvent(new Kind(kind, {{ clientX: {x}, clientY: {y}, detail: 1, bubbles: true, composed: true, \
             cancelable: true }}));"
    );
    Function::new_with_args("element", &make).call1(&JsValue::NULL, element).unwrap();
}

#[wasm_bindgen_test]
async fn a_finger_that_bounces_presses_nothing_on_the_next_screen() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    stage.press_all(&["digit-2", "digit-2", "digit-2", "digit-5"]).await;
    touch(&stage.find("[data-action=charge]").unwrap(), 300.0, 500.0);
    stage.screen("scan").await;
    let back = stage.find("[data-action=back]").unwrap();
    touch(&back, 310.0, 495.0);
    frames(5).await;
    assert_eq!(stage.name(), "scan");
    touch(&back, 100.0, 500.0);
    stage.screen("amount").await;
}

#[wasm_bindgen_test]
async fn a_press_that_is_meant_for_the_new_screen_is_taken() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    stage.press_all(&["digit-2", "digit-2", "digit-2", "digit-5"]).await;
    touch(&stage.find("[data-action=charge]").unwrap(), 300.0, 500.0);
    stage.screen("scan").await;
    Keys::new().rest_for_real(400.0);
    touch(&stage.find("[data-action=back]").unwrap(), 300.0, 500.0);
    stage.screen("amount").await;
}

const FAKE_LOCK: &str = "
    const locks = [];
    Object.defineProperty(navigator, 'wakeLock', { configurable: true, value: {
        async request(kind) {
            const lock = { kind, held: true, async release() { this.held = false; } };
            locks.push(lock);
            return lock;
        },
    } });
    return { asked: () => `${locks.length}`, held: () => `${locks.filter(({ held }) => held).length}`,
        seen: () => { locks.forEach((lock) => { lock.held = false; }); document.dispatchEvent(new Event('visibilitychange')); },
        restore: () => { delete navigator.wakeLock; } };";

struct FakeLock(JsValue);

impl FakeLock {
    fn new() -> Self {
        Self(Function::new_no_args(FAKE_LOCK).call0(&JsValue::NULL).unwrap())
    }

    fn ask(&self, name: &str) -> Option<u32> {
        let ask: Function = Reflect::get(&self.0, &name.into()).unwrap().unchecked_into();
        ask.call0(&JsValue::NULL).unwrap().as_string()?.parse().ok()
    }
}

impl Drop for FakeLock {
    fn drop(&mut self) {
        self.ask("restore");
    }
}

#[wasm_bindgen_test]
async fn the_screen_stays_on_while_a_sale_is_open() {
    let _proxy = FakeProxy::new();
    let lock = FakeLock::new();
    let stage = Stage::at_scan().await;
    until("the lock", || lock.ask("held") == Some(1)).await;
    // The page was hidden: the browser released the lock.
    lock.ask("seen");
    until("the lock again", || lock.ask("held") == Some(1)).await;
    stage.press("back").await;
    stage.screen("amount").await;
    until("no lock", || lock.ask("held") == Some(0)).await;
    assert_eq!(lock.ask("asked"), Some(2));
}
