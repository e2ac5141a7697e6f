//! The keys in the `Authorization` header: their account, their mode, their rights.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::model::owner::Owner;

/// What a key can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// Sources and capability only.
    Public,
    Secret,
}

/// What a well-formed key says; the key itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) owner: Owner,
    pub(crate) kind: KeyKind,
    /// Keys of one account are numbered from 1; rolling adds one.
    pub(crate) number: u32,
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
