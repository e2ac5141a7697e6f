//! The signature of webhooks: HMAC-SHA256 over the timestamp, a dot and the raw body, with the base64-decoded secret.
//!
//! During the 24 hours after a secret is rolled Omise sends two signatures, separated by a comma; either may match.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How far the sender's clock may be from ours, in seconds.
pub const SKEW_SECONDS_MAX: u64 = 300;

/// A webhook secret, decoded. It is never printed.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// Why a webhook is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The secret of the configuration is not base64, or empty.
    #[error("the webhook secret is not base64")]
    BadSecret,
    /// The timestamp is missing or not a number.
    #[error("no timestamp")]
    NoTimestamp,
    /// Signed too long ago, or in the future.
    #[error("the timestamp is too far from our clock")]
    Stale,
    /// No signature matches.
    #[error("no signature matches")]
    Forged,
}

impl Secret {
    /// Decodes a secret as the dashboard shows it.
    pub fn decode(base64: &str) -> Result<Self, Refusal> {
        let bytes = STANDARD.decode(base64.trim()).map_err(|_| Refusal::BadSecret)?;
        if bytes.is_empty() { Err(Refusal::BadSecret) } else { Ok(Self(bytes)) }
    }
}

/// The most signatures that a genuine delivery carries.
const SIGNATURES_MAX: usize = 2;
const SIGNATURE_BYTES: usize = 32;

/// The signature headers of a delivery. They are read before the body, at a bounded cost.
#[derive(Clone, Debug)]
pub struct Signed {
    timestamp: String,
    signatures: Vec<[u8; SIGNATURE_BYTES]>,
}

impl Signed {
    /// Parses the two headers. More signatures than Omise sends count as none.
    pub fn read(signatures: &str, timestamp: &str, now_seconds: u64) -> Result<Self, Refusal> {
        let signed_at: u64 = timestamp.parse().map_err(|_| Refusal::NoTimestamp)?;
        if SKEW_SECONDS_MAX < signed_at.abs_diff(now_seconds) {
            return Err(Refusal::Stale);
        }
        let texts = signatures.split(',').take(SIGNATURES_MAX + 1);
        let signatures: Vec<_> =
            texts.map(|text| from_hex(text.trim())).collect::<Option<_>>().unwrap_or_default();
        if signatures.is_empty() || SIGNATURES_MAX < signatures.len() {
            return Err(Refusal::Forged);
        }
        Ok(Self { timestamp: timestamp.to_owned(), signatures })
    }

    /// Whether one of the signatures was made with this secret. It costs one MAC over the body, and the
    /// comparison takes constant time.
    pub fn is_by(&self, secret: &Secret, body: &[u8]) -> bool {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret.0) else { return false };
        mac.update(self.timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        let made = mac.finalize();
        self.signatures.iter().any(|signature| made == CtOutput::new((*signature).into()))
    }
}

/// Accepts only lower-case hex, as Omise writes it.
fn from_hex(text: &str) -> Option<[u8; SIGNATURE_BYTES]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let digits: &[u8; 2 * SIGNATURE_BYTES] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; SIGNATURE_BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"{\n  \"object\": \"event\"\n}\n";
    const NOW: u64 = 1_700_000_000;
    /// Made with `openssl dgst -sha256 -hmac secret` over `1700000000.` and the body.
    const SIGNED: &str = "85b53d825d5ad782ea170d67f2a1f295c01adcbf9326d727304f1300aad2c043";

    fn secret() -> Secret {
        Secret::decode("c2VjcmV0").unwrap()
    }

    fn check(signatures: &str, timestamp: &str, body: &[u8], now: u64) -> Result<(), Refusal> {
        let signed = Signed::read(signatures, timestamp, now)?;
        if signed.is_by(&secret(), body) { Ok(()) } else { Err(Refusal::Forged) }
    }

    #[test]
    fn a_genuine_delivery_passes_alone_and_during_rotation() {
        assert_eq!(check(SIGNED, "1700000000", BODY, NOW), Ok(()));
        let rotating = format!("{},{SIGNED}", "0".repeat(64));
        assert_eq!(check(&rotating, "1700000000", BODY, NOW + 300), Ok(()));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(check(SIGNED, "1700000000", b"{}", NOW), Err(Refusal::Forged));
        assert_eq!(check(&SIGNED.to_uppercase(), "1700000000", BODY, NOW), Err(Refusal::Forged));
        assert_eq!(check("", "1700000000", BODY, NOW), Err(Refusal::Forged));
        assert_eq!(check(SIGNED, "1700000001", BODY, NOW), Err(Refusal::Forged));
        assert_eq!(check(SIGNED, "1700000000", BODY, NOW + 301), Err(Refusal::Stale));
        assert_eq!(check(SIGNED, "soon", BODY, NOW), Err(Refusal::NoTimestamp));
    }

    #[test]
    fn more_signatures_than_two_or_of_another_length_are_refused_unread() {
        let zeros = "0".repeat(64);
        for signatures in [
            format!("{zeros},{zeros},{SIGNED}"),
            format!("{SIGNED},"),
            format!(",{SIGNED}"),
            format!("{SIGNED}00"),
            SIGNED[..62].to_owned(),
            ",".repeat(4_000),
        ] {
            let read = Signed::read(&signatures, "1700000000", NOW);
            assert_eq!(read.unwrap_err(), Refusal::Forged, "{signatures:.140}");
        }
    }

    #[test]
    fn a_secret_that_is_not_base64_is_refused() {
        assert_eq!(Secret::decode("!!").unwrap_err(), Refusal::BadSecret);
        assert_eq!(Secret::decode("").unwrap_err(), Refusal::BadSecret);
    }
}
