//! Supervisors and their PINs: kept as slow hashes, checked off the runtime, locked after a few wrong ones.

mod checking;

pub use checking::{PinChecker, owner};

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, SaltString};
use scantill_core::api::{Pin, ProblemCode};

use crate::app::App;
use crate::clock::{Entropy, NoEntropy};
use crate::problem::{Refusal, refuse};
use crate::security_log::Kind;
use crate::store::Device;

const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// A PIN that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Too short, too long, or not digits.
    #[error("a PIN is 4 to 12 digits")]
    NotDigits,
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
    let mut salt = [0; 16];
    entropy.fill(&mut salt)?;
    let failed = |error: argon2::password_hash::Error| PinError::Hash(error.to_string());
    let salt = SaltString::encode_b64(&salt).map_err(failed)?;
    Ok(Argon2::default().hash_password(digits.as_bytes(), &salt).map_err(failed)?.to_string())
}

/// The supervisor of the device's store whose PIN this is.
pub async fn approve(app: &App, device: &Device, pin: Pin) -> Result<String, Refusal> {
    let door = format!("{}/{}", device.account, device.store_id);
    let _turn = app.approving.lock().await;
    if app.wrong_pins.is_locked(&door, app.clock.monotonic_ms()) {
        app.security.note(Kind::LockedPin, device);
        let detail = "too many wrong PINs in this store: wait ten minutes";
        return Err(refuse(ProblemCode::ApprovalLocked, detail));
    }
    let supervisors = app.store.supervisors(device.account.clone(), device.store_id.clone()).await?;
    if supervisors.is_empty() {
        let detail = "this store has no supervisor yet: add one with `scantill-proxy supervisor add`";
        return Err(refuse(ProblemCode::ApprovalRefused, detail));
    }
    // Counted before it is known to be wrong: whoever asks many times at once must not outrun the count. A slow hash
    // would hold up every other request of the runtime's thread: it has a thread of its own, and one at a time.
    app.wrong_pins.count(&door, app.clock.monotonic_ms());
    let found = app.pins.owner(supervisors, pin).await;
    if found.is_some() {
        app.wrong_pins.take_back(&door);
    }
    found.ok_or_else(|| {
        app.security.note(Kind::WrongPin, device);
        refuse(ProblemCode::ApprovalRefused, "this is no supervisor's PIN; five wrong ones lock approvals")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemEntropy;
    use crate::store::Supervisor;
    use scantill_core::StoreId;

    fn supervisor(name: &str, pin: &str) -> Supervisor {
        Supervisor {
            account: "demo".into(),
            store_id: StoreId::parse("store_1").unwrap(),
            name: name.into(),
            pin_hash: pin_hash(&Pin::new(pin), &SystemEntropy).unwrap(),
        }
    }

    #[test]
    fn a_pin_has_one_owner_and_is_not_in_its_hash() {
        let supervisors = [supervisor("Mali", "2580"), supervisor("Chai", "135790")];
        assert_eq!(owner(&supervisors, &Pin::new("135790")).as_deref(), Some("Chai"));
        assert_eq!(owner(&supervisors, &Pin::new("2581")), None);
        assert!(!supervisors[0].pin_hash.contains("2580"));
    }

    #[tokio::test]
    async fn one_thread_checks_one_pin_after_another_whoever_cannot_be_read_owns_none() {
        let broken = Supervisor { pin_hash: "$argon2id$nothing".into(), ..supervisor("Nok", "1111") };
        let supervisors = vec![broken, supervisor("Mali", "2580")];
        let pins = PinChecker::start().unwrap();
        let ask = |pin: &str| pins.owner(supervisors.clone(), Pin::new(pin));
        let (right, wrong, again) = tokio::join!(ask("2580"), ask("1111"), ask("2580"));
        assert_eq!((right.as_deref(), wrong, again.as_deref()), (Some("Mali"), None, Some("Mali")));
    }

    #[test]
    fn a_pin_is_four_to_twelve_digits() {
        for pin in ["", "123", "1234567890123", "12a4", "๑๒๓๔"] {
            assert_eq!(pin_hash(&Pin::new(pin), &SystemEntropy), Err(PinError::NotDigits), "{pin}");
        }
    }
}
