//! Proof of possession (`DPoP`, RFC 9449): a token that is bound to a key is worth nothing without that key, and each
//! request is signed anew.

mod jws;
mod nonces;
mod replays;

use sha2::{Digest, Sha256};

use crate::clock::{Entropy, NoEntropy};
use jws::{Jws, base64url};
use nonces::Nonces;
use replays::{Replays, Use};

/// A proof has about 600 bytes: the rest is room for a long name of the proxy.
const PROOF_BYTES_MAX: usize = 2_048;
/// No name of the proxy as a till sees it is longer.
const BASE_BYTES_MAX: usize = 512;

/// The key to which a device's token is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKey {
    /// Its thumbprint (RFC 7638).
    pub thumbprint: String,
    /// What stood before the path in the address that the device called when it was paired.
    pub base: String,
}

/// The request that a proof must be made for.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The method.
    pub method: &'a str,
    /// The path as the proxy sees it.
    pub path: &'a str,
}

/// Why a proof does not count. A caller learns no more than this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// It is none, or one for another request, token or key, or it was used.
    #[error("the proof of the device's key is missing or wrong")]
    Invalid,
    /// It names no nonce of ours, or one that is too old.
    #[error("the proof names no nonce that is good")]
    UseNonce,
}

/// Checks proofs. What it remembers ends with the process, and so does the key of its nonces: a proof of an earlier run
/// is refused although nobody remembers it.
#[derive(Debug)]
pub struct Proofs {
    nonces: Nonces,
    replays: Replays,
}

impl Proofs {
    /// With a fresh key.
    pub fn new(entropy: &dyn Entropy) -> Result<Self, NoEntropy> {
        let mut key = [0; 32];
        entropy.fill(&mut key)?;
        Ok(Self { nonces: Nonces::new(key), replays: Replays::default() })
    }

    /// A nonce for the next proof.
    pub fn nonce(&self, now_ms: u64) -> String {
        self.nonces.issue(now_ms)
    }

    /// The key of a device that pairs. A second use of such a proof gives nothing to a thief, who lacks the key: it is
    /// not remembered, so that no stranger can fill the memory.
    pub fn key(&self, proof: &str, target: Target<'_>, now_ms: u64) -> Result<DeviceKey, ProofError> {
        let jws = read(proof)?;
        let base = jws.address().strip_suffix(target.path).filter(|base| is_base(base));
        let base = base.filter(|_| jws.claims.htm == target.method).ok_or(ProofError::Invalid)?.to_owned();
        self.issued_ms(&jws, now_ms)?;
        if !jws.is_signed() {
            return Err(ProofError::Invalid);
        }
        Ok(DeviceKey { thumbprint: jws.key.thumbprint(), base })
    }

    /// Checks the proof of a call with a bound token. What costs least comes first; the signature is checked once.
    pub fn check(
        &self,
        proof: &str,
        target: Target<'_>,
        token: &str,
        key: &DeviceKey,
        now_ms: u64,
    ) -> Result<(), ProofError> {
        let jws = read(proof)?;
        let hash = base64url(&Sha256::digest(token.as_bytes()));
        let is_for_this = jws.key.thumbprint() == key.thumbprint
            && jws.claims.htm == target.method
            && jws.address().strip_prefix(key.base.as_str()) == Some(target.path)
            && jws.claims.ath.as_deref() == Some(hash.as_str());
        if !is_for_this {
            return Err(ProofError::Invalid);
        }
        let issued_ms = self.issued_ms(&jws, now_ms)?;
        if !jws.is_signed() {
            return Err(ProofError::Invalid);
        }
        counted(self.replays.note(&hash, issued_ms, &jws.claims.jti, now_ms))
    }

    fn issued_ms(&self, jws: &Jws<'_>, now_ms: u64) -> Result<u64, ProofError> {
        let nonce = jws.claims.nonce.as_deref().unwrap_or_default();
        self.nonces.issued_ms(nonce, now_ms).ok_or(ProofError::UseNonce)
    }
}

fn counted(noted: Use) -> Result<(), ProofError> {
    match noted {
        Use::First => Ok(()),
        Use::Again => Err(ProofError::Invalid),
        Use::Forgotten => Err(ProofError::UseNonce),
    }
}

fn read(proof: &str) -> Result<Jws<'_>, ProofError> {
    let is_short = proof.len() <= PROOF_BYTES_MAX;
    is_short.then(|| Jws::read(proof)).flatten().ok_or(ProofError::Invalid)
}

/// A reverse proxy may speak HTTPS for this proxy, name another host to it, and take a path away: what a till sees
/// before `/v1` is not what this proxy sees. But it is always the same for one till, whose storage belongs to it: so it
/// is noted when the till pairs, and every later proof must name it.
fn is_base(base: &str) -> bool {
    let host = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    base.len() <= BASE_BYTES_MAX && host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_that_may_have_been_used_does_not_count() {
        assert_eq!(counted(Use::First), Ok(()));
        assert_eq!(counted(Use::Again), Err(ProofError::Invalid));
        assert_eq!(counted(Use::Forgotten), Err(ProofError::UseNonce));
    }

    #[test]
    fn what_stands_before_the_path_is_a_web_address() {
        for base in ["https://till.example", "http://192.168.1.5:8787", "https://shop.example/pos"] {
            assert!(is_base(base), "{base}");
        }
        let long = format!("https://{}", "x".repeat(BASE_BYTES_MAX));
        for base in ["", "https://", "ftp://shop.example", "shop.example", "https://me@shop.example", &long] {
            assert!(!is_base(base), "{base}");
        }
    }
}
