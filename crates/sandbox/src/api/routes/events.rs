//! Events of the account, or of one charge; each in the version that it was written in.

use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::render::event;
use crate::api::render::list::Page;
use crate::api::routes::{Routed, showing};
use crate::model::event::{Event, Snapshot};
use crate::model::turn::Turn;

pub(crate) fn list(turn: &mut Turn<'_>, call: &Call) -> Routed {
    page_of(turn, call, "/events".to_owned(), |_| true)
}

pub(crate) fn of_charge(turn: &mut Turn<'_>, call: &Call, charge: &str) -> Routed {
    turn.find_charge(call.owner(), charge)?;
    page_of(turn, call, format!("/charges/{charge}/events"), |event| match &event.data {
        Snapshot::Charge(snapshot) => snapshot.id == charge,
        Snapshot::Refund(snapshot) => snapshot.charge == charge,
    })
}

pub(crate) fn show(turn: &mut Turn<'_>, call: &Call, id: &str) -> Routed {
    let found = turn.account(call.owner()).events.find(id).cloned();
    let found = found.ok_or_else(|| ApiError::not_found("event", id))?;
    Ok(showing(turn, call, |_, _| event::view(&found)))
}

fn page_of(turn: &mut Turn<'_>, call: &Call, location: String, wanted: impl Fn(&Event) -> bool) -> Routed {
    let page = Page::read(&call.parameters, call.sight, turn.now)?;
    Ok(showing(turn, call, |turn, version| {
        let events = turn.account(call.owner()).events.items().iter().filter(|event| wanted(event));
        page.view(events, location, version, event::view)
    }))
}
