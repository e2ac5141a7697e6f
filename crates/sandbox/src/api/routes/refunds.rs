//! Refunds of a charge, and of the account.

use crate::api::call::{Answer, Call, Routed, showing};
use crate::api::render::list::Page;
use crate::api::render::{expanded, refund};
use crate::model::error::ApiError;
use crate::model::merchant::MerchantTransaction;
use crate::model::refund::{CreateRefund, Refund};
use crate::model::transaction::Transaction;

pub(crate) fn create(transaction: &mut Transaction<'_>, call: &Call, charge: &str) -> Routed {
    transaction.find_charge(call.owner(), charge)?;
    let amount = call.parameters.integer("amount")?;
    let request = CreateRefund {
        amount: amount.ok_or_else(|| ApiError::bad_request("amount is not a number"))?,
        metadata: call.parameters.metadata()?.unwrap_or_default(),
        only_as_void: call.parameters.boolean("void")?.unwrap_or(false),
    };
    let refund = transaction.create_refund(call.owner(), charge, request)?;
    Ok(answer(transaction, call, &refund).having_made(&refund.id))
}

pub(crate) fn show(transaction: &mut Transaction<'_>, call: &Call, charge: &str, id: &str) -> Routed {
    let charge = transaction.find_charge(call.owner(), charge)?.clone();
    let refund = charge.refunds.iter().find(|refund| refund.id == id).cloned();
    let refund = refund.ok_or_else(|| ApiError::not_found("refund", id))?;
    if call.wants_expanded()? {
        return Ok(showing(transaction, call, |transaction, version| {
            expanded::refund(&refund, &charge, version, transaction.now)
        }));
    }
    Ok(answer(transaction, call, &refund))
}

pub(crate) fn list(transaction: &mut Transaction<'_>, call: &Call, charge: &str) -> Routed {
    let page = Page::read(&call.parameters, call.visibility, transaction.now)?;
    let refunds = transaction.find_charge(call.owner(), charge)?.refunds.clone();
    Ok(page_of(transaction, call, &page, &refunds, format!("/charges/{charge}/refunds")))
}

pub(crate) fn list_all(transaction: &mut Transaction<'_>, call: &Call) -> Routed {
    let page = Page::read(&call.parameters, call.visibility, transaction.now)?;
    let charges = transaction.account(call.owner()).charges.items();
    let mut refunds: Vec<Refund> = charges.iter().flat_map(|charge| charge.refunds.clone()).collect();
    refunds.sort_by_key(|refund| refund.created_at);
    Ok(page_of(transaction, call, &page, &refunds, "/refunds".to_owned()))
}

fn page_of(
    transaction: &mut Transaction<'_>,
    call: &Call,
    page: &Page,
    refunds: &[Refund],
    location: String,
) -> Answer {
    showing(transaction, call, |_, version| {
        page.view(refunds.iter(), location, version, |item| refund::view(item, version))
    })
}

fn answer(transaction: &mut Transaction<'_>, call: &Call, refund: &Refund) -> Answer {
    showing(transaction, call, |_, version| refund::view(refund, version))
}
