//! Creates charges.

use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::model::accounts::account;
use crate::model::charge::{Charge, OnExpire, Status};
use crate::model::event::EventKey;
use crate::model::events::announce_charge;
use crate::model::owner::Owner;
use crate::model::payer::decision::start_payer;
use crate::model::source::Source;
use crate::model::transaction::Transaction;

/// A request for a charge, without its source.
#[derive(Debug)]
pub(crate) struct CreateCharge {
    pub(crate) description: Option<String>,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) ip: Option<String>,
    pub(crate) return_uri: Option<String>,
    pub(crate) webhook_endpoints: Vec<String>,
}

/// Creates a charge, which is always pending at first, and starts its payer.
pub(in crate::model) fn create_charge(
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    request: CreateCharge,
    source: Source,
) -> Charge {
    let id = transaction.state.random.id("chrg", owner.livemode, transaction.now);
    let used = account(transaction, owner).sources.find_mut(&source.id);
    if let Some(used) = used {
        used.charge = Some(id.clone());
    }
    let lifetime_ms = transaction.state.switches.charge_lifetime_ms;
    let source = Source { charge: Some(id.clone()), ..source };
    let charge = new_charge(id, source, request, transaction.now, lifetime_ms);
    account(transaction, owner).charges.put(charge.clone());
    announce_charge(transaction, owner, EventKey::ChargeCreate, &charge);
    start_payer(transaction, owner, &charge);
    charge
}

fn new_charge(id: String, source: Source, request: CreateCharge, now: Moment, lifetime_ms: i64) -> Charge {
    let CreateCharge { description, metadata, ip, return_uri, webhook_endpoints } = request;
    Charge {
        id,
        livemode: source.livemode,
        amount: source.amount,
        currency: source.currency,
        description,
        metadata,
        ip,
        return_uri,
        webhook_endpoints,
        created_at: now,
        lifetime_ms,
        ended_at: None,
        expires_at: now.plus_ms(lifetime_ms),
        source,
        status: Status::Pending,
        failure: None,
        expired_at: None,
        paid_at: None,
        amount_paid: None,
        transaction: None,
        refunds: Vec::new(),
        on_expire: OnExpire::default(),
        asked: None,
    }
}
