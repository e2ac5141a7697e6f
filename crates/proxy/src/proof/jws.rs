//! A proof as it comes: a JWS in compact form with the public key in its header (RFC 7515, 7517, 9449 section 4).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use sha2::{Digest, Sha256};

const COORDINATE_BYTES: usize = 32;
/// An id of a proof is at least 96 bits of chance, and no one's book.
const JTI_BYTES: std::ops::RangeInclusive<usize> = 12..=64;

/// A proof that has the right form.
#[derive(Debug)]
pub(super) struct Jws<'a> {
    pub(super) key: Key,
    pub(super) claims: Claims,
    signed: &'a str,
    signature: Vec<u8>,
}

/// What a proof says. `iat` must be there, and is not compared: the nonce tells how old a proof is, whatever a till's
/// clock says (RFC 9449 section 4.3, 11).
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) htm: String,
    htu: String,
    pub(super) jti: String,
    #[serde(rename = "iat")]
    _iat: f64,
    #[serde(default)]
    pub(super) ath: Option<String>,
    #[serde(default)]
    pub(super) nonce: Option<String>,
}

/// `crit` names what a reader must understand; this one understands nothing more.
#[derive(Deserialize)]
struct Header {
    typ: String,
    alg: String,
    jwk: Jwk,
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
    /// The private part: no client may show it.
    #[serde(default)]
    d: Option<IgnoredAny>,
}

/// A public key on P-256, as an uncompressed point.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key([u8; 1 + 2 * COORDINATE_BYTES]);

impl<'a> Jws<'a> {
    /// Reads a proof; none where anything of its form is wrong. Its signature is not checked yet.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let key = decoded::<Header>(header)?.key()?;
        let claims: Claims = decoded(claims)?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        JTI_BYTES.contains(&claims.jti.len()).then_some(Self { key, claims, signed, signature })
    }

    /// The address without query and fragment.
    pub(super) fn address(&self) -> &str {
        self.claims.htu.split(['?', '#']).next().unwrap_or_default()
    }

    /// Whether the key in its header signed it.
    pub(super) fn is_signed(&self) -> bool {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.key.0);
        key.verify(self.signed.as_bytes(), &self.signature).is_ok()
    }
}

impl Header {
    fn key(&self) -> Option<Key> {
        let is_ours = self.typ == "dpop+jwt" && self.alg == "ES256" && self.crit.is_none();
        let Jwk { kty, crv, x, y, d } = &self.jwk;
        let is_public_p256 = kty == "EC" && crv == "P-256" && d.is_none();
        if !is_ours || !is_public_p256 {
            return None;
        }
        let mut point = [4; 1 + 2 * COORDINATE_BYTES];
        point[1..=COORDINATE_BYTES].copy_from_slice(&coordinate(x)?);
        point[1 + COORDINATE_BYTES..].copy_from_slice(&coordinate(y)?);
        Some(Key(point))
    }
}

impl Key {
    /// RFC 7638: the hash over the members that every key of this kind has, in their order.
    pub(super) fn thumbprint(&self) -> String {
        let (x, y) = self.0[1..].split_at(COORDINATE_BYTES);
        let members =
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, base64url(x), base64url(y));
        base64url(&Sha256::digest(members.as_bytes()))
    }
}

/// Bytes as JOSE writes them.
pub(super) fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn coordinate(text: &str) -> Option<[u8; COORDINATE_BYTES]> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

fn decoded<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 9449, section 4.1, and its key's thumbprint, section 6.1.
    const EXAMPLE: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    const THUMBPRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

    #[test]
    fn the_example_of_the_rfc_is_read_and_signed() {
        let jws = Jws::read(EXAMPLE).unwrap();
        assert!(jws.is_signed());
        assert_eq!(jws.key.thumbprint(), THUMBPRINT);
        assert_eq!((jws.claims.htm.as_str(), jws.address()), ("POST", "https://server.example.com/token"));
        assert_eq!((jws.claims.nonce, jws.claims.ath), (None, None));
    }

    #[test]
    fn a_changed_letter_is_not_signed() {
        let (signed, signature) = EXAMPLE.rsplit_once('.').unwrap();
        let other = format!("{signed}.{}", signature.replacen("2-G", "2-H", 1));
        assert!(!Jws::read(&other).unwrap().is_signed());
        assert!(!Jws::read(&format!("{signed}.")).unwrap().is_signed());
    }

    #[test]
    fn a_point_off_the_curve_signs_nothing() {
        let (_, rest) = EXAMPLE.split_once('.').unwrap();
        let zeros = base64url(&[0; 32]);
        let jwk = format!(r#"{{"kty":"EC","crv":"P-256","x":"{zeros}","y":"{zeros}"}}"#);
        let header = base64url(format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{jwk}}}"#).as_bytes());
        assert!(!Jws::read(&format!("{header}.{rest}")).unwrap().is_signed());
    }
}
