//! Keeps the tablet's screen on while a sale is open. A browser releases the lock when the page is hidden.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

// A browser without wake locks, or one that refuses, lets the screen sleep.
#[wasm_bindgen(inline_js = "export const keepAwake = () => {
    let lock, gone;
    const ask = async () => {
        try {
            if (document.visibilityState !== 'visible') return;
            await lock?.release();
            lock = await navigator.wakeLock.request('screen');
            if (gone) lock.release();
        } catch {}
    };
    ask();
    document.addEventListener('visibilitychange', ask);
    return () => { gone = 1; document.removeEventListener('visibilitychange', ask); lock?.release(); };
}")]
extern "C" {
    #[wasm_bindgen(js_name = keepAwake)]
    fn keep_awake() -> Function;
}

#[derive(Default)]
pub(crate) struct WakeLock(RefCell<Option<Held>>);

/// The function that releases the lock.
struct Held(Function);

impl WakeLock {
    /// Holds the lock from now on, or releases it.
    pub(crate) fn hold(&self, wanted: bool) {
        let mut held = self.0.borrow_mut();
        if wanted != held.is_some() {
            *held = wanted.then(|| Held(keep_awake()));
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // The function throws nothing.
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}
