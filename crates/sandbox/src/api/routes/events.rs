//! Events of the account, or of one charge; each in the version that it was written in.

use crate::api::call::{Call, Routed, showing};
use crate::api::render::event;
use crate::api::render::list::Page;
use crate::model::error::ApiError;
use crate::model::event::{Event, Snapshot};
use crate::model::merchant::MerchantTransaction;
use crate::model::transaction::Transaction;

pub(crate) fn list(transaction: &mut Transaction<'_>, call: &Call) -> Routed {
    page_of(transaction, call, "/events".to_owned(), |_| true)
}

pub(crate) fn of_charge(transaction: &mut Transaction<'_>, call: &Call, charge: &str) -> Routed {
    transaction.find_charge(call.owner(), charge)?;
    page_of(transaction, call, format!("/charges/{charge}/events"), |event| match &event.data {
        Snapshot::Charge(snapshot) => snapshot.id == charge,
        Snapshot::Refund(snapshot) => snapshot.charge == charge,
    })
}

pub(crate) fn show(transaction: &mut Transaction<'_>, call: &Call, id: &str) -> Routed {
    let found = transaction.account(call.owner()).events.find(id).cloned();
    let found = found.ok_or_else(|| ApiError::not_found("event", id))?;
    Ok(showing(transaction, call, |_, _| event::view(&found)))
}

fn page_of(
    transaction: &mut Transaction<'_>,
    call: &Call,
    location: String,
    wanted: impl Fn(&Event) -> bool,
) -> Routed {
    let page = Page::read(&call.parameters, call.visibility, transaction.now)?;
    Ok(showing(transaction, call, |transaction, version| {
        let events = transaction.account(call.owner()).events.items().iter().filter(|event| wanted(event));
        page.view(events, location, version, event::view)
    }))
}
