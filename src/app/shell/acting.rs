//! The commands that do not concern the sale: scanners, the camera, and the supervisor's sheet.

use scantill_till::{Call, Input, Sound, Timer};
use web_sys::ShadowRoot;

use super::Shell;
use crate::app::host;
use crate::net::proof::{caller, forget};
use scantill_till::scanner_panel::{ModuleState, ScannerCommand};

impl Shell {
    /// Performs such a command.
    pub(crate) fn act(&self, act: ScannerCommand) {
        let Some(guards) = self.0.guards.borrow().clone() else { return };
        let payment = self.0.view_model.borrow().view.screen.payment().map(|payment| payment.id.clone());
        {
            let panel = &mut self.0.scanners.borrow_mut().panel;
            match act {
                ScannerCommand::OpenPage => panel.show(),
                ScannerCommand::ClosePage => panel.hide(),
                ScannerCommand::ConnectHid => guards.scanner_module.choose(),
                ScannerCommand::Limit(limits) => {
                    panel.limits = limits;
                    guards.keyboard.limit(limits);
                    guards.storage.keep_limits(limits);
                }
                ScannerCommand::Camera(wanted) => {
                    panel.camera.wanted = wanted;
                    panel.module.reset_failure();
                }
                ScannerCommand::CameraAutoOpen(auto_open) => {
                    panel.camera.auto_open = auto_open;
                    guards.storage.keep_camera_auto_open(auto_open);
                }
                ScannerCommand::CameraChoice(choice) => {
                    panel.camera.choice = choice;
                    guards.storage.keep_camera_choice(choice);
                }
                ScannerCommand::Language(_) | ScannerCommand::Unpaired => {}
                ScannerCommand::Volume(volume) => {
                    panel.volume = volume;
                    guards.sounds.set_volume(volume);
                    guards.storage.keep_volume(volume);
                }
                ScannerCommand::Appearance(appearance) => {
                    panel.appearance = appearance;
                    host::appear(&self.0.base.host, appearance);
                    guards.storage.keep_appearance(appearance);
                }
                ScannerCommand::OpenOffice => {
                    let tag = self.0.wanted_language.get();
                    let is_open = payment.as_ref().is_some_and(|id| guards.office.open(id.as_str(), tag));
                    panel.office = if is_open { ModuleState::Loaded } else { ModuleState::Failed };
                }
                ScannerCommand::OfficeClosed(closed) => {
                    panel.office = if closed { ModuleState::NotYet } else { ModuleState::Failed };
                }
            }
        }
        #[cfg(feature = "views")]
        if let ScannerCommand::Language(tag) = act {
            self.choose_language(tag);
        }
        if act == ScannerCommand::Unpaired {
            guards.storage.forget_token();
            forget(guards.storage.name());
            self.0.scanners.borrow_mut().panel.hide();
            return self.begin();
        }
        // The cashier hears how loud it is now.
        if matches!(act, ScannerCommand::Volume(_)) {
            self.play(&guards, Sound::Heard);
        }
        // While the stream is broken, nothing pushes a supervisor's decision.
        if let (ScannerCommand::OfficeClosed(_), Some(id)) = (act, payment) {
            guards.calls.start(Call::Read(id));
        }
        self.publish();
    }

    /// Nobody has touched the till for a while: it may give up what no payment needs. True if its page may now be
    /// loaded again.
    pub(crate) fn go_idle(&self, gives_up: bool) -> bool {
        if gives_up {
            let is_open = self.0.scanners.borrow().panel.open;
            if is_open {
                self.0.scanners.borrow_mut().panel.hide();
            }
            self.feed(Input::Elapsed(Timer::Idle));
        }
        self.view().is_some_and(|view| view.is_at_rest())
    }

    /// Lets the scanner module paint its page and the camera.
    pub(crate) fn paint_page(&self, root: &ShadowRoot) {
        if let Some(guards) = self.0.guards.borrow().clone() {
            let (origin, storage) = (&self.0.base.origin, &guards.storage);
            let call = || caller(storage.name(), storage.token().as_deref(), origin);
            guards.scanner_module.paint(root, &self.0.view_model.borrow(), call);
        }
    }
}
