//! The keys in the `Authorization` header: whose account, which mode, what they may do.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::api::error::ApiError;

const NAME_LENGTH_MAX: usize = 64;

/// One account in one mode: `skey_test_demo`, `skey_test_demo.2` and `pkey_test_demo` all mean it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) livemode: bool,
    pub(crate) name: String,
}

/// What a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// Sources and capability only.
    Public,
    Secret,
}

/// A key that was well formed; the key itself is forgotten at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) owner: Owner,
    pub(crate) kind: KeyKind,
    /// Keys of one account are numbered from 1; rolling adds one.
    pub(crate) number: u32,
}

/// What became of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyState {
    #[default]
    Good,
    /// Rolled away.
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

impl Credentials {
    /// Reads `Basic base64(key:)`; anything else is no credential.
    pub(crate) fn from_header(header: Option<&str>) -> Option<Self> {
        let (scheme, encoded) = header?.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let key = decoded.split_once(':').map_or(decoded.as_str(), |(key, _)| key);
        Self::from_key(key)
    }

    fn from_key(key: &str) -> Option<Self> {
        let (kind, rest) = match key.split_once('_')? {
            ("skey", rest) => (KeyKind::Secret, rest),
            ("pkey", rest) => (KeyKind::Public, rest),
            _ => return None,
        };
        let (mode, name) = rest.split_once('_')?;
        let livemode = match mode {
            "test" => false,
            "live" => true,
            _ => return None,
        };
        let (name, number) = without_roll(name)?;
        Some(Self { owner: Owner::named(name, livemode)?, kind, number })
    }
}

impl Owner {
    /// None when no key can have this name.
    pub(crate) fn named(name: &str, livemode: bool) -> Option<Self> {
        is_name(name).then(|| Self { livemode, name: name.to_owned() })
    }

    /// The same for the same name, whatever was lost: a proxy knows its account by it.
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

/// `demo.2` is the second key of `demo`, as after rolling.
fn without_roll(name: &str) -> Option<(&str, u32)> {
    match name.split_once('.') {
        None => Some((name, 1)),
        Some((name, roll)) if roll.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some((name, roll.parse().ok()?))
        }
        Some(_) => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, expected: Option<(bool, &str, KeyKind)>) {
        let header = format!("Basic {}", STANDARD.encode(format!("{key}:")));
        let found = Credentials::from_header(Some(&header));
        let found = found.map(|found| (found.owner.livemode, found.owner.name, found.kind));
        assert_eq!(found, expected.map(|(live, name, kind)| (live, name.to_owned(), kind)), "{key}");
    }

    #[test]
    fn keys_of_one_name_are_one_account() {
        check("skey_test_demo", Some((false, "demo", KeyKind::Secret)));
        check("skey_test_demo.2", Some((false, "demo", KeyKind::Secret)));
        check("pkey_test_demo", Some((false, "demo", KeyKind::Public)));
        check("skey_live_demo", Some((true, "demo", KeyKind::Secret)));
    }

    #[test]
    fn a_malformed_key_is_no_credential() {
        for key in [
            "",
            "skey",
            "skey_demo",
            "skey_prod_demo",
            "skey_test_",
            "skey_test_a b",
            "skey_test_a.x",
            "key_test_a",
        ] {
            check(key, None);
        }
        assert_eq!(Credentials::from_header(None), None);
        assert_eq!(Credentials::from_header(Some("Bearer skey_test_demo")), None);
        assert_eq!(Credentials::from_header(Some("Basic !!!")), None);
    }

    #[test]
    fn an_account_id_tells_name_and_mode_apart() {
        let test = Owner { livemode: false, name: "demo".to_owned() };
        let live = Owner { livemode: true, name: "demo".to_owned() };
        assert_eq!(test.account_id(), test.clone().account_id());
        assert_eq!(test.account_id().len(), "account_test_".len() + 19);
        assert_ne!(test.account_id().replace("test_", ""), live.account_id());
        assert_eq!(Owner { livemode: false, name: "corner-shop".to_owned() }.display_name(), "Corner Shop");
    }
}
