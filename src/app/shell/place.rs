//! The till and its element: the till rests while the element is in no document, unmounted or not.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use scantill_till::{Input, Press, Screen, View};

use super::Shell;

/// An element that is moved is out of the document for less than this.
const LOOK_MS: u32 = 1_000;

impl Shell {
    /// Checks the element at intervals until the till is stopped.
    pub(super) fn watch_place(&self) {
        let (weak, was_gone) = (Rc::downgrade(&self.0), Cell::new(false));
        let watch = Interval::new(LOOK_MS, move || {
            let Some(shell) = weak.upgrade().map(Self) else { return };
            let is_gone = !shell.is_in_place();
            let is_resting = shell.0.lock.borrow().is_none();
            match (is_gone, was_gone.replace(is_gone)) {
                (true, true) if !is_resting => shell.rest(),
                (false, _) if is_resting => shell.ask_for_turn(),
                // No event reports a change of focus within another shadow tree of the page.
                _ => shell.drain(),
            }
        });
        *self.0.watch.borrow_mut() = Some(watch);
    }

    /// Whether somebody can see the till: its element is in a document, and its views have their texts.
    pub(super) fn is_visible(&self) -> bool {
        #[cfg(feature = "views")]
        let has_texts = self.language().is_some();
        #[cfg(not(feature = "views"))]
        let has_texts = true;
        has_texts && self.is_in_place()
    }

    /// Whether the element is in a document.
    pub(crate) fn is_in_place(&self) -> bool {
        self.0.base.host.is_connected()
    }

    /// Nobody can see the till: it takes no scan, another till may take its place, and a checkout must not
    /// wait for it. Without a payment the checkout ends; with one the payment continues at the proxy, as
    /// after an unmount.
    fn rest(&self) {
        self.0.queue.borrow_mut().clear();
        let guards = self.0.guards.take();
        let is_busy = self.0.checkout.borrow().is_busy();
        if let Some(guards) = guards.as_ref().filter(|_| is_busy) {
            self.0.queue.borrow_mut().push_back(Input::Press(Press::EndSale));
            self.step(guards);
        }
        self.0.checkout.borrow_mut().leave();
        drop((guards, self.0.till.take()));
        self.0.scanners.borrow_mut().panel.hide();
        self.show(View::bare(Screen::Starting), false, false);
        drop(self.0.lock.take());
    }
}
