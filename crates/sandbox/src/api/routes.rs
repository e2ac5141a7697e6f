//! The routes of the API, in one readable list.

mod account;
mod charges;
mod events;
mod refunds;
mod search;
mod sources;

use crate::api::call::{Answer, Call, Routed};
use crate::api::render::object::object;
use crate::api::search::request::Scope;
use crate::model::error::ApiError;
use crate::model::transaction::Transaction;
use crate::model::version::Version;

/// Finds the route of a request; with a public key only a few may be taken.
pub(crate) fn dispatch(
    transaction: &mut Transaction<'_>,
    method: &str,
    segments: &[&str],
    call: &Call,
) -> Routed {
    match (method, segments) {
        ("GET", ["capability"]) => Ok(account::capability(transaction, call)),
        ("POST", ["sources"]) => sources::create(transaction, call),
        ("GET", ["sources", id]) => sources::show(transaction, call, id),
        _ => {
            call.needs_secret_key()?;
            dispatch_secret(transaction, method, segments, call)
        }
    }
}

fn dispatch_secret(
    transaction: &mut Transaction<'_>,
    method: &str,
    segments: &[&str],
    call: &Call,
) -> Routed {
    match (method, segments) {
        ("GET", ["account"]) => Ok(account::show(transaction, call)),
        ("GET", ["charges"]) => charges::list(transaction, call),
        ("POST", ["charges"]) => charges::create(transaction, call),
        ("GET", ["search"]) => search::find(transaction, call, None, "/search"),
        ("GET", ["charges", "search"]) => {
            search::find(transaction, call, Some(Scope::Charge), "/charges/search")
        }
        ("GET", ["refunds", "search"]) => {
            search::find(transaction, call, Some(Scope::Refund), "/refunds/search")
        }
        ("GET", ["charges", id]) => charges::show(transaction, call, id),
        ("PATCH", ["charges", id]) => charges::update(transaction, call, id),
        ("POST", ["charges", id, "expire"]) => charges::expire(transaction, call, id),
        ("POST", ["charges", id, "mark_as_paid"]) => charges::mark_as_paid(transaction, call, id),
        ("POST", ["charges", id, "mark_as_failed"]) => charges::mark_as_failed(transaction, call, id),
        ("POST", ["charges", id, "reverse"]) => charges::reverse(transaction, call, id),
        ("POST", ["charges", id, "capture"]) => charges::capture(transaction, call, id),
        ("GET", ["charges", id, "events"]) => events::of_charge(transaction, call, id),
        ("GET", ["charges", id, "refunds"]) => refunds::list(transaction, call, id),
        ("POST", ["charges", id, "refunds"]) => refunds::create(transaction, call, id),
        ("GET", ["charges", id, "refunds", refund]) => refunds::show(transaction, call, id, refund),
        ("GET", ["refunds"]) => refunds::list_all(transaction, call),
        ("GET", ["events"]) => events::list(transaction, call),
        ("GET", ["events", id]) => events::show(transaction, call, id),
        _ => Err(ApiError::no_such_route()),
    }
}

/// `GET /`, which needs no key.
pub(crate) fn system_info() -> Answer {
    let versions: Vec<String> = Version::ALL.iter().map(|version| version.name().to_owned()).collect();
    let info = object("system_info").with("location", "/").with("versions", versions);
    Answer::showing(&info, Version::default())
}
