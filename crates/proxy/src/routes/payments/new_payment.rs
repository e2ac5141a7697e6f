//! Making a payment ready for the storage.

use scantill_payment::{CancelRequest, Order, PaymentAttempt};
use scantill_types::api::CancelledBy;
use scantill_types::payer_code::Accepted;
use scantill_types::{Currency, PaymentId, SaleId, Timestamp};

use crate::account::Account;
use crate::app::App;
use crate::config::Creation;
use crate::problem::Refusal;
use crate::quotas::Cost;
use crate::routes::extract::take_token;
use crate::secrets::code_hash;
use crate::storage::{CodeUse, Device, NewPayment, StoredPayment};

/// The terms of a payment as the till sent them.
pub(super) struct OrderTerms {
    pub(super) id: PaymentId,
    pub(super) sale: SaleId,
    pub(super) amount: i64,
    pub(super) currency: Currency,
}

pub(super) fn order(app: &App, account: &Account, terms: OrderTerms) -> Order {
    let created_at = app.clock.now();
    let livemode = app.mode == scantill_types::payer_code::Mode::Live;
    let forbids_early_end = account.config.source_type.wallet() == scantill_types::payer_code::Wallet::WeChat;
    let end_not_before =
        if forbids_early_end { created_at.plus_ms(app.timing.end_earliest_ms) } else { created_at };
    let installation = app.storage.installation().to_owned();
    let OrderTerms { id: payment, sale, amount, currency } = terms;
    let source_first = account.config.creation == Creation::SourceThenCharge;
    Order {
        payment,
        sale,
        amount,
        currency,
        livemode,
        installation,
        created_at,
        end_not_before,
        source_first,
    }
}

/// A payment with its code's hashes. The code itself stays with the caller.
pub(super) async fn with_code(
    app: &App,
    account: &Account,
    device: Device,
    order: Order,
    accepted: &Accepted,
) -> Result<NewPayment, Refusal> {
    let keys = app.storage.code_keys(app.clock.now(), app.random()?).await?;
    let hash = |(key, bytes): &(i64, Vec<u8>)| CodeUse { key: *key, hash: code_hash(bytes, &accepted.code) };
    let hashes: Vec<CodeUse> = keys.iter().map(hash).collect();
    let may_recur = !order.livemode && accepted.code.may_recur();
    Ok(NewPayment {
        attempt: PaymentAttempt::new(order),
        device,
        reference: None,
        description: None,
        code_masked: accepted.code.masked(),
        code_outside_grammar: accepted.outside_grammar,
        code_use: hashes.first().cloned(),
        provider_time: account.clock.now(),
        code_hashes: if may_recur { Vec::new() } else { hashes },
        accepted: None,
        due_at: None,
    })
}

/// A payment that never arrived, or was refused: recorded, so that a late PUT of the same id is refused (P8).
pub(super) fn never_arrived(device: Device, order: Order, by: CancelledBy, at: Timestamp) -> NewPayment {
    NewPayment {
        attempt: PaymentAttempt::never_arrived(order, CancelRequest { by, at }),
        device,
        reference: None,
        description: None,
        code_masked: String::new(),
        code_outside_grammar: false,
        code_use: None,
        provider_time: None,
        code_hashes: Vec::new(),
        accepted: None,
        due_at: None,
    }
}

/// Records one that never arrived, if the device may leave one more today.
pub(super) async fn record_never_arrived(
    app: &App,
    new_payment: NewPayment,
) -> Result<StoredPayment, Refusal> {
    take_token(app, &new_payment.device, Cost::NeverArrived)?;
    Ok(app.storage.record_never_arrived(new_payment).await?)
}
