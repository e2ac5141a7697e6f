//! The signature of a webhook: HMAC-SHA256 over `timestamp.rawbody`, in lower-case hex.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;

/// A webhook secret, given in base64 as the provider's dashboard shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// The text is not base64, or is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the webhook secret must be base64, as `openssl rand -base64 32` makes it")]
pub struct SecretError;

impl Secret {
    pub fn from_base64(text: &str) -> Result<Self, SecretError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| SecretError)?;
        if bytes.is_empty() { Err(SecretError) } else { Ok(Self(bytes)) }
    }

    /// What the header `Omise-Signature` carries for one secret.
    pub(crate) fn sign(&self, timestamp: &str, body: &str) -> String {
        // A key of any length is a key for HMAC, so this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        for part in [timestamp, ".", body] {
            mac.update(part.as_bytes());
        }
        hex(&mac.finalize().into_bytes())
    }
}

fn hex(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    halves.filter_map(|half| char::from_digit(u32::from(half), 16)).collect()
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        STANDARD.encode(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_base64(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_an_independent_tool() {
        // printf '1700000000.{"a":1}\n' | openssl dgst -sha256 -mac HMAC -macopt key:secret
        let secret = Secret::from_base64("c2VjcmV0").unwrap();
        assert_eq!(secret.sign("1700000000", "{\"a\":1}\n"), EXPECTED);
    }

    const EXPECTED: &str = "e2c33919390901334d6c0383710d62cf97b5e002a58fbc7de77185a8f50a22e1";

    #[test]
    fn a_secret_that_is_not_base64_is_refused_and_none_is_printed() {
        assert_eq!(Secret::from_base64("not base64!"), Err(SecretError));
        assert_eq!(Secret::from_base64(""), Err(SecretError));
        assert_eq!(format!("{:?}", Secret::from_base64("c2VjcmV0").unwrap()), "Secret(…)");
    }
}
