//! `/charges` and what may be done with one.

use crate::api::call::{Answer, Call};
use crate::api::error::ApiError;
use crate::api::render::list::Page;
use crate::api::render::{charge, expanded};
use crate::api::routes::{Routed, showing};
use crate::model::charge::Charge;
use crate::model::turn::Turn;

pub(crate) fn create(turn: &mut Turn<'_>, call: &Call) -> Routed {
    let charge = turn.create_charge(call.owner(), &call.parameters)?;
    Ok(changed(turn, call, &charge))
}

pub(crate) fn show(turn: &mut Turn<'_>, call: &Call, id: &str) -> Routed {
    let charge = turn.find_charge(call.owner(), id)?.as_of(call.sight.charge_as_of).into_owned();
    if call.wants_expanded()? {
        return Ok(showing(turn, call, |turn, version| expanded::charge(&charge, version, turn.now)));
    }
    Ok(answer(turn, call, &charge))
}

pub(crate) fn list(turn: &mut Turn<'_>, call: &Call) -> Routed {
    let now = turn.now;
    let page = Page::read(&call.parameters, call.sight, now)?;
    let write = if call.wants_expanded()? { expanded::charge } else { charge::view };
    Ok(showing(turn, call, |turn, version| {
        let charges = turn.account(call.owner()).charges.items();
        page.view(charges.iter(), "/charges".to_owned(), version, |item| {
            write(&item.as_of(call.sight.list_until), version, now)
        })
    }))
}

pub(crate) fn update(turn: &mut Turn<'_>, call: &Call, id: &str) -> Routed {
    let (description, metadata) = (call.parameters.text("description")?, call.parameters.metadata()?);
    let charge = turn.update_charge(call.owner(), id, description, metadata)?;
    Ok(changed(turn, call, &charge))
}

pub(crate) fn expire(turn: &mut Turn<'_>, call: &Call, id: &str) -> Routed {
    let charge = turn.expire_charge(call.owner(), id)?;
    Ok(changed(turn, call, &charge))
}

pub(crate) fn mark_as_paid(turn: &mut Turn<'_>, call: &Call, id: &str) -> Routed {
    let amount = markable(turn, call, id)?.amount;
    turn.approve(call.owner(), id, amount);
    let charge = turn.find_charge(call.owner(), id)?.clone();
    Ok(changed(turn, call, &charge))
}

pub(crate) fn mark_as_failed(turn: &mut Turn<'_>, call: &Call, id: &str) -> Routed {
    markable(turn, call, id)?;
    turn.fail(call.owner(), id, "failed_processing");
    let charge = turn.find_charge(call.owner(), id)?.clone();
    Ok(changed(turn, call, &charge))
}

/// Reversing is for authorized cards, which are not simulated.
pub(crate) fn reverse(turn: &mut Turn<'_>, call: &Call, id: &str) -> Routed {
    turn.find_charge(call.owner(), id)?;
    Err(ApiError::new(400, "failed_reverse", "only uncaptured authorized charges can be reversed"))
}

/// Capturing is for authorized cards, which are not simulated.
pub(crate) fn capture(turn: &mut Turn<'_>, call: &Call, id: &str) -> Routed {
    turn.find_charge(call.owner(), id)?;
    Err(ApiError::new(400, "failed_capture", "capture failed"))
}

/// Marking is for pending charges of test mode.
fn markable<'a>(turn: &'a mut Turn<'_>, call: &Call, id: &str) -> Result<&'a Charge, ApiError> {
    let charge = turn.find_charge(call.owner(), id)?;
    if charge.livemode {
        return Err(ApiError::bad_request("only test charges can be marked"));
    }
    if !charge.is_pending() {
        return Err(ApiError::bad_request("only pending charges can be marked"));
    }
    Ok(charge)
}

fn changed(turn: &mut Turn<'_>, call: &Call, charge: &Charge) -> Answer {
    answer(turn, call, charge).having_made(&charge.id)
}

fn answer(turn: &mut Turn<'_>, call: &Call, charge: &Charge) -> Answer {
    showing(turn, call, |turn, version| charge::view(charge, version, turn.now))
}
