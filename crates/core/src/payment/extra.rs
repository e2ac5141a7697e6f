//! Further charges that carry this payment's id (P12): a pending one is expired, a paid one is given back where the
//! payment itself is kept. All of them are for a human to see.

use serde::{Deserialize, Serialize};

use super::{Alarm, Attempt, ChargeStatus, Disposition, Effect, Evidence};
use crate::api::Attention;
use crate::{ChargeId, Timestamp, Timing};

/// A further charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// Omise's id.
    pub id: ChargeId,
    /// Whether money stands on it.
    pub standing: Standing,
}

/// Whether money stands on a further charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// None does, as far as it was read.
    Unpaid,
    /// It ended unpaid.
    Over,
    /// It was paid, and first read so at this time.
    Paid(Timestamp),
    /// It is being given back.
    Returning,
    /// It was given back.
    Returned,
    /// It could not be given back: a human must.
    Stuck,
}

impl Attempt {
    pub(super) fn extra(mut self, at: Timestamp, timing: &Timing, evidence: Evidence) -> (Self, Vec<Effect>) {
        let mut effects = Vec::new();
        let known = self.extras.iter().position(|extra| extra.id == evidence.id);
        let index = known.unwrap_or_else(|| {
            effects.push(Effect::Alarm(Alarm::ExtraCharge));
            self.extras.push(Extra { id: evidence.id.clone(), standing: Standing::Unpaid });
            self.extras.len() - 1
        });
        let standing = self.extras[index].standing;
        match evidence.status {
            ChargeStatus::Pending => effects.push(Effect::ExpireExtra(evidence.id)),
            ChargeStatus::Successful => {
                self.extras[index].standing = self.paid_extra(at, timing, standing, &evidence);
                // Money stands, though not on the charge that is bound: nobody may scan again before a human looked.
                self.disposition = self.disposition.or(Some(Disposition::Attention));
            }
            ChargeStatus::Failed(_) | ChargeStatus::Expired if standing == Standing::Unpaid => {
                self.extras[index].standing = Standing::Over;
            }
            ChargeStatus::Failed(_) | ChargeStatus::Expired | ChargeStatus::Strange(_) => {}
        }
        self.attention = Some(Attention::ExtraCharge);
        (self, effects)
    }

    fn paid_extra(
        &mut self,
        at: Timestamp,
        timing: &Timing,
        standing: Standing,
        evidence: &Evidence,
    ) -> Standing {
        let is_back = self.order.is_back(evidence.voided, evidence.refunded_amount);
        match standing {
            Standing::Unpaid | Standing::Over | Standing::Paid(_) | Standing::Returning if is_back => {
                Standing::Returned
            }
            Standing::Returning | Standing::Returned | Standing::Stuck => standing,
            Standing::Unpaid | Standing::Over => Standing::Paid(at),
            Standing::Paid(first) => {
                let agreed = first.plus_ms(timing.return_apart_ms) <= at && !evidence.is_given_back();
                if self.disposition != Some(Disposition::Kept) || !agreed {
                    return standing;
                }
                self.give_back(at, evidence.id.clone(), "extra_charge");
                Standing::Returning
            }
        }
    }

    /// What became of the refund of a further charge.
    pub(super) fn extra_ended(&mut self, charge: &ChargeId, was_returned: bool) {
        if let Some(extra) = self.extras.iter_mut().find(|extra| extra.id == *charge) {
            extra.standing = if was_returned { Standing::Returned } else { Standing::Stuck };
        }
    }
}
