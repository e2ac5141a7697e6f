//! A payment as the API shows it: the one place where the machine's facts become the objects of the API.

use scantill_payment::{
    Approver, CancelRequest, ChargeFacts, Disposition, ManualResolution, RefundAttempt, RefundResolution,
    RefundSnapshot, RefundState, Refunds, Released, ReviewCase, State,
};
use scantill_types::api;

use crate::storage::StoredPayment;

impl StoredPayment {
    /// The payment as the API shows it.
    pub fn as_api(&self) -> api::Payment {
        let attempt = &self.attempt;
        let order = attempt.order.clone();
        let (failure_code, refusal) = match &attempt.state {
            State::Failed(failed) => (Some(failed.code.clone()), failed.refusal.clone()),
            _ => (None, None),
        };
        api::Payment {
            id: order.payment,
            sale_id: order.sale,
            version: self.version,
            state: attempt.payment_state(),
            failure_code,
            refusal,
            amount: order.amount,
            currency: order.currency,
            reference: self.reference.clone(),
            code_masked: self.code_masked.clone(),
            code_outside_grammar: self.code_outside_grammar,
            charge: attempt.money().map(charge),
            refunds: refunds(&attempt.refunds),
            disposition: attempt.disposition.as_ref().map(Disposition::to_api),
            cancel_request: attempt.cancel_request.map(cancel_request),
            review: attempt.review(),
            released: attempt.released.as_ref().map(released),
            resolution: attempt.resolution.as_ref().map(resolution),
            terminal_id: self.terminal.clone(),
            holder: self.holder.clone(),
            created_at: order.created_at,
            updated_at: self.updated_at,
        }
    }
}

fn charge(facts: &ChargeFacts) -> api::Charge {
    api::Charge {
        id: facts.id.clone(),
        status: facts.status.as_str().to_owned(),
        refunded_amount: facts.refunded_amount,
        voided: facts.voided,
        disputed: facts.disputed,
        can_perform_void: facts.can_perform_void,
        paid_at: facts.paid_at,
        expires_at: facts.expires_at,
    }
}

/// Ours, then those made elsewhere.
fn refunds(refunds: &Refunds) -> Vec<api::Refund> {
    refunds.ours.iter().map(refund).chain(refunds.elsewhere.iter().map(refund_made_elsewhere)).collect()
}

fn refund(refund: &RefundAttempt) -> api::Refund {
    let (provider_id, voided) = match &refund.state {
        RefundState::Done(done) => (Some(done.id.clone()), done.voided),
        _ => (None, false),
    };
    let refusal = match &refund.state {
        RefundState::Refused(refused) => Some(refused.code.clone()),
        _ => None,
    };
    let approved_by = match &refund.order.approver {
        Approver::Supervisor(name) => Some(name.clone()),
        Approver::Rule => None,
    };
    api::Refund {
        id: Some(refund.order.id.clone()),
        provider_id,
        amount: refund.order.amount,
        state: refund.api_state(),
        refusal,
        voided,
        approved_by,
        reason: refund.order.reason.clone(),
        created_at: Some(refund.order.created_at),
        resolution: refund.resolution.as_ref().map(refund_resolution),
    }
}

fn refund_made_elsewhere(refund: &RefundSnapshot) -> api::Refund {
    api::Refund {
        id: None,
        provider_id: Some(refund.id.clone()),
        amount: refund.amount,
        state: api::RefundState::Done,
        refusal: None,
        voided: refund.voided,
        approved_by: None,
        reason: None,
        created_at: None,
        resolution: None,
    }
}

const fn cancel_request(request: CancelRequest) -> api::CancelRequest {
    api::CancelRequest { by: request.by, at: request.at }
}

fn released(released: &Released) -> api::Released {
    api::Released { by: released.by.clone(), at: released.at }
}

fn resolution(resolution: &ManualResolution) -> api::ManualResolution {
    let ManualResolution { finding, by, second, proof, at } = resolution.clone();
    api::ManualResolution { finding, by, second, proof, at }
}

fn refund_resolution(resolution: &RefundResolution) -> api::RefundResolution {
    let RefundResolution { finding, by, second, proof, at } = resolution.clone();
    api::RefundResolution { finding, by, second, proof, at }
}

/// Why a person must look at a payment, as the API shows it.
pub(super) const fn review_case(case: ReviewCase) -> api::ReviewCase {
    let ReviewCase { reason, automatic_action, operator_action } = case;
    api::ReviewCase { reason, automatic_action, operator_action }
}

#[cfg(test)]
mod tests {
    use scantill_payment::{RefundDone, RefundOrder, RefundRefused};
    use scantill_types::{ChargeId, RefundId, Timestamp};

    use super::*;

    fn ours(id: &str, state: RefundState) -> RefundAttempt {
        let order = RefundOrder {
            id: RefundId::parse(id).unwrap(),
            charge: ChargeId::parse("chrg_1").unwrap(),
            amount: 1_000,
            refunded_before: 0,
            void: false,
            reason: None,
            approver: Approver::Supervisor("Mali".into()),
            created_at: Timestamp(1),
        };
        RefundAttempt { order, state, resolution: None, watch: None }
    }

    #[test]
    fn refunds_are_shown_with_the_providers_ids_ours_before_others() {
        let done = RefundState::Done(RefundDone { id: "rfnd_1".into(), voided: true, at: Timestamp(2) });
        let refused = RefundState::Refused(RefundRefused { code: "approval_void".into() });
        let elsewhere = RefundSnapshot {
            id: "rfnd_x".into(),
            charge: ChargeId::parse("chrg_1").unwrap(),
            amount: 500,
            voided: false,
            refund: None,
            payment: None,
        };
        let all = Refunds {
            ours: vec![ours("r-1", done), ours("r-2", refused)],
            elsewhere: vec![elsewhere],
            acknowledged: 0,
        };
        let shown = refunds(&all);
        let told: Vec<_> = shown
            .iter()
            .map(|refund| (refund.provider_id.as_deref(), refund.refusal.as_deref(), refund.voided))
            .collect();
        assert_eq!(
            told,
            [
                (Some("rfnd_1"), None, true),
                (None, Some("approval_void"), false),
                (Some("rfnd_x"), None, false)
            ]
        );
        let approvers: Vec<_> = shown.iter().map(|refund| refund.approved_by.as_deref()).collect();
        assert_eq!(approvers, [Some("Mali"), Some("Mali"), None]);
    }
}
