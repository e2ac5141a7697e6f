//! Supervisors and their PINs: kept as slow hashes, checked off the runtime, locked after a few wrong ones.

mod checking;
mod limits;
mod lock;
mod weak;

pub use checking::{PinChecker, owner};
pub use limits::{NeedsTwo, RefundLimits, are_usable};
pub use lock::{Scope, Tries};

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, SaltString};
use scantill_types::PaymentId;
use scantill_types::api::{Approval, Pin, ProblemCode};

use crate::app::App;
use crate::audit::Asked;
use crate::clock::{Entropy, NoEntropy};
use crate::problem::{Refusal, refuse};
use crate::routes::text::text;
use crate::security_log::Kind;
use crate::storage::{ApprovalAsked, Begun, Device, PinResult, Supervisor};

const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// A PIN that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Too short, too long, or not digits.
    #[error("a PIN is 4 to 12 digits; 6 are better")]
    NotDigits,
    /// One of those that are tried first.
    #[error(
        "this PIN is one that is tried first: no runs, no repeated digits or parts, no years; 6 digits are better"
    )]
    Weak,
    /// No randomness.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The hash could not be made.
    #[error("the PIN could not be hashed: {0}")]
    Hash(String),
}

/// What is stored of a PIN.
pub fn pin_hash(pin: &Pin, entropy: &dyn Entropy) -> Result<String, PinError> {
    let digits = pin.expose_digits();
    if !PIN_DIGITS.contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PinError::NotDigits);
    }
    if weak::is_weak(digits) {
        return Err(PinError::Weak);
    }
    let mut salt = [0; 16];
    entropy.fill(&mut salt)?;
    let failed = |error: argon2::password_hash::Error| PinError::Hash(error.to_string());
    let salt = SaltString::encode_b64(&salt).map_err(failed)?;
    Ok(Argon2::default().hash_password(digits.as_bytes(), &salt).map_err(failed)?.to_string())
}

/// What is to be approved. The payment's state allows it: else a refusal would tell whether a PIN is right.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// In a word.
    pub action: &'static str,
    /// Of which payment.
    pub payment: &'a PaymentId,
}

/// The supervisor who approves, if the PIN is theirs. A try that has begun is carried to its end, and so to the audit,
/// although its caller may hang up.
pub async fn approve(
    app: &Arc<App>,
    device: &Device,
    approval: Approval,
    wish: Wish<'_>,
) -> Result<String, Refusal> {
    let Approval { supervisor: name, pin } = approval;
    // The audit keeps the name of each try, right or wrong.
    let name = text("supervisor", &name)?.into_string();
    let asked = asked(device, name, wish);
    let busy =
        |_| refuse(ProblemCode::Busy, "many PINs of this store are being checked: try again in a second");
    let turn = app.pins.turn(&key(device)).await.map_err(busy)?;
    let (checking, device) = (app.clone(), device.clone());
    let try_it = async move {
        let _turn = turn;
        try_pin(&checking, &device, asked, pin).await
    };
    app.service.carry_out(try_it).await
}

async fn try_pin(app: &App, device: &Device, asked: ApprovalAsked, pin: Pin) -> Result<String, Refusal> {
    match app.storage.begin_approval(asked.clone(), app.clock.now()).await? {
        Begun::Locked { wait_ms } => {
            app.security.note(Kind::LockedPin, device);
            Err(locked(wait_ms))
        }
        Begun::NoSupervisors => Err(no_supervisors()),
        Begun::Counted { supervisor } => {
            // A slow hash would hold up every other request of the runtime's thread: it has threads of its own.
            let is_right = app.pins.is_right(supervisor.as_ref(), pin).await;
            let result = if is_right { PinResult::Right } else { PinResult::Wrong };
            app.storage.end_approval(asked, supervisor.clone(), result, app.clock.now()).await?;
            supervisor.filter(|_| is_right).map(|supervisor| supervisor.name).ok_or_else(|| {
                app.security.note(Kind::WrongPin, device);
                wrong()
            })
        }
    }
}

/// The account and store of a device.
pub(crate) fn key(device: &Device) -> String {
    format!("{}/{}", device.account, device.store_id)
}

fn asked(device: &Device, supervisor: String, wish: Wish<'_>) -> ApprovalAsked {
    ApprovalAsked {
        account: device.account.clone(),
        store_id: device.store_id.clone(),
        terminal: device.terminal.clone(),
        device: device.id.clone(),
        supervisor,
        payment: wish.payment.clone(),
        action: wish.action,
        asked: Asked::here(),
    }
}

fn locked(wait_ms: u64) -> Refusal {
    let seconds = wait_ms.div_ceil(1_000);
    let detail =
        format!("too many wrong PINs of this person: wait {seconds} seconds, or ask another supervisor");
    refuse(ProblemCode::ApprovalLocked, detail).retry_after_s(seconds)
}

fn no_supervisors() -> Refusal {
    let detail = "this store has no supervisor yet: add one with `scantill-proxy supervisor add`";
    refuse(ProblemCode::ApprovalRefused, detail)
}

/// The same words for a wrong PIN and for a name that nobody has.
fn wrong() -> Refusal {
    let detail = "this is not the PIN of a supervisor of this name; from five wrong ones on, PINs are locked for a growing time";
    refuse(ProblemCode::ApprovalRefused, detail)
}

/// Who approves only shows their name; without a PIN there is nobody.
pub(crate) fn names(supervisors: Vec<Supervisor>) -> Vec<String> {
    supervisors.into_iter().map(|supervisor| supervisor.name).collect()
}

#[cfg(test)]
#[path = "approval/tests.rs"]
mod tests;
