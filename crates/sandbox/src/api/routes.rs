//! The routes of the API, in one readable list.

mod account;
mod charges;
mod events;
mod refunds;
mod search;
mod sources;

use crate::api::call::{Answer, Call};
use crate::api::error::ApiError;
use crate::api::render::object::{Object, object};
use crate::api::search::finding::Scope;
use crate::model::turn::Turn;
use crate::options::Version;

type Routed = Result<Answer, ApiError>;

/// Finds the route of a request; with a public key only a few may be taken.
pub(crate) fn dispatch(turn: &mut Turn<'_>, method: &str, segments: &[&str], call: &Call) -> Routed {
    match (method, segments) {
        ("GET", ["capability"]) => Ok(account::capability(turn, call)),
        ("POST", ["sources"]) => sources::create(turn, call),
        ("GET", ["sources", id]) => sources::show(turn, call, id),
        _ => {
            call.needs_secret_key()?;
            dispatch_secret(turn, method, segments, call)
        }
    }
}

fn dispatch_secret(turn: &mut Turn<'_>, method: &str, segments: &[&str], call: &Call) -> Routed {
    match (method, segments) {
        ("GET", ["account"]) => Ok(account::show(turn, call)),
        ("GET", ["charges"]) => charges::list(turn, call),
        ("POST", ["charges"]) => charges::create(turn, call),
        ("GET", ["search"]) => search::find(turn, call, None, "/search"),
        ("GET", ["charges", "search"]) => search::find(turn, call, Some(Scope::Charge), "/charges/search"),
        ("GET", ["refunds", "search"]) => search::find(turn, call, Some(Scope::Refund), "/refunds/search"),
        ("GET", ["charges", id]) => charges::show(turn, call, id),
        ("PATCH", ["charges", id]) => charges::update(turn, call, id),
        ("POST", ["charges", id, "expire"]) => charges::expire(turn, call, id),
        ("POST", ["charges", id, "mark_as_paid"]) => charges::mark_as_paid(turn, call, id),
        ("POST", ["charges", id, "mark_as_failed"]) => charges::mark_as_failed(turn, call, id),
        ("POST", ["charges", id, "reverse"]) => charges::reverse(turn, call, id),
        ("POST", ["charges", id, "capture"]) => charges::capture(turn, call, id),
        ("GET", ["charges", id, "events"]) => events::of_charge(turn, call, id),
        ("GET", ["charges", id, "refunds"]) => refunds::list(turn, call, id),
        ("POST", ["charges", id, "refunds"]) => refunds::create(turn, call, id),
        ("GET", ["charges", id, "refunds", refund]) => refunds::show(turn, call, id, refund),
        ("GET", ["refunds"]) => refunds::list_all(turn, call),
        ("GET", ["events"]) => events::list(turn, call),
        ("GET", ["events", id]) => events::show(turn, call, id),
        _ => Err(ApiError::no_such_route()),
    }
}

/// `GET /`, which needs no key.
pub(crate) fn system_info() -> Answer {
    let versions: Vec<String> = Version::ALL.iter().map(|version| version.name().to_owned()).collect();
    let info = object("system_info").with("location", "/").with("versions", versions);
    Answer::showing(&info, Version::default())
}

/// The header's version goes before the account's.
fn version(turn: &mut Turn<'_>, call: &Call) -> Version {
    call.version.unwrap_or_else(|| turn.account(call.owner()).version)
}

fn showing(turn: &mut Turn<'_>, call: &Call, write: impl FnOnce(&mut Turn<'_>, Version) -> Object) -> Answer {
    let version = version(turn, call);
    Answer::showing(&write(turn, version), version)
}
