//! Tokens, pairing codes and the keyed hash of payer codes. Nothing here prints itself.

use hmac::{Hmac, KeyInit, Mac};
use scantill_core::payer_code::PayerCode;
use sha2::{Digest, Sha256};

use crate::clock::{Entropy, NoEntropy};

/// Letters and digits that are not mistaken for one another when read aloud.
const PAIRING_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const PAIRING_LETTERS: usize = 8;

/// A secret of 256 bits as hex: a device's bearer token.
pub fn new_token(entropy: &dyn Entropy) -> Result<String, NoEntropy> {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// A one-use code of 40 bits for a human to type: `K7QF-2M9D`.
pub fn new_pairing_code(entropy: &dyn Entropy) -> Result<String, NoEntropy> {
    let mut bytes = [0; PAIRING_LETTERS];
    entropy.fill(&mut bytes)?;
    let letters: Vec<char> =
        bytes.iter().map(|byte| char::from(PAIRING_ALPHABET[usize::from(byte % 32)])).collect();
    let (first, second) = letters.split_at(PAIRING_LETTERS / 2);
    Ok(format!("{}-{}", first.iter().collect::<String>(), second.iter().collect::<String>()))
}

/// What is stored of a token or a pairing code. Both hold enough chance that a plain hash cannot be guessed.
pub fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// What is stored of a pairing code: however it was typed.
pub fn pairing_digest(code: &str) -> String {
    let letters: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    digest(&letters.to_ascii_uppercase())
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
    use scantill_core::payer_code::{Mode, SourceType, read};

    #[test]
    fn a_pairing_code_may_be_typed_carelessly() {
        let code = new_pairing_code(&SystemEntropy).unwrap();
        assert_eq!(code.len(), 9);
        assert_eq!(
            pairing_digest(&code),
            pairing_digest(&format!(" {} ", code.to_lowercase().replace('-', " ")))
        );
    }

    #[test]
    fn the_same_code_has_another_hash_under_another_key() {
        let code = read("28763443825664394", SourceType::BarcodeAlipay, Mode::Live).unwrap().code;
        assert_eq!(code_hash(b"a", &code), code_hash(b"a", &code));
        assert_ne!(code_hash(b"a", &code), code_hash(b"b", &code));
        assert!(!code_hash(b"a", &code).contains("2876"));
    }
}
