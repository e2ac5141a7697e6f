//! The proxy's nonces (RFC 9449 section 8). One tells when it was made, under a key that nobody else has, so that nothing
//! need be kept of it and no till's clock matters.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::jws::base64url;

/// How long a nonce is good. A till asks for the payments of a sale before a code is scanned: so a till that rested for
/// longer has a fresh one before any money moves.
pub(super) const LIFE_MS: u64 = 5 * 60 * 1_000;

const TIME_BYTES: usize = 8;
const MAC_BYTES: usize = 16;

/// Makes nonces and knows them again.
pub(super) struct Nonces([u8; 32]);

impl std::fmt::Debug for Nonces {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Nonces")
    }
}

impl Nonces {
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    pub(super) fn issue(&self, now_ms: u64) -> String {
        let time = now_ms.to_be_bytes();
        let mac = self.mac(time).map(|mac| mac.finalize().into_bytes()).unwrap_or_default();
        base64url(&[time.as_slice(), &mac[..MAC_BYTES]].concat())
    }

    /// When it was made; none if it is not ours or no longer good.
    pub(super) fn issued_ms(&self, nonce: &str, now_ms: u64) -> Option<u64> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(nonce).ok()?;
        let bytes: [u8; TIME_BYTES + MAC_BYTES] = bytes.try_into().ok()?;
        let (time, mac) = bytes.split_first_chunk::<TIME_BYTES>()?;
        self.mac(*time)?.verify_truncated_left(mac).ok()?;
        let issued_ms = u64::from_be_bytes(*time);
        now_ms.checked_sub(issued_ms).filter(|age_ms| *age_ms < LIFE_MS).map(|_| issued_ms)
    }

    fn mac(&self, time: [u8; TIME_BYTES]) -> Option<Hmac<Sha256>> {
        Some(Hmac::<Sha256>::new_from_slice(&self.0).ok()?.chain_update(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_good_for_its_life_and_no_longer() {
        let nonces = Nonces::new([7; 32]);
        let nonce = nonces.issue(1_000);
        assert_eq!(nonces.issued_ms(&nonce, 1_000), Some(1_000));
        assert_eq!(nonces.issued_ms(&nonce, 999 + LIFE_MS), Some(1_000));
        assert_eq!(nonces.issued_ms(&nonce, 1_000 + LIFE_MS), None);
        assert_eq!(nonces.issued_ms(&nonce, 999), None, "of a time to come");
    }

    #[test]
    fn a_nonce_of_another_run_or_hand_is_not_ours() {
        let nonces = Nonces::new([7; 32]);
        assert_eq!(nonces.issued_ms(&Nonces::new([8; 32]).issue(1_000), 1_000), None);
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(nonces.issue(1_000)).unwrap();
        bytes[7] ^= 1;
        assert_eq!(nonces.issued_ms(&base64url(&bytes), 1_001), None);
        for not_one in ["", "AAAA", &nonces.issue(1)[..31], "a b", &format!("{}=", nonces.issue(1))] {
            assert_eq!(nonces.issued_ms(not_one, 1_000), None);
        }
    }
}
