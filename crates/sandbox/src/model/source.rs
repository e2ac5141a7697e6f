//! Payment sources: the payer's code with an amount, valid for one charge.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::model::collection::Entity;
use crate::model::money::{Currency, SourceType};

/// Recorded: the code's reference expires a day after the charge.
const REFERENCE_LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Source {
    pub(crate) id: String,
    pub(crate) livemode: bool,
    pub(crate) kind: SourceType,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) barcode: String,
    pub(crate) store: Option<Store>,
    pub(crate) terminal_id: Option<String>,
    pub(crate) created_at: Moment,
    /// The charge that used it, if any.
    pub(crate) charge: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Store {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A request for a source. Its fields are checked.
#[derive(Clone, Debug)]
pub(crate) struct CreateSource {
    pub(crate) kind: SourceType,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) barcode: String,
    pub(crate) store: Option<Store>,
    pub(crate) terminal_id: Option<String>,
}

/// What the account and the switches allow in a source.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceRules {
    /// An account with its own store takes no store fields.
    pub(crate) has_store: bool,
    pub(crate) types: Vec<SourceType>,
    pub(crate) store_field_length_max: Option<usize>,
}

impl Source {
    pub(crate) fn reference_expires_at(&self) -> Moment {
        self.created_at.plus_ms(REFERENCE_LIFETIME_MS)
    }
}

impl Entity for Source {
    fn id(&self) -> &str {
        &self.id
    }

    fn created_at(&self) -> Moment {
        self.created_at
    }
}
