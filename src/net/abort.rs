//! A request that ends when its guard is dropped.

use web_sys::{AbortController, AbortSignal};

/// Aborts on drop. Aborting a finished request does nothing.
pub(crate) struct AbortGuard(AbortController);

impl AbortGuard {
    /// `None` if the browser cannot abort.
    pub(crate) fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }

    pub(crate) fn signal(&self) -> AbortSignal {
        self.0.signal()
    }

    /// A function that aborts later. It does not need the guard.
    pub(crate) fn aborter(&self) -> impl FnOnce() + 'static {
        let controller = self.0.clone();
        move || controller.abort()
    }
}

impl Drop for AbortGuard {
    fn drop(&mut self) {
        self.0.abort();
    }
}
