//! A request that ends when its guard goes.

use web_sys::{AbortController, AbortSignal};

/// Aborts on drop; aborting what is over does nothing.
pub(crate) struct AbortGuard(AbortController);

impl AbortGuard {
    /// None where the browser has no way to abort.
    pub(crate) fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }

    pub(crate) fn signal(&self) -> AbortSignal {
        self.0.signal()
    }

    /// Something that aborts later, whether the guard lives or not.
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
