//! `/charges` and what may be done with one.

use crate::api::call::{Answer, Call, Routed, showing};
use crate::api::create_charge::source_of_charge;
use crate::api::render::list::Page;
use crate::api::render::{charge, expanded};
use crate::model::charge::Charge;
use crate::model::charge_creation::CreateCharge;
use crate::model::error::ApiError;
use crate::model::merchant::MerchantTransaction;
use crate::model::transaction::Transaction;

pub(crate) fn create(transaction: &mut Transaction<'_>, call: &Call) -> Routed {
    let (owner, parameters) = (call.owner(), &call.parameters);
    let request = CreateCharge::read(parameters, owner.livemode)?;
    transaction.check_metadata(Some(&request.metadata))?;
    let source = source_of_charge(transaction, owner, parameters)?;
    let charge = transaction.create_charge(owner, request, source);
    Ok(changed(transaction, call, &charge))
}

pub(crate) fn show(transaction: &mut Transaction<'_>, call: &Call, id: &str) -> Routed {
    let charge = transaction.find_charge(call.owner(), id)?.as_of(call.visibility.charge_as_of).into_owned();
    if call.wants_expanded()? {
        return Ok(showing(transaction, call, |transaction, version| {
            expanded::charge(&charge, version, transaction.now)
        }));
    }
    Ok(answer(transaction, call, &charge))
}

pub(crate) fn list(transaction: &mut Transaction<'_>, call: &Call) -> Routed {
    let now = transaction.now;
    let page = Page::read(&call.parameters, call.visibility, now)?;
    let write = if call.wants_expanded()? { expanded::charge } else { charge::view };
    Ok(showing(transaction, call, |transaction, version| {
        let charges = transaction.account(call.owner()).charges.items();
        page.view(charges.iter(), "/charges".to_owned(), version, |item| {
            write(&item.as_of(call.visibility.list_until), version, now)
        })
    }))
}

pub(crate) fn update(transaction: &mut Transaction<'_>, call: &Call, id: &str) -> Routed {
    let (description, metadata) = (call.parameters.text("description")?, call.parameters.metadata()?);
    let charge = transaction.update_charge(call.owner(), id, description, metadata)?;
    Ok(changed(transaction, call, &charge))
}

pub(crate) fn expire(transaction: &mut Transaction<'_>, call: &Call, id: &str) -> Routed {
    let charge = transaction.expire_charge(call.owner(), id)?;
    Ok(changed(transaction, call, &charge))
}

pub(crate) fn mark_as_paid(transaction: &mut Transaction<'_>, call: &Call, id: &str) -> Routed {
    let amount = markable(transaction, call, id)?.amount;
    transaction.approve(call.owner(), id, amount);
    let charge = transaction.find_charge(call.owner(), id)?.clone();
    Ok(changed(transaction, call, &charge))
}

pub(crate) fn mark_as_failed(transaction: &mut Transaction<'_>, call: &Call, id: &str) -> Routed {
    markable(transaction, call, id)?;
    transaction.fail(call.owner(), id, "failed_processing");
    let charge = transaction.find_charge(call.owner(), id)?.clone();
    Ok(changed(transaction, call, &charge))
}

/// Reversing is for authorized cards, which are not simulated.
pub(crate) fn reverse(transaction: &mut Transaction<'_>, call: &Call, id: &str) -> Routed {
    transaction.find_charge(call.owner(), id)?;
    Err(ApiError::new(400, "failed_reverse", "only uncaptured authorized charges can be reversed"))
}

/// Capturing is for authorized cards, which are not simulated.
pub(crate) fn capture(transaction: &mut Transaction<'_>, call: &Call, id: &str) -> Routed {
    transaction.find_charge(call.owner(), id)?;
    Err(ApiError::new(400, "failed_capture", "capture failed"))
}

/// Marking is for pending charges of test mode.
fn markable<'a>(transaction: &'a mut Transaction<'_>, call: &Call, id: &str) -> Result<&'a Charge, ApiError> {
    let charge = transaction.find_charge(call.owner(), id)?;
    if charge.livemode {
        return Err(ApiError::bad_request("only test charges can be marked"));
    }
    if !charge.is_pending() {
        return Err(ApiError::bad_request("only pending charges can be marked"));
    }
    Ok(charge)
}

fn changed(transaction: &mut Transaction<'_>, call: &Call, charge: &Charge) -> Answer {
    answer(transaction, call, charge).having_made(&charge.id)
}

fn answer(transaction: &mut Transaction<'_>, call: &Call, charge: &Charge) -> Answer {
    showing(transaction, call, |transaction, version| charge::view(charge, version, transaction.now))
}
