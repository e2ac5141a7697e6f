//! Keeps the tablet's screen on while a sale is open. A browser lets go of it when the page is hidden.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

// A browser without it, or one that refuses, lets the screen sleep as ever.
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

/// The lock of one till.
#[derive(Default)]
pub(crate) struct WakeLock(RefCell<Option<Held>>);

/// What ends it.
struct Held(Function);

impl WakeLock {
    /// Holds the lock from now on, or lets go of it.
    pub(crate) fn hold(&self, wanted: bool) {
        let mut held = self.0.borrow_mut();
        if wanted != held.is_some() {
            *held = wanted.then(|| Held(keep_awake()));
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // It throws nothing.
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}
