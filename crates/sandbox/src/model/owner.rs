//! The owner of objects: one account of a merchant in one mode, and the state of its keys.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::error::ApiError;

const NAME_LENGTH_MAX: usize = 64;

/// One account in one mode: `skey_test_demo`, `skey_test_demo.2` and `pkey_test_demo` all mean it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) livemode: bool,
    pub(crate) name: String,
}

/// The state of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyState {
    #[default]
    Good,
    /// Replaced by a newer key.
    Expired,
    Unknown,
    Locked,
}

impl KeyState {
    pub(crate) fn check(self) -> Result<(), ApiError> {
        match self {
            Self::Good => Ok(()),
            Self::Expired => Err(ApiError::new(401, "key_expired_error", "the key has expired")),
            Self::Unknown => Err(ApiError::authentication()),
            Self::Locked => Err(ApiError::new(403, "locked_account_error", "the account is locked")),
        }
    }
}

impl Owner {
    /// `None` if no key can have this name.
    pub(crate) fn named(name: &str, livemode: bool) -> Option<Self> {
        is_name(name).then(|| Self { livemode, name: name.to_owned() })
    }

    /// The same name always has the same id, also without the state file: a proxy knows its account by it.
    pub(crate) fn account_id(&self) -> String {
        let mode = if self.livemode { "" } else { "test_" };
        format!("account_{mode}{}", self.fingerprint("account"))
    }

    pub(crate) fn team_id(&self) -> String {
        let mode = if self.livemode { "" } else { "test_" };
        format!("acct_{mode}{}", self.fingerprint("team"))
    }

    /// `Corner Shop` for `corner-shop`: what the payer reads.
    pub(crate) fn display_name(&self) -> String {
        let words = self.name.split(['-', '_']).filter(|word| !word.is_empty());
        words.map(capitalized).collect::<Vec<_>>().join(" ")
    }

    fn fingerprint(&self, what: &str) -> String {
        let digest = Sha256::digest(format!("{what}/{}/{}", self.livemode, self.name));
        let letters = digest.iter().take(19).map(|byte| char::from_digit(u32::from(byte % 36), 36));
        letters.flatten().collect()
    }
}

fn is_name(name: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !name.is_empty() && name.len() <= NAME_LENGTH_MAX && name.bytes().all(letters)
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
