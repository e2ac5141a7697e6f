//! The wallet: it knows every code that was used and which phone shows which.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::owner::Owner;
use crate::model::charge::Charge;
use crate::model::payer::magic;
use crate::model::payer::outcome::Outcome;
use crate::model::payer::phones::Phone;
use crate::model::transaction::Transaction;

const CODE_DIGITS_MIN: usize = 10;
const CODE_DIGITS_MAX: usize = 32;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Wallet {
    /// Codes are good for one charge, paid or not.
    used_codes: BTreeSet<String>,
    pub(crate) phones: BTreeMap<String, Phone>,
    /// Charges that wait for somebody's confirmation.
    pub(crate) waiting: Vec<(Owner, String)>,
}

impl Transaction<'_> {
    /// Shows a code to the wallet, which uses it up, and tells what its payer will do.
    pub(crate) fn present_code(&mut self, owner: &Owner, charge: &Charge) -> Outcome {
        let code = charge.source.barcode.as_str();
        if !charge.livemode {
            if let Some(outcome) = magic::outcome(code) {
                return outcome;
            }
            if code == magic::SAMPLE {
                return Outcome::Default;
            }
        }
        if !is_payer_code(code) {
            return Outcome::Fail("invalid_barcode".to_owned());
        }
        if !self.state.wallet.used_codes.insert(code.to_owned()) {
            return Outcome::Fail("payment_rejected".to_owned());
        }
        self.phone_outcome(code, owner, &charge.id).unwrap_or(Outcome::Default)
    }
}

fn is_payer_code(code: &str) -> bool {
    (CODE_DIGITS_MIN..=CODE_DIGITS_MAX).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_digit())
}
