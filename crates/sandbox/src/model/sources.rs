//! Creates sources.

use crate::model::accounts::account;
use crate::model::owner::Owner;
use crate::model::source::{CreateSource, Source, SourceRules};
use crate::model::transaction::Transaction;

pub(in crate::model) fn source_rules(transaction: &mut Transaction<'_>, owner: &Owner) -> SourceRules {
    let has_store = account(transaction, owner).has_store;
    let switches = &transaction.state.switches;
    let (types, store_field_length_max) = (switches.source_types.clone(), switches.store_field_length_max);
    SourceRules { has_store, types, store_field_length_max }
}

pub(in crate::model) fn create_source(
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    request: CreateSource,
) -> Source {
    let source = Source {
        id: transaction.state.random.id("src", owner.livemode, transaction.now),
        livemode: owner.livemode,
        kind: request.kind,
        amount: request.amount,
        currency: request.currency,
        barcode: request.barcode,
        store: request.store,
        terminal_id: request.terminal_id,
        created_at: transaction.now,
        charge: None,
    };
    account(transaction, owner).sources.put(source.clone());
    source
}
