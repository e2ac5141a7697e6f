//! The till and the tabs of its browser: it begins in one tab, and stops when another takes it over.

use std::rc::Rc;

use scantill_till::{Input, Press, Screen, Till, View};

use super::Shell;
use crate::device::tab_lock::TabLock;

impl Shell {
    /// Asks for the tab lock. The till begins as soon as no other tab runs it.
    pub(super) fn ask_for_turn(&self) {
        let weak = Rc::downgrade(&self.0);
        let lock = TabLock::new(self.0.base.storage.name(), move |is_ours| {
            if let Some(inner) = weak.upgrade() {
                Self(inner).turn(is_ours);
            }
        });
        *self.0.lock.borrow_mut() = Some(lock);
    }

    /// Handles presses while another tab runs the till.
    pub(super) fn feed_elsewhere(&self, input: &Input) {
        if let (Input::Press(Press::UseHere), Some(lock)) = (input, &*self.0.lock.borrow()) {
            lock.take_over();
        }
    }

    /// The till now belongs to this tab, or to another.
    fn turn(&self, is_ours: bool) {
        if is_ours { self.begin() } else { self.yield_to_other() }
    }

    /// Begins with the state that the last page or another tab stored.
    pub(super) fn begin(&self) {
        let base = &self.0.base;
        let mut stored = base.storage.stored();
        if self.0.view_model.borrow().notice.is_some() {
            // The address names a sale that cannot be opened. An earlier typed amount is not that sale's.
            stored.amount = 0;
        }
        let (till, effects) = Till::start(base.storage.device().clone(), stored, base.opening.take());
        let guards = Rc::new(self.guards());
        *self.0.till.borrow_mut() = Some(till);
        *self.0.guards.borrow_mut() = Some(guards.clone());
        for effect in effects {
            self.perform(&guards, effect);
        }
        self.drain();
    }

    /// Nothing of this tab may run beside the other: no timer, no stream, no key.
    fn yield_to_other(&self) {
        drop((self.0.guards.take(), self.0.till.take()));
        self.0.queue.borrow_mut().clear();
        self.0.checkout.borrow_mut().lose();
        self.0.scanners.borrow_mut().panel.hide();
        self.show(View::bare(Screen::Elsewhere), false, false);
    }
}
