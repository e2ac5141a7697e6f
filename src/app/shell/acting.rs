//! What is done beside the sale: scanners, the camera, and the supervisor's sheet.

use scantill_till::Call;
use web_sys::ShadowRoot;

use super::Shell;
use scantill_till::scanner_panel::{Act, Module};

impl Shell {
    /// Does what is wanted beside the sale.
    pub(crate) fn act(&self, act: Act) {
        let Some(guards) = self.0.guards.borrow().clone() else { return };
        let payment = self.0.scene.borrow().view.screen.payment().map(|payment| payment.id.clone());
        {
            let panel = &mut self.0.scanners.borrow_mut().panel;
            match act {
                Act::OpenPage => panel.show(),
                Act::ClosePage => panel.hide(),
                Act::ConnectHid => guards.later.choose(),
                Act::Limit(limits) => {
                    panel.limits = limits;
                    guards.keyboard.limit(limits);
                    guards.memory.keep_limits(limits);
                }
                Act::Camera(wanted) => {
                    panel.camera.wanted = wanted;
                    panel.module.forgive();
                }
                Act::CameraHabit(habit) => {
                    panel.camera.habit = habit;
                    guards.memory.keep_camera_habit(habit);
                }
                Act::CameraChoice(choice) => {
                    panel.camera.choice = choice;
                    guards.memory.keep_camera_choice(choice);
                }
                Act::OpenOffice => {
                    let is_open = payment.as_ref().is_some_and(|id| guards.office.open(id.as_str()));
                    panel.office = if is_open { Module::Loaded } else { Module::Failed };
                }
                Act::OfficeClosed(closed) => {
                    panel.office = if closed { Module::NotYet } else { Module::Failed };
                }
            }
        }
        // What a supervisor decided is not pushed where the stream is broken.
        if let (Act::OfficeClosed(_), Some(id)) = (act, payment) {
            guards.calls.start(Call::Ask(id));
        }
        self.publish();
    }

    /// Lets the scanner's page and the camera be painted into their places.
    pub(crate) fn paint_page(&self, root: &ShadowRoot) {
        if let Some(guards) = self.0.guards.borrow().clone() {
            guards.later.paint(root, &self.0.scene.borrow().panel);
        }
    }
}
