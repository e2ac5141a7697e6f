//! Pairing, and what a till learns about itself.

use serde::{Deserialize, Serialize};

use crate::payer_code::{Mode, SourceType};
use crate::{Currency, DeviceId, StoreId, TerminalId, TillTiming, Timestamp};

/// `POST /v1/pair`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The one-use code from the proxy's command line. Left out only where pairing is open (a demo).
    #[serde(default)]
    pub code: Option<String>,
    /// The tablet.
    pub device_id: DeviceId,
}

/// The answer to a pairing: the token is shown this once.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Paired {
    /// The token of this device.
    pub token: String,
    /// How the token is sent: `Bearer` where it is not bound to a key, `DPoP` where it is (RFC 9449).
    pub token_type: String,
    /// What the terminal is.
    pub terminal: Terminal,
}

impl std::fmt::Debug for Paired {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Paired").field("terminal", &self.terminal).finish_non_exhaustive()
    }
}

/// `GET /v1/terminal`: who am I, and what may I take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Terminal {
    /// The terminal, as the merchant calls it.
    pub terminal_id: TerminalId,
    /// The store, as the merchant calls it.
    pub store_id: StoreId,
    /// The store's name for people.
    pub store_name: String,
    /// The store's time zone, by its IANA name: the times on the till's screen are the store's.
    pub time_zone: String,
    /// The currency that the account charges.
    pub currency: Currency,
    /// Digits behind the decimal point.
    pub minor_digits: u32,
    /// The smallest and the largest amount of one payment.
    pub limits: Limits,
    /// The kind of source.
    pub source_type: SourceType,
    /// Whether money moves.
    pub mode: Mode,
    /// How long the till waits.
    pub timing: TillTiming,
    /// The proxy's clock at its answer: a tablet's may be minutes off. A proxy of before says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Timestamp>,
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
    /// What Omise's page for Thailand says, for an account whose capability could not be read: ฿20.00 to ฿150,000.00.
    fn default() -> Self {
        Self { min: 2_000, max: 15_000_000 }
    }
}
