//! `/search`, `/charges/search` and `/refunds/search`.

use crate::api::call::{Answer, Call, Routed, version_of};
use crate::api::render::object::Object;
use crate::api::render::{charge, event, refund};
use crate::api::search::filters::Filters;
use crate::api::search::query::QueryWords;
use crate::api::search::request::{Scope, SearchRequest};
use crate::model::collection::Entity;
use crate::model::error::ApiError;
use crate::model::event::Event;
use crate::model::merchant::MerchantTransaction;
use crate::model::refund::Refund;
use crate::model::switches::SearchService;
use crate::model::transaction::Transaction;
use crate::model::version::Version;

/// A scope of its own for the routes that have one.
pub(crate) fn find(
    transaction: &mut Transaction<'_>,
    call: &Call,
    scope: Option<Scope>,
    location: &str,
) -> Routed {
    if transaction.state.switches.search == SearchService::Unavailable {
        return Err(ApiError::new(
            503,
            "search_unavailable",
            "the search service is temporarily unavailable",
        ));
    }
    let request = SearchRequest::read(&call.parameters, scope, location)?;
    let version = version_of(transaction, call);
    let words = QueryWords::new(&request.query, transaction.state.switches.search_over_metadata);
    let found = match request.scope {
        Scope::Charge => charges(transaction, call, &request, &words, version)?,
        Scope::Refund => refunds(transaction, call, &request, &words, version)?,
        Scope::Event => events(transaction, call, &request, &words)?,
        Scope::Empty(_) => request.view(Vec::<Object>::new(), Object::clone),
    };
    Ok(Answer::showing(&found, version))
}

fn charges(
    transaction: &mut Transaction<'_>,
    call: &Call,
    request: &SearchRequest,
    words: &QueryWords,
    version: Version,
) -> Result<Object, ApiError> {
    let (filters, now) = (Filters::of_charges(&request.filters)?, transaction.now);
    let known =
        transaction.account(call.owner()).charges.items().iter().filter(|charge| is_known(call, *charge));
    let then = known.map(|charge| charge.as_of(call.visibility.list_until));
    let found = then.filter(|charge| filters.fit(charge) && words.occur_in_charge(charge)).collect();
    Ok(request.view(found, |item| charge::view(item, version, now)))
}

fn refunds(
    transaction: &mut Transaction<'_>,
    call: &Call,
    request: &SearchRequest,
    words: &QueryWords,
    version: Version,
) -> Result<Object, ApiError> {
    let filters = Filters::of_refunds(&request.filters)?;
    let charges = transaction.account(call.owner()).charges.items();
    let known = charges.iter().flat_map(|charge| &charge.refunds).filter(|refund| is_known(call, *refund));
    let mut found: Vec<&Refund> =
        known.filter(|refund| filters.fit(refund) && words.occur_in_refund(refund)).collect();
    found.sort_by_key(|refund| refund.created_at);
    Ok(request.view(found, |item| refund::view(item, version)))
}

/// Events have no filters.
fn events(
    transaction: &mut Transaction<'_>,
    call: &Call,
    request: &SearchRequest,
    words: &QueryWords,
) -> Result<Object, ApiError> {
    if let Some(name) = request.filters.keys().next() {
        return Err(ApiError::new(422, "invalid_filter", format!("filter {name} is invalid")));
    }
    let known =
        transaction.account(call.owner()).events.items().iter().filter(|event| is_known(call, *event));
    let found: Vec<&Event> = known.filter(|event| words.occur_in_event(event)).collect();
    Ok(request.view(found, |item| event::view(item)))
}

/// A search may lag behind what was created.
fn is_known<T: Entity>(call: &Call, item: &T) -> bool {
    item.created_at() <= call.visibility.list_until
}
