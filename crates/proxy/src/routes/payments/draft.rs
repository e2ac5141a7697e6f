//! Making a payment ready for the books.

use scantill_payment::{Order, PaymentAttempt};
use scantill_types::api::{CancelRequest, CancelledBy};
use scantill_types::payer_code::Accepted;
use scantill_types::{Currency, PaymentId, SaleId, Timestamp};

use crate::account::Account;
use crate::app::App;
use crate::config::Creation;
use crate::problem::Refusal;
use crate::quotas::Cost;
use crate::routes::extract::take_token;
use crate::secrets::code_hash;
use crate::store::{CodeUse, Device, Draft, Record};

/// What a till said about a payment, checked or not.
pub(super) struct Said {
    pub(super) id: PaymentId,
    pub(super) sale: SaleId,
    pub(super) amount: i64,
    pub(super) currency: Currency,
}

pub(super) fn order(app: &App, account: &Account, said: Said) -> Order {
    let created_at = app.clock.now();
    let livemode = app.mode == scantill_types::payer_code::Mode::Live;
    let forbids_early_end = account.config.source_type.wallet() == scantill_types::payer_code::Wallet::WeChat;
    let end_not_before =
        if forbids_early_end { created_at.plus_ms(app.timing.end_earliest_ms) } else { created_at };
    let installation = app.store.installation().to_owned();
    let Said { id: payment, sale, amount, currency } = said;
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
) -> Result<Draft, Refusal> {
    let keys = app.store.code_keys(app.clock.now(), app.random()?).await?;
    let hash = |(key, bytes): &(i64, Vec<u8>)| CodeUse { key: *key, hash: code_hash(bytes, &accepted.code) };
    let hashes: Vec<CodeUse> = keys.iter().map(hash).collect();
    let may_recur = !order.livemode && accepted.code.may_recur();
    Ok(Draft {
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
pub(super) fn never_arrived(device: Device, order: Order, by: CancelledBy, at: Timestamp) -> Draft {
    Draft {
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
pub(super) async fn record(app: &App, draft: Draft) -> Result<Record, Refusal> {
    take_token(app, &draft.device, Cost::NeverArrived)?;
    Ok(app.store.record_never_arrived(draft).await?)
}
