//! Decides what the payer of a new charge does, and schedules it.

use crate::model::accounts::find_charge;
use crate::model::charge::{Asked, Charge, OnExpire};
use crate::model::owner::Owner;
use crate::model::payer::magic;
use crate::model::payer::outcome::{CANCELLED, Outcome};
use crate::model::payer::phones::phone_outcome;
use crate::model::payer::profile::PayerProfile;
use crate::model::schedule::Action;
use crate::model::switches::Payers;
use crate::model::transaction::Transaction;

const CODE_DIGITS_MIN: usize = 10;
const CODE_DIGITS_MAX: usize = 32;

/// Decides what the payer does with a new charge, and schedules it.
pub(in crate::model) fn start_payer(transaction: &mut Transaction<'_>, owner: &Owner, charge: &Charge) {
    let timing = transaction.setup.timing.clone();
    let outcome = decide(transaction, owner, charge);
    if transaction.state.switches.wallet_closes {
        transaction.schedule(owner, &charge.id, timing.wallet_close_ms, Action::CloseByWallet);
    } else {
        transaction.schedule(owner, &charge.id, charge.lifetime_ms, Action::ExpireInTime);
    }
    let (after_ms, action) = match outcome {
        Outcome::ApproveAtOnce => (timing.approve_at_once_ms, Action::Approve),
        Outcome::ApproveSlowly => (timing.approve_slowly_ms, Action::Approve),
        Outcome::Fail(code) => (timing.fail_ms, Action::Fail(code)),
        Outcome::ApproveOtherAmount => (timing.fail_ms, Action::ApproveOtherAmount),
        Outcome::TurnUnderReview => (timing.fail_ms, Action::TurnUnderReview),
        Outcome::Default => match ordinary_action(transaction, charge) {
            Some(planned) => planned,
            None => return,
        },
        Outcome::PhonePays(phone, later_ms) => {
            let wait_ms = wait_between(transaction, (timing.approve_min_ms, timing.approve_max_ms));
            (wait_ms + later_ms, Action::PhoneConfirms(phone))
        }
        Outcome::Ask(phone) => return ask(transaction, owner, &charge.id, phone),
        Outcome::OnExpire(on_expire) => return set_on_expire(transaction, owner, &charge.id, on_expire),
        Outcome::Never => return,
    };
    transaction.schedule(owner, &charge.id, after_ms, action);
}

fn decide(transaction: &mut Transaction<'_>, owner: &Owner, charge: &Charge) -> Outcome {
    let by_code = present_code(transaction, owner, charge);
    transaction.state.next_outcomes.pop_front().unwrap_or(by_code)
}

/// Presents a code to the wallet, which accepts it once, and returns what its payer will do.
fn present_code(transaction: &mut Transaction<'_>, owner: &Owner, charge: &Charge) -> Outcome {
    let code = charge.source.barcode.as_str();
    if !charge.livemode {
        if let Some(outcome) = magic::outcome(code) {
            return outcome;
        }
        if code == magic::SAMPLE {
            return Outcome::Default;
        }
    }
    if !is_payer_code(code) {
        return Outcome::Fail("invalid_barcode".to_owned());
    }
    if !transaction.state.wallet.used_codes.insert(code.to_owned()) {
        return Outcome::Fail("payment_rejected".to_owned());
    }
    phone_outcome(transaction, code, owner, &charge.id).unwrap_or(Outcome::Default)
}

fn is_payer_code(code: &str) -> bool {
    (CODE_DIGITS_MIN..=CODE_DIGITS_MAX).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// What an ordinary payer does and when; `None` if the payer does nothing.
fn ordinary_action(transaction: &mut Transaction<'_>, charge: &Charge) -> Option<(i64, Action)> {
    let timing = &transaction.setup.timing;
    let (soon, think) =
        ((timing.approve_min_ms, timing.approve_max_ms), (timing.think_min_ms, timing.think_max_ms));
    if transaction.state.switches.payers == Payers::Approve {
        return Some((wait_between(transaction, soon), Action::Approve));
    }
    let fail = |code: &str| Action::Fail(code.to_owned());
    Some(match PayerProfile::draw(&mut transaction.state.random, charge.amount) {
        PayerProfile::PaysAtOnce => (wait_between(transaction, soon), Action::Approve),
        PayerProfile::Confirms => (wait_between(transaction, think), Action::Approve),
        PayerProfile::Refuses => (wait_between(transaction, think), fail(CANCELLED)),
        PayerProfile::IsShort => (wait_between(transaction, soon), fail("insufficient_balance")),
        PayerProfile::IsRefused => (wait_between(transaction, soon), fail("payment_rejected")),
        PayerProfile::LetsItRunOut => return None,
    })
}

fn wait_between(transaction: &mut Transaction<'_>, (min_ms, max_ms): (i64, i64)) -> i64 {
    let bound = |ms: i64| u64::try_from(ms).unwrap_or(0);
    let wait_ms = transaction.state.random.between(bound(min_ms), bound(max_ms));
    i64::try_from(wait_ms).unwrap_or(0)
}

fn ask(transaction: &mut Transaction<'_>, owner: &Owner, charge_id: &str, phone: Option<String>) {
    let since = transaction.now;
    if let Ok(charge) = find_charge(transaction, owner, charge_id) {
        charge.asked = Some(Asked { phone, since });
    }
    transaction.state.wallet.waiting.push((owner.clone(), charge_id.to_owned()));
}

fn set_on_expire(transaction: &mut Transaction<'_>, owner: &Owner, charge: &str, on_expire: OnExpire) {
    if let Ok(charge) = find_charge(transaction, owner, charge) {
        charge.on_expire = on_expire;
    }
}
