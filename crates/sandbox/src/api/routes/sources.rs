//! `/sources`: made and read with either key.

use crate::api::call::{Answer, Call, Routed, showing};
use crate::api::create_source::Endpoint;
use crate::api::render::source;
use crate::model::merchant::MerchantTransaction;
use crate::model::source::{CreateSource, Source};
use crate::model::transaction::Transaction;

pub(crate) fn create(transaction: &mut Transaction<'_>, call: &Call) -> Routed {
    let rules = transaction.source_rules(call.owner());
    let request = CreateSource::read(&call.parameters, Endpoint::Sources, &rules)?;
    let source = transaction.create_source(call.owner(), request);
    Ok(answer(transaction, call, &source).having_made(&source.id))
}

pub(crate) fn show(transaction: &mut Transaction<'_>, call: &Call, id: &str) -> Routed {
    let source = transaction.find_source(call.owner(), id)?.clone();
    Ok(answer(transaction, call, &source))
}

fn answer(transaction: &mut Transaction<'_>, call: &Call, source: &Source) -> Answer {
    showing(transaction, call, |transaction, version| {
        let used_by = source.charge.as_deref();
        let charge = used_by
            .and_then(|id| transaction.find_charge(call.owner(), id).ok().map(|charge| &charge.status));
        source::alone(source, charge, version)
    })
}
