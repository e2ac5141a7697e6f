//! Payments for the storage, and what may happen to them.

use std::sync::Arc;

use scantill_payment::{
    CancelRequest, ChargeSnapshot, ChargeStatus, Input, ManualResolution, Order, PaymentAttempt,
};
use scantill_proxy::provider_clock::ProviderTime;
use scantill_proxy::storage::{
    CodeUse, Committed, Created, Device, NewPayment, Session, Storage, StoredPayment, Transition,
};
use scantill_types::api::{CancelledBy, PaymentOutcome};
use scantill_types::{
    ChargeId, Currency, DeviceId, Money, PaymentId, SaleId, StoreId, TerminalId, Timestamp, Timing,
};

/// Ten in the morning in Bangkok.
pub(crate) const NOW: Timestamp = Timestamp(1_795_316_400_000);

pub(crate) fn payment(id: &str) -> PaymentId {
    PaymentId::parse(id).unwrap()
}

pub(crate) fn device(terminal: &str) -> Device {
    Device {
        id: DeviceId::parse("tablet-1").unwrap(),
        account: "demo".into(),
        store_id: StoreId::parse("store_1").unwrap(),
        store_name: "store 1".into(),
        time_zone: "Asia/Bangkok".into(),
        day_starts_minutes: 240,
        terminal: TerminalId::parse(terminal).unwrap(),
        session: Session::default(),
    }
}

/// A payment that may be sent, with a code of its own.
pub(crate) fn new_payment(id: &str, sale: &str) -> NewPayment {
    let order = Order {
        payment: payment(id),
        sale: SaleId::parse(sale).unwrap(),
        amount: 2_225,
        currency: Currency::Thb,
        livemode: false,
        installation: "of another installation".into(),
        created_at: NOW,
        end_not_before: NOW,
        source_first: false,
    };
    let code = CodeUse { key: 1, hash: format!("hash of the code of {id}") };
    NewPayment {
        provider_time: Some(ProviderTime { earliest: NOW, latest: NOW.plus_ms(1) }),
        attempt: step(PaymentAttempt::new(order), Input::Permit { waited_ms: 0 }),
        device: device("POS-01"),
        reference: None,
        description: Some("coffee".into()),
        code_masked: "28**********0001".into(),
        code_outside_grammar: false,
        code_use: Some(code.clone()),
        code_hashes: vec![code],
        accepted: None,
        due_at: Some(NOW.plus_ms(100)),
    }
}

/// The same id as one that never arrived.
pub(crate) fn never_arrived(id: &str) -> NewPayment {
    let new_payment = new_payment(id, "sale-of-none");
    let cancel_request = CancelRequest { by: CancelledBy::Till, at: NOW };
    let attempt = PaymentAttempt::never_arrived(new_payment.attempt.order, cancel_request);
    NewPayment { attempt, code_use: None, code_hashes: Vec::new(), due_at: None, ..new_payment }
}

pub(crate) fn refused() -> Input {
    Input::Refused { code: "invalid_charge".into() }
}

/// Two people say that it was not paid.
pub(crate) fn by_hand() -> Input {
    let (by, second, proof) = ("Mali".into(), "Chai".into(), "statement".into());
    Input::Resolved(ManualResolution { finding: PaymentOutcome::Unpaid, by, second, proof, at: NOW })
}

pub(crate) fn seen(stored: &StoredPayment, status: ChargeStatus) -> Input {
    let order = &stored.attempt.order;
    Input::ChargeRead(ChargeSnapshot {
        id: ChargeId::parse(&format!("chrg_{}", order.payment)).unwrap(),
        amount: Some(Money::new(order.amount, order.currency)),
        livemode: order.livemode,
        payment: Some(order.payment.to_string()),
        sale: Some(order.sale.to_string()),
        installation: Some(order.installation.clone()),
        status,
        refunded_amount: 0,
        refunds: Vec::new(),
        can_perform_void: false,
        voided: false,
        disputed: false,
        paid_at: None,
        expires_at: None,
    })
}

pub(crate) fn transition(stored: &StoredPayment, input: Input) -> Transition {
    let attempt = step(stored.attempt.clone(), input);
    Transition { attempt, due_at: None, at: NOW.plus_ms(1), cause: "test".into(), lease: None }
}

/// Takes it on, and expects it to be new.
pub(crate) async fn create(storage: &Arc<dyn Storage>, mut new_payment: NewPayment) -> StoredPayment {
    storage.installation().clone_into(&mut new_payment.attempt.order.installation);
    match storage.create(new_payment).await.unwrap() {
        Created::New(stored) => *stored,
        other => panic!("not new: {other:?}"),
    }
}

/// Commits, and expects it to be done.
pub(crate) async fn commit(
    storage: &Arc<dyn Storage>,
    stored: &StoredPayment,
    input: Input,
) -> StoredPayment {
    match storage.commit(stored.id().clone(), stored.version, transition(stored, input)).await.unwrap() {
        Committed::Done(stored) => *stored,
        other => panic!("not done: {other:?}"),
    }
}

pub(crate) async fn read(storage: &Arc<dyn Storage>, id: &str) -> Option<StoredPayment> {
    storage.payment(payment(id)).await.unwrap()
}

fn step(attempt: PaymentAttempt, input: Input) -> PaymentAttempt {
    attempt.step(NOW, &Timing::default(), input).0
}
