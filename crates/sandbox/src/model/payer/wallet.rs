//! The wallet: it knows every code that was used and which phone shows which.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::owner::Owner;
use crate::model::payer::phone::Phone;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Wallet {
    /// Codes are good for one charge, paid or not.
    pub(super) used_codes: BTreeSet<String>,
    pub(crate) phones: BTreeMap<String, Phone>,
    /// Charges that wait for somebody's confirmation.
    pub(crate) waiting: Vec<(Owner, String)>,
}
