//! Devices with their places and their tokens.

use scantill_types::{DeviceId, StoreId, TerminalId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::device_life::EndReason;
use crate::proof::DeviceKey;
use crate::secrets::CodeDigest;

/// A device with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The tablet.
    pub id: DeviceId,
    /// Our name of the account.
    pub account: String,
    /// Its store.
    pub store_id: StoreId,
    /// The store's name.
    pub store_name: String,
    /// The store's time zone.
    pub time_zone: String,
    /// When the store's day starts, in minutes after midnight.
    pub day_starts_minutes: i64,
    /// Its till.
    pub terminal: TerminalId,
    /// Its token.
    pub session: Session,
}

/// A device's token, as storage knows it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// The digest of the token.
    pub token_digest: String,
    /// When the device got it.
    pub paired_at: Timestamp,
    /// When it was last recorded as used.
    pub seen_at: Timestamp,
    /// Why it was taken away, if it was. Whether it lived too long is not storage's to say.
    pub ended: Option<EndReason>,
    /// The key to which it is bound.
    pub key: Option<DeviceKey>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { paired_at, seen_at, ended, .. } = self;
        write!(formatter, "Session({paired_at} to {seen_at}, {ended:?})")
    }
}

/// A device that pairs.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// The tablet.
    pub id: DeviceId,
    /// The digest of its token.
    pub token_digest: String,
    /// The key to which the token is bound, where it has one.
    pub key: Option<DeviceKey>,
}

/// A terminal with the devices whose tokens were not taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalEntry {
    /// Our name of the account.
    pub account: String,
    /// Its store.
    pub store_id: StoreId,
    /// The store's name.
    pub store_name: String,
    /// The terminal.
    pub terminal: TerminalId,
    /// Its devices, the newest first.
    pub devices: Vec<DeviceEntry>,
}

/// A device in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceEntry {
    /// The tablet.
    pub id: DeviceId,
    /// When it was paired.
    pub paired_at: Timestamp,
    /// When it was last recorded as seen.
    pub seen_at: Timestamp,
    /// Its token is bound to a key of its browser.
    pub is_bound: bool,
}

/// Whose tokens are taken away: those of a device, or of a terminal. What is left out is any.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// Of this account alone.
    pub account: Option<String>,
    /// Of this store alone.
    pub store_id: Option<StoreId>,
    /// Of this terminal.
    pub terminal: Option<TerminalId>,
    /// Of this device.
    pub device: Option<DeviceId>,
}

/// A pairing code that is made for a terminal.
#[derive(Clone, Debug)]
pub struct NewPairingCode {
    /// What is stored of it.
    pub digest: CodeDigest,
    /// Whether the devices that the terminal has stay paired.
    pub keeps_devices: bool,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it stops being good.
    pub expires_at: Timestamp,
}
