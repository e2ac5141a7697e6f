//! `/search`, `/charges/search` and `/refunds/search`.

use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::render::object::Object;
use crate::api::render::{charge, event, refund};
use crate::api::routes::{Routed, version};
use crate::api::search::filters::Filters;
use crate::api::search::finding::{Inquiry, Scope};
use crate::api::search::matching::Words;
use crate::model::event::Event;
use crate::model::refund::Refund;
use crate::model::shelf::Kept;
use crate::model::switches::SearchService;
use crate::model::turn::Turn;
use crate::options::Version;

/// A scope of its own for the routes that have one.
pub(crate) fn find(turn: &mut Turn<'_>, call: &Call, scope: Option<Scope>, location: &str) -> Routed {
    if turn.world.switches.search == SearchService::Unavailable {
        return Err(ApiError::new(
            503,
            "search_unavailable",
            "the search service is temporarily unavailable",
        ));
    }
    let inquiry = Inquiry::read(&call.parameters, scope, location)?;
    let version = version(turn, call);
    let words = Words::new(&inquiry.query, turn.world.switches.search_over_metadata);
    let found = match inquiry.scope {
        Scope::Charge => charges(turn, call, &inquiry, &words, version)?,
        Scope::Refund => refunds(turn, call, &inquiry, &words, version)?,
        Scope::Event => events(turn, call, &inquiry, &words)?,
        Scope::Empty(_) => inquiry.view(Vec::<Object>::new(), Object::clone),
    };
    Ok(crate::api::call::Answer::showing(&found, version))
}

fn charges(
    turn: &mut Turn<'_>,
    call: &Call,
    inquiry: &Inquiry,
    words: &Words,
    version: Version,
) -> Result<Object, ApiError> {
    let (filters, now) = (Filters::of_charges(&inquiry.filters)?, turn.now);
    let known = turn.account(call.owner()).charges.items().iter().filter(|charge| is_known(call, *charge));
    let then = known.map(|charge| charge.as_of(call.sight.list_until));
    let found = then.filter(|charge| filters.fit(charge) && words.occur_in_charge(charge)).collect();
    Ok(inquiry.view(found, |item| charge::view(item, version, now)))
}

fn refunds(
    turn: &mut Turn<'_>,
    call: &Call,
    inquiry: &Inquiry,
    words: &Words,
    version: Version,
) -> Result<Object, ApiError> {
    let filters = Filters::of_refunds(&inquiry.filters)?;
    let charges = turn.account(call.owner()).charges.items();
    let known = charges.iter().flat_map(|charge| &charge.refunds).filter(|refund| is_known(call, *refund));
    let mut found: Vec<&Refund> =
        known.filter(|refund| filters.fit(refund) && words.occur_in_refund(refund)).collect();
    found.sort_by_key(|refund| refund.created_at);
    Ok(inquiry.view(found, |item| refund::view(item, version)))
}

/// Events have no filters.
fn events(turn: &mut Turn<'_>, call: &Call, inquiry: &Inquiry, words: &Words) -> Result<Object, ApiError> {
    if let Some(name) = inquiry.filters.keys().next() {
        return Err(ApiError::new(422, "invalid_filter", format!("filter {name} is invalid")));
    }
    let known = turn.account(call.owner()).events.items().iter().filter(|event| is_known(call, *event));
    let found: Vec<&Event> = known.filter(|event| words.occur_in_event(event)).collect();
    Ok(inquiry.view(found, |item| event::view(item)))
}

/// A search may lag behind what was created.
fn is_known<T: Kept>(call: &Call, item: &T) -> bool {
    item.created_at() <= call.sight.list_until
}
