//! What outlives the page: the device's id, its token, and the sale in hand. Never a payer's code.
//!
//! A browser may refuse to store anything (private windows, policies, a full disk). Then the values stay in
//! memory.

use std::cell::RefCell;

use scantill_till::appearance::Appearance;
use scantill_till::scan::Limits;
use scantill_till::volume::Volume;
use scantill_till::{Stored, StoredSale};
use scantill_types::DeviceId;
use web_sys::Storage;

use crate::device::clock;
use crate::net::json;

const TOKEN: &str = "token";
const STORED: &str = "stored";
/// Each payment also has a key of its own, so that no other page of this tablet can overwrite it.
const PAYMENT: &str = "payment:";
const SCANNER_LIMIT: &str = "scanner-limit-ms";
const CAMERA_HABIT: &str = "camera";
const VOLUME: &str = "volume";
const APPEARANCE: &str = "appearance";
const LANGUAGE: &str = "language";
const CAMERA_CHOICE: &str = "camera-choice";

/// The storage of one till. Its keys begin with the proxy's origin and the device's id.
pub(crate) struct LocalStorage {
    device: DeviceId,
    prefix: String,
    storage: Option<Storage>,
    /// What the browser refused to store.
    here: RefCell<Vec<(&'static str, String)>>,
    /// The keys of the payments that this page has read or written.
    payments: RefCell<Vec<String>>,
}

impl LocalStorage {
    /// The storage of a named device, or of the device id that this browser has for the origin.
    pub(crate) fn open(origin: &str, device: Option<DeviceId>) -> Self {
        let storage = local_storage();
        let device = device.unwrap_or_else(|| own_device(storage.as_ref(), origin));
        let prefix = format!("scantill:{origin}:{device}");
        Self { device, prefix, storage, here: RefCell::default(), payments: RefCell::default() }
    }

    /// The name that distinguishes this till from every other of the browser.
    pub(crate) fn name(&self) -> &str {
        &self.prefix
    }

    pub(crate) fn device(&self) -> &DeviceId {
        &self.device
    }

    /// The token as it is sent: after its type, unless it was stored before types existed.
    pub(crate) fn token(&self) -> Option<String> {
        self.read(TOKEN)
    }

    pub(crate) fn keep_token(&self, token: &str) {
        self.write(TOKEN, token);
    }

    pub(crate) fn forget_token(&self) {
        self.here.borrow_mut().retain(|(known, _)| *known != TOKEN);
        if let Some(storage) = &self.storage {
            let _ = storage.remove_item(&self.key(TOKEN));
        }
    }

    /// The state that the last page stored; empty if it cannot be read.
    pub(crate) fn stored(&self) -> Stored {
        let mut stored: Stored = self.read(STORED).and_then(|text| json::read(&text)).unwrap_or_default();
        if let Some(storage) = &self.storage {
            let known = keys(storage, &self.key(PAYMENT));
            let texts = known.iter().filter_map(|key| storage.get_item(key).ok()?);
            texts.filter_map(|text| json::read::<StoredSale>(&text)).for_each(|sale| stored.merge(sale));
            *self.payments.borrow_mut() = known;
        }
        stored
    }

    pub(crate) fn keep(&self, stored: &Stored) {
        if let Some(text) = json::write(stored) {
            self.write(STORED, &text);
        }
        let Some(storage) = &self.storage else { return };
        let mut written = Vec::new();
        for sale in stored.payments() {
            if let (Some(payment), Some(text)) = (&sale.payment, json::write(sale)) {
                let key = format!("{}{}", self.key(PAYMENT), payment.id);
                let _ = storage.set_item(&key, &text);
                written.push(key);
            }
        }
        for gone in self.payments.replace(written.clone()).iter().filter(|key| !written.contains(key)) {
            let _ = storage.remove_item(gone);
        }
    }

    /// The limits for a scanner that types on this device.
    pub(crate) fn limits(&self) -> Limits {
        let kept = self.read(SCANNER_LIMIT).and_then(|text| text.parse().ok());
        kept.map(Limits::with_mean_gap_ms).unwrap_or_default()
    }

    pub(crate) fn keep_limits(&self, limits: Limits) {
        self.write(SCANNER_LIMIT, &limits.mean_gap_ms_max().to_string());
    }

    /// Whether the camera opens with every sale on this device.
    pub(crate) fn camera_auto_open(&self) -> bool {
        self.read(CAMERA_HABIT).as_deref() == Some("true")
    }

    pub(crate) fn keep_camera_auto_open(&self, auto_open: bool) {
        self.write(CAMERA_HABIT, if auto_open { "true" } else { "false" });
    }

    /// Which of several cameras this device uses; 0 if none was chosen.
    pub(crate) fn camera_choice(&self) -> u32 {
        self.read(CAMERA_CHOICE).and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    pub(crate) fn keep_camera_choice(&self, choice: u32) {
        self.write(CAMERA_CHOICE, &choice.to_string());
    }

    pub(crate) fn volume(&self) -> Volume {
        self.read(VOLUME).and_then(|word| Volume::parse(&word)).unwrap_or_default()
    }

    pub(crate) fn keep_volume(&self, volume: Volume) {
        self.write(VOLUME, volume.as_str());
    }

    pub(crate) fn appearance(&self) -> Appearance {
        self.read(APPEARANCE).and_then(|word| Appearance::parse(&word)).unwrap_or_default()
    }

    pub(crate) fn keep_appearance(&self, appearance: Appearance) {
        self.write(APPEARANCE, appearance.as_str());
    }

    /// The language that was last chosen on this device.
    #[cfg(feature = "views")]
    pub(crate) fn language(&self) -> Option<&'static str> {
        self.read(LANGUAGE).and_then(|tag| scantill_till::catalogue::named(&tag))
    }

    #[cfg(feature = "views")]
    pub(crate) fn keep_language(&self, tag: &str) {
        self.write(LANGUAGE, tag);
    }

    fn read(&self, name: &str) -> Option<String> {
        let storage = self.here.borrow();
        let remembered = storage.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        remembered.or_else(|| self.storage.as_ref()?.get_item(&self.key(name)).ok()?)
    }

    fn write(&self, name: &'static str, value: &str) {
        let key = self.key(name);
        let mut storage = self.here.borrow_mut();
        storage.retain(|(known, _)| *known != name);
        // Another tab of this till may write a newer value, so memory holds only what the storage refused.
        if self.storage.as_ref().is_some_and(|storage| storage.set_item(&key, value).is_ok()) {
            return;
        }
        if let Some(storage) = &self.storage {
            // After a reload an older value must not look like the last one.
            let _ = storage.remove_item(&key);
        }
        storage.push((name, value.to_owned()));
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }
}

fn keys(storage: &Storage, prefix: &str) -> Vec<String> {
    let all = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok()?);
    all.filter(|key| key.starts_with(prefix)).collect()
}

pub(super) fn local_storage() -> Option<Storage> {
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
