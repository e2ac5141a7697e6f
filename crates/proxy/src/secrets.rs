//! Tokens, pairing codes and the keyed hash of payer codes. Nothing here prints itself.

use hmac::{Hmac, KeyInit, Mac};
use scantill_types::payer_code::PayerCode;
use sha2::{Digest, Sha256};

use crate::clock::{Entropy, NoEntropy};

/// Letters and digits that are not mistaken for one another when read aloud.
const PAIRING_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Names the code: 20 bits. Strangers may guess it, and then try five secret parts.
const PUBLIC_LETTERS: usize = 4;
/// Opens it: 40 bits.
const SECRET_LETTERS: usize = 8;

/// A secret of 256 bits as hex: a device's bearer token.
pub fn new_token(entropy: &dyn Entropy) -> Result<String, NoEntropy> {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// A one-use code for a human to type: `K7QF-2M9D-XK4T`. Its first group names it, the others open it.
#[derive(Clone, PartialEq, Eq)]
pub struct PairingCode {
    letters: String,
}

/// What is stored of a pairing code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeDigest {
    /// The part by which the code is found.
    pub public_part: String,
    /// The digest of the whole code.
    pub secret_digest: String,
}

impl PairingCode {
    /// Draws a new one.
    pub fn new(entropy: &dyn Entropy) -> Result<Self, NoEntropy> {
        let mut bytes = [0; PUBLIC_LETTERS + SECRET_LETTERS];
        entropy.fill(&mut bytes)?;
        let letter = |byte: &u8| char::from(PAIRING_ALPHABET[usize::from(byte % 32)]);
        Ok(Self { letters: bytes.iter().map(letter).collect() })
    }

    /// Reads one, however it was typed; none if it has another length or another letter than any code.
    pub fn parse(text: &str) -> Option<Self> {
        let letters = text.chars().filter(|letter| !letter.is_whitespace() && !"-–—".contains(*letter));
        // No code is longer; a stranger may send more.
        let letters: String =
            letters.take(PUBLIC_LETTERS + SECRET_LETTERS + 1).collect::<String>().to_ascii_uppercase();
        let is_code = letters.len() == PUBLIC_LETTERS + SECRET_LETTERS
            && letters.bytes().all(|letter| PAIRING_ALPHABET.contains(&letter));
        is_code.then_some(Self { letters })
    }

    /// The code for the eyes of the person who asked for it, in groups of four.
    pub fn reveal(&self) -> String {
        let (first, rest) = self.letters.split_at(PUBLIC_LETTERS);
        let (second, third) = rest.split_at(SECRET_LETTERS / 2);
        format!("{first}-{second}-{third}")
    }

    /// What is stored of it.
    pub fn digest(&self) -> CodeDigest {
        CodeDigest {
            public_part: self.letters[..PUBLIC_LETTERS].to_owned(),
            secret_digest: digest(&self.letters),
        }
    }
}

impl std::fmt::Debug for PairingCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PairingCode")
    }
}

/// What is stored of a token or a pairing code. Both hold enough chance that a plain hash cannot be guessed.
pub fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// The hash by which a second use of a payer's code is known (P10). Its key lives a day.
pub fn code_hash(key: &[u8], code: &PayerCode) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(code.expose_digits().as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemEntropy;
    use scantill_types::payer_code::{Mode, SourceType, read};

    #[test]
    fn a_pairing_code_may_be_typed_carelessly() {
        let code = PairingCode::new(&SystemEntropy).unwrap();
        let shown = code.reveal();
        let groups: Vec<usize> = shown.split('-').map(str::len).collect();
        assert_eq!(groups, [4, 4, 4]);
        for typed in
            [shown.clone(), shown.replace('-', ""), format!(" {} ", shown.to_lowercase().replace('-', " "))]
        {
            assert_eq!(PairingCode::parse(&typed).map(|code| code.digest()), Some(code.digest()), "{typed}");
        }
        let groups = shown.replace('-', "–");
        assert_eq!(PairingCode::parse(&groups), Some(code), "as some keyboards write it");
    }

    #[test]
    fn what_no_code_looks_like_is_none() {
        for text in ["", "K7QF-2M9D", "K7QF-2M9D-XK4", "K7QF-2M9D-XK4TT", "K7QF-2M9D-XK4O", "K7QF-2M9D-XK4ß"]
        {
            assert_eq!(PairingCode::parse(text), None, "{text}");
        }
        assert_eq!(PairingCode::parse(&"A".repeat(16_000)), None);
    }

    #[test]
    fn a_code_is_found_by_its_first_group_alone() {
        let digest = PairingCode::parse("K7QF-2M9D-XK4T").unwrap().digest();
        assert_eq!(digest.public_part, "K7QF");
        let other = PairingCode::parse("K7QF-2M9D-XK4V").unwrap().digest();
        assert_eq!(other.public_part, digest.public_part);
        assert_ne!(other.secret_digest, digest.secret_digest);
    }

    #[test]
    fn the_same_code_has_another_hash_under_another_key() {
        let code = read("28763443825664394", SourceType::BarcodeAlipay, Mode::Live).unwrap().code;
        assert_eq!(code_hash(b"a", &code), code_hash(b"a", &code));
        assert_ne!(code_hash(b"a", &code), code_hash(b"b", &code));
        assert!(!code_hash(b"a", &code).contains("2876"));
    }
}
