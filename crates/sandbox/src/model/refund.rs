//! Refunds and voids of a paid charge, whole or in part.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::model::collection::Entity;
use crate::model::money::Currency;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) livemode: bool,
    pub(crate) charge: String,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) voided: bool,
    pub(crate) transaction: String,
    pub(crate) created_at: Moment,
}

/// A request for a refund.
#[derive(Debug)]
pub(crate) struct CreateRefund {
    pub(crate) amount: i64,
    pub(crate) metadata: Map<String, Value>,
    /// Void the charge, or refuse the refund.
    pub(crate) only_as_void: bool,
}

impl Entity for Refund {
    fn id(&self) -> &str {
        &self.id
    }

    fn created_at(&self) -> Moment {
        self.created_at
    }
}
