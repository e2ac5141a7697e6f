//! Pairing, and the terminal's data for its till.

use serde::{Deserialize, Serialize};

use crate::payer_code::{Mode, SourceType};
use crate::{Currency, DeviceId, StoreId, TerminalId, TillTiming, Timestamp};

/// `POST /v1/pair`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The one-use code from the proxy's command line. Absent only if pairing is open (a demo).
    #[serde(default)]
    pub code: Option<String>,
    /// The device's id.
    pub device_id: DeviceId,
}

/// The answer to a pairing. No other answer shows the token.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Paired {
    /// The device's token, sent with each further call.
    pub token: String,
    /// How to send the token: `DPoP` if it is bound to a key (RFC 9449), else `Bearer`.
    pub token_type: String,
    /// The terminal of the device.
    pub terminal: Terminal,
}

impl std::fmt::Debug for Paired {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Paired").field("terminal", &self.terminal).finish_non_exhaustive()
    }
}

/// `GET /v1/terminal`: the caller's terminal, and the payments that it may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Terminal {
    /// The merchant's id of the terminal.
    pub terminal_id: TerminalId,
    /// The merchant's id of the store.
    pub store_id: StoreId,
    /// The store's name, for display.
    pub store_name: String,
    /// The IANA name of the store's time zone. The till shows times in this zone.
    pub time_zone: String,
    /// The currency that the account charges.
    pub currency: Currency,
    /// Digits after the decimal point.
    pub minor_digits: u32,
    /// The smallest and the largest amount of one payment.
    pub limits: Limits,
    /// The kind of source that the account charges.
    pub source_type: SourceType,
    /// Whether money moves.
    pub mode: Mode,
    /// The waits of the till.
    pub timing: TillTiming,
    /// The proxy's time at its answer: a tablet's clock may be minutes off. `null` from an older proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Timestamp>,
}

/// `GET /v1/device`: what the till's page of settings says of the calling device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThisDevice {
    /// The device's id, as `scantill-proxy terminal list` shows it.
    pub device_id: DeviceId,
    /// The merchant's id of the terminal.
    pub terminal_id: TerminalId,
    /// The merchant's id of the store.
    pub store_id: StoreId,
    /// The store's name, for display.
    pub store_name: String,
    /// When the device was paired.
    pub paired_at: Timestamp,
    /// The version of the proxy.
    pub proxy_version: String,
    /// Whom a cashier calls, if the configuration says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support: Option<String>,
}

/// The bounds of one payment's amount, in minor units, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// The smallest amount.
    pub min: i64,
    /// The largest amount.
    pub max: i64,
}

impl Default for Limits {
    /// The bounds on Omise's page for Thailand, for an account whose capability could not be read: ฿20.00 to
    /// ฿150,000.00.
    fn default() -> Self {
        Self { min: 2_000, max: 15_000_000 }
    }
}
