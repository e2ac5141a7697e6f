//! An attempt as it is stored: JSON that begins with the version of its shape. The order is not part of it, since it never
//! changes and the storage searches by it.

use serde::{Deserialize, Serialize};

use super::{
    CancelRequest, Charges, Disposition, ManualResolution, Order, PaymentAttempt, Refunds, Released, Reviews,
    State,
};
use scantill_types::{SourceId, Timestamp};

/// The version that is written. A change of the shape needs the next version, and a reader for each version before it.
const VERSION: u32 = 1;

/// Why a stored attempt cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoredAttemptError {
    /// A later version wrote it.
    #[error(
        "a stored payment has version {version}, and this Scantill reads version {VERSION}: the data is of a newer Scantill"
    )]
    UnknownVersion {
        /// The version that it names.
        version: u32,
    },
    /// It is no attempt.
    #[error("a stored payment cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// What every version begins with.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// The shape of version 1. Here and in all that it holds no field may be missing, not even an optional one, and none may be
/// unknown: what stands in storage is not what was written, or another version wrote it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version1 {
    version: u32,
    state: State,
    #[serde(deserialize_with = "Option::deserialize")]
    source: Option<SourceId>,
    charges: Charges,
    #[serde(deserialize_with = "Option::deserialize")]
    cancel_request: Option<CancelRequest>,
    #[serde(deserialize_with = "Option::deserialize")]
    cancel_provider_time: Option<Timestamp>,
    #[serde(deserialize_with = "Option::deserialize")]
    disposition: Option<Disposition>,
    refunds: Refunds,
    #[serde(deserialize_with = "Option::deserialize")]
    released: Option<Released>,
    #[serde(deserialize_with = "Option::deserialize")]
    resolution: Option<ManualResolution>,
    reviews: Reviews,
    #[serde(deserialize_with = "Option::deserialize")]
    watched_since: Option<Timestamp>,
}

impl PaymentAttempt {
    /// The attempt without its order, as it is stored.
    pub fn to_stored(&self) -> Result<String, StoredAttemptError> {
        let Self {
            order: _,
            state,
            source,
            charges,
            cancel_request,
            cancel_provider_time,
            disposition,
            refunds,
            released,
            resolution,
            reviews,
            watched_since,
        } = self.clone();
        let stored = Version1 {
            version: VERSION,
            state,
            source,
            charges,
            cancel_request,
            cancel_provider_time,
            disposition,
            refunds,
            released,
            resolution,
            reviews,
            watched_since,
        };
        Ok(serde_json::to_string(&stored)?)
    }

    /// The attempt of an order, as it was stored.
    pub fn from_stored(order: Order, stored: &str) -> Result<Self, StoredAttemptError> {
        match serde_json::from_str::<Versioned>(stored)?.version {
            VERSION => Ok(serde_json::from_str::<Version1>(stored)?.attempt(order)),
            version => Err(StoredAttemptError::UnknownVersion { version }),
        }
    }
}

impl Version1 {
    fn attempt(self, order: Order) -> PaymentAttempt {
        PaymentAttempt {
            order,
            state: self.state,
            source: self.source,
            charges: self.charges,
            cancel_request: self.cancel_request,
            cancel_provider_time: self.cancel_provider_time,
            disposition: self.disposition,
            refunds: self.refunds,
            released: self.released,
            resolution: self.resolution,
            reviews: self.reviews,
            watched_since: self.watched_since,
        }
    }
}
