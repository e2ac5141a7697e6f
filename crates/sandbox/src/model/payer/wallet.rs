//! The wallet: the used codes, the phones, and the charges that wait for confirmation.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::owner::Owner;
use crate::model::payer::phone::Phone;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Wallet {
    /// A code is valid for one charge, paid or not.
    pub(super) used_codes: BTreeSet<String>,
    pub(crate) phones: BTreeMap<String, Phone>,
    /// Charges that wait for a payer's confirmation.
    pub(crate) waiting: Vec<(Owner, String)>,
}
