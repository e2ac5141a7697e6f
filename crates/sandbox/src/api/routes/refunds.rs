//! Refunds of a charge, and of the account.

use crate::api::call::{Answer, Call};
use crate::api::error::ApiError;
use crate::api::render::list::Page;
use crate::api::render::{expanded, refund};
use crate::api::routes::{Routed, showing};
use crate::model::refund::{Refund, RefundWish};
use crate::model::turn::Turn;

pub(crate) fn create(turn: &mut Turn<'_>, call: &Call, charge: &str) -> Routed {
    turn.find_charge(call.owner(), charge)?;
    let amount = call.parameters.integer("amount")?;
    let wish = RefundWish {
        amount: amount.ok_or_else(|| ApiError::bad_request("amount is not a number"))?,
        metadata: call.parameters.metadata()?.unwrap_or_default(),
        only_as_void: call.parameters.boolean("void")?.unwrap_or(false),
    };
    let refund = turn.create_refund(call.owner(), charge, wish)?;
    Ok(answer(turn, call, &refund).having_made(&refund.id))
}

pub(crate) fn show(turn: &mut Turn<'_>, call: &Call, charge: &str, id: &str) -> Routed {
    let charge = turn.find_charge(call.owner(), charge)?.clone();
    let refund = charge.refunds.iter().find(|refund| refund.id == id).cloned();
    let refund = refund.ok_or_else(|| ApiError::not_found("refund", id))?;
    if call.wants_expanded()? {
        return Ok(showing(turn, call, |turn, version| {
            expanded::refund(&refund, &charge, version, turn.now)
        }));
    }
    Ok(answer(turn, call, &refund))
}

pub(crate) fn list(turn: &mut Turn<'_>, call: &Call, charge: &str) -> Routed {
    let page = Page::read(&call.parameters, call.sight, turn.now)?;
    let refunds = turn.find_charge(call.owner(), charge)?.refunds.clone();
    Ok(page_of(turn, call, &page, &refunds, format!("/charges/{charge}/refunds")))
}

pub(crate) fn list_all(turn: &mut Turn<'_>, call: &Call) -> Routed {
    let page = Page::read(&call.parameters, call.sight, turn.now)?;
    let charges = turn.account(call.owner()).charges.items();
    let mut refunds: Vec<Refund> = charges.iter().flat_map(|charge| charge.refunds.clone()).collect();
    refunds.sort_by_key(|refund| refund.created_at);
    Ok(page_of(turn, call, &page, &refunds, "/refunds".to_owned()))
}

fn page_of(turn: &mut Turn<'_>, call: &Call, page: &Page, refunds: &[Refund], location: String) -> Answer {
    showing(turn, call, |_, version| {
        page.view(refunds.iter(), location, version, |item| refund::view(item, version))
    })
}

fn answer(turn: &mut Turn<'_>, call: &Call, refund: &Refund) -> Answer {
    showing(turn, call, |_, version| refund::view(refund, version))
}
