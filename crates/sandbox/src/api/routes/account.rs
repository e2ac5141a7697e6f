//! `/account` and `/capability`.

use crate::api::call::{Answer, Call, showing};
use crate::api::render::account;
use crate::model::merchant::MerchantTransaction;
use crate::model::transaction::Transaction;

pub(crate) fn show(transaction: &mut Transaction<'_>, call: &Call) -> Answer {
    showing(transaction, call, |transaction, version| {
        account::view(transaction.account(call.owner()), version)
    })
}

pub(crate) fn capability(transaction: &mut Transaction<'_>, call: &Call) -> Answer {
    showing(transaction, call, |transaction, version| {
        account::capability(&transaction.state.switches.source_types, version)
    })
}
