//! What outlives the page: the device's id, its token, and the sale in hand. Never a payer's code.
//!
//! A browser may refuse to store anything (private windows, policies, a full disk); then memory alone must do.

use std::cell::RefCell;

use scantill_core::DeviceId;
use scantill_core::scan::Limits;
use scantill_core::till::Stored;
use web_sys::Storage;

use super::{clock, json};

const TOKEN: &str = "token";
const STORED: &str = "stored";
const SCANNER_LIMIT: &str = "scanner-limit-ms";
const CAMERA_HABIT: &str = "camera";

/// What one till remembers: its keys begin with the proxy's origin and the device's id.
pub(crate) struct Memory {
    device: DeviceId,
    prefix: String,
    storage: Option<Storage>,
    here: RefCell<Vec<(&'static str, String)>>,
}

impl Memory {
    /// The memory of a named device, or of the one that this browser was given for the origin.
    pub(crate) fn open(origin: &str, device: Option<DeviceId>) -> Self {
        let storage = local_storage();
        let device = device.unwrap_or_else(|| own_device(storage.as_ref(), origin));
        let prefix = format!("scantill:{origin}:{device}");
        Self { device, prefix, storage, here: RefCell::default() }
    }

    pub(crate) fn device(&self) -> &DeviceId {
        &self.device
    }

    pub(crate) fn token(&self) -> Option<String> {
        self.read(TOKEN)
    }

    pub(crate) fn keep_token(&self, token: &str) {
        self.write(TOKEN, token);
    }

    /// What the last page left behind; nothing where it cannot be read.
    pub(crate) fn stored(&self) -> Stored {
        self.read(STORED).and_then(|text| json::read(&text)).unwrap_or_default()
    }

    pub(crate) fn keep(&self, stored: &Stored) {
        if let Some(text) = json::write(stored) {
            self.write(STORED, &text);
        }
    }

    /// How slow a scanner may be on this device.
    pub(crate) fn limits(&self) -> Limits {
        let kept = self.read(SCANNER_LIMIT).and_then(|text| text.parse().ok());
        kept.map(Limits::with_mean_gap_ms).unwrap_or_default()
    }

    pub(crate) fn keep_limits(&self, limits: Limits) {
        self.write(SCANNER_LIMIT, &limits.mean_gap_ms_max().to_string());
    }

    /// Whether the camera opens with every sale on this device.
    pub(crate) fn camera_habit(&self) -> bool {
        self.read(CAMERA_HABIT).as_deref() == Some("true")
    }

    pub(crate) fn keep_camera_habit(&self, habit: bool) {
        self.write(CAMERA_HABIT, if habit { "true" } else { "false" });
    }

    fn read(&self, name: &str) -> Option<String> {
        let memory = self.here.borrow();
        let remembered = memory.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        remembered.or_else(|| self.storage.as_ref()?.get_item(&self.key(name)).ok()?)
    }

    fn write(&self, name: &'static str, value: &str) {
        let key = self.key(name);
        if let Some(storage) = &self.storage
            && storage.set_item(&key, value).is_err()
        {
            // An older value must not come back after a reload as if it were the last.
            let _ = storage.remove_item(&key);
        }
        let mut memory = self.here.borrow_mut();
        memory.retain(|(known, _)| *known != name);
        memory.push((name, value.to_owned()));
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }
}

fn local_storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn own_device(storage: Option<&Storage>, origin: &str) -> DeviceId {
    let key = format!("scantill:{origin}:device");
    let known = storage.and_then(|storage| storage.get_item(&key).ok()?);
    known.and_then(|id| DeviceId::parse(&id).ok()).unwrap_or_else(|| {
        let moment = clock::moment();
        let device = DeviceId::generate(moment.unix_ms, moment.random);
        if let Some(storage) = storage {
            let _ = storage.set_item(&key, device.as_str());
        }
        device
    })
}
