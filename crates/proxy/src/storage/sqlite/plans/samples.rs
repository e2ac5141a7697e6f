//! What the methods are asked with.

use scantill_payment::{ChargeSnapshot, ChargeStatus, Input, Order, PaymentAttempt};
use scantill_types::{ChargeId, Currency, DeviceId, Money, PaymentId, SaleId, StoreId, TerminalId, Timing};

use super::NOW;
use crate::audit::Asked;
use crate::storage::{
    ApprovalAsked, CodeUse, Device, NewPayment, PaymentFilter, Session, StoredPayment, Transition,
};

pub(super) fn device() -> Device {
    Device {
        id: DeviceId::parse("tablet-1").unwrap(),
        account: "demo".into(),
        store_id: StoreId::parse("store_1").unwrap(),
        store_name: "store 1".into(),
        time_zone: "Asia/Bangkok".into(),
        day_starts_minutes: 240,
        terminal: TerminalId::parse("POS-01").unwrap(),
        session: Session::default(),
    }
}

pub(super) fn new_payment(id: &str, sale: &str) -> NewPayment {
    let order = Order {
        payment: PaymentId::parse(id).unwrap(),
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
        provider_time: None,
        attempt: PaymentAttempt::new(order).step(NOW, &Timing::default(), Input::Permit { waited_ms: 0 }).0,
        device: device(),
        reference: Some("inv-1".into()),
        description: None,
        code_masked: "28**********0001".into(),
        code_outside_grammar: false,
        code_use: Some(code.clone()),
        code_hashes: vec![code],
        accepted: Some(PaymentId::parse("pay-0").unwrap()),
        due_at: Some(NOW),
    }
}

pub(super) fn asked() -> ApprovalAsked {
    let Device { account, store_id, terminal, id, .. } = device();
    ApprovalAsked {
        account,
        store_id,
        terminal,
        device: id,
        supervisor: "Mali".into(),
        payment: PaymentId::parse("pay-1").unwrap(),
        action: "refund",
        asked: Asked::here(),
    }
}

/// A change of it: its charge was seen paid.
pub(super) fn paid(stored: &StoredPayment) -> Transition {
    let order = &stored.attempt.order;
    let charge = ChargeSnapshot {
        id: ChargeId::parse("chrg_1").unwrap(),
        amount: Some(Money::new(order.amount, order.currency)),
        livemode: order.livemode,
        payment: Some(order.payment.to_string()),
        sale: Some(order.sale.to_string()),
        installation: Some(order.installation.clone()),
        status: ChargeStatus::Successful,
        refunded_amount: 0,
        refunds: Vec::new(),
        can_perform_void: false,
        voided: false,
        disputed: false,
        paid_at: None,
        expires_at: None,
    };
    let attempt = stored.attempt.clone().step(NOW, &Timing::default(), Input::ChargeRead(charge)).0;
    Transition { attempt, due_at: None, at: NOW, cause: "read".into(), lease: None }
}

pub(super) fn filters() -> Vec<PaymentFilter> {
    let all = PaymentFilter {
        store_id: device().store_id,
        account: device().account,
        terminal: Some(device().terminal),
        sale: None,
        reference: None,
        unsettled: false,
        before: None,
        limit: 51,
    };
    let sale = Some(SaleId::parse("sale-1").unwrap());
    let reference = Some("inv-1".to_owned());
    let mut filters = vec![
        all.clone(),
        PaymentFilter { sale: sale.clone(), ..all.clone() },
        PaymentFilter { sale, terminal: None, ..all.clone() },
        PaymentFilter { reference: reference.clone(), ..all.clone() },
        PaymentFilter { reference, unsettled: true, ..all.clone() },
        PaymentFilter { unsettled: true, ..all },
    ];
    let more: Vec<_> =
        filters.iter().map(|filter| PaymentFilter { before: Some(9), ..filter.clone() }).collect();
    filters.extend(more);
    filters
}
