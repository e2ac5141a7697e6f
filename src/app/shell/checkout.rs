//! The host page's side of a running till: its checkout, and the state of the till.

use scantill_till::{CheckoutRequest, Input};

use super::{Guards, Shell};
use crate::app::host;
use scantill_till::checkout::{CheckoutCallback, CheckoutOutcome, CheckoutStep};
use scantill_till::standing::Standing;

impl Shell {
    /// Begins a checkout for the host page.
    pub(crate) fn checkout(&self, opening: CheckoutRequest, tell: CheckoutCallback) {
        if self.0.lock.borrow().is_none() {
            return tell(Ok(CheckoutOutcome::Unmounted));
        }
        self.0.checkout.borrow_mut().ask(opening, tell);
        self.drain();
    }

    /// The host page aborts its checkout.
    pub(crate) fn abort(&self) {
        self.0.checkout.borrow_mut().abort();
        self.drain();
    }

    /// Shows the state in the title of the till's own page.
    pub(crate) fn entitle(&self, state: &str) {
        if let Some(entitle) = self.0.title {
            entitle(state);
        }
    }

    /// Tells the host page the state of the till if it has changed.
    pub(super) fn announce(&self) {
        let standing = Standing::of(&self.0.view_model.borrow().view);
        if self.0.standing.replace(Some(standing)) != Some(standing) {
            host::announce(&self.0.base.host, standing);
        }
    }

    /// The state of the till, as the host page was last told.
    pub(crate) fn standing(&self) -> Standing {
        self.0.standing.get().unwrap_or_else(|| Standing::of(&self.0.view_model.borrow().view))
    }

    /// Opens the host page's checkout once no payment is in hand.
    pub(super) fn open_checkout(&self, guards: &Guards) -> bool {
        let Some(view) = self.view() else { return false };
        let turn = self.0.checkout.borrow_mut().turn(&view);
        let CheckoutStep::Open(opening) = turn else { return false };
        guards.scanner_focus.take();
        if guards.scanner_focus.may_take_focus() {
            let mut view_model = self.0.view_model.borrow_mut();
            view_model.called = view_model.called.wrapping_add(1);
        }
        self.0.scanners.borrow_mut().panel.hide();
        self.0.queue.borrow_mut().push_back(Input::Open(opening));
        self.step(guards);
        if let Some(view) = self.view() {
            self.0.checkout.borrow_mut().opened(&view);
        }
        true
    }

    /// Presses the button that ends a checkout which the host page aborted.
    pub(super) fn end_checkout(&self) -> bool {
        let press = self.view().and_then(|view| self.0.checkout.borrow_mut().press(&view.screen));
        self.0.queue.borrow_mut().extend(press.clone().map(Input::Press));
        press.is_some()
    }
}
