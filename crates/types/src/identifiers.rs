//! A type for each kind of identifier, so that no sale's id is used as a payment's.

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// The longest identifier that is accepted, in bytes.
pub const IDENTIFIER_BYTES_MAX: usize = 64;

/// An identifier that is empty, too long, or holds something other than letters, digits, `-`, `_`, `.` and `:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an identifier is 1 to 64 letters, digits, '-', '_', '.' or ':'")]
pub struct NotAnIdentifier;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Parses an identifier.
            pub fn parse(text: &str) -> Result<Self, NotAnIdentifier> {
                is_identifier(text).then(|| Self(text.to_owned())).ok_or(NotAnIdentifier)
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

macro_rules! generated_identifier {
    ($($name:ident),*) => {$(
        impl $name {
            /// Makes a UUID of version 7: its first 48 bits are the time, so that ids sort by creation.
            pub fn generate(now_ms: u64, random: [u8; 10]) -> Self {
                Self(Uuid::from_u128(version_7(now_ms, random)).hyphenated().to_string())
            }

            /// Whether it is a UUID of version 7 in lower case. The proxy accepts no other id from a caller.
            pub fn is_generated(&self) -> bool {
                is_generated(&self.0)
            }
        }
    )*};
}

identifier! {
    /// The id of one payment. The till makes it; it is the idempotency key of `PUT /v1/payments/{id}`.
    PaymentId
}
identifier! {
    /// The id of a sale. One sale may take several payments.
    SaleId
}
identifier! {
    /// The id of a device. The device may change its terminal.
    DeviceId
}
identifier! {
    /// The merchant's id of a terminal, such as `POS-01`.
    TerminalId
}
identifier! {
    /// The merchant's id of a store, such as `store_1`.
    StoreId
}
identifier! {
    /// Omise's id of a charge.
    ChargeId
}
identifier! {
    /// Omise's id of a source.
    SourceId
}
identifier! {
    /// The id of one refund. The till makes it; it is the idempotency key of the refund's `PUT`.
    RefundId
}
generated_identifier!(PaymentId, SaleId, DeviceId, RefundId);

impl RefundId {
    /// The id of an automatic refund. The same try gets the same id, so that the refund is begun once.
    pub fn of_return(charge: &ChargeId, tries_before: usize) -> Self {
        let head =
            if tries_before == 0 { "return-".to_owned() } else { format!("return{}-", tries_before + 1) };
        let tail = charge.0.len().saturating_sub(IDENTIFIER_BYTES_MAX - head.len());
        Self(head + &charge.0[tail..])
    }
}

fn is_identifier(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    (1..=IDENTIFIER_BYTES_MAX).contains(&text.len()) && text.bytes().all(known)
}

/// Whether the text is a UUID of version 7 in lower case.
pub fn is_generated(text: &str) -> bool {
    let is_right = |(place, byte): (usize, u8)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        14 => byte == b'7',
        19 => b"89ab".contains(&byte),
        _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_right)
}

fn version_7(now_ms: u64, random: [u8; 10]) -> u128 {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&now_ms.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    u128::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_ids_are_uuids_of_version_7_and_sort_by_time() {
        let earlier = PaymentId::generate(1_000, [0xff; 10]);
        let later = PaymentId::generate(1_001, [0; 10]);
        assert_eq!(earlier.as_str(), "00000000-03e8-7fff-bfff-ffffffffffff");
        assert!(earlier < later);
        assert_eq!(Uuid::parse_str(later.as_str()).unwrap().get_version_num(), 7);
    }

    #[test]
    fn only_a_uuid_of_version_7_in_lower_case_counts_as_generated() {
        let good = "0193a5b0-7c1d-7abc-8def-0123456789ab";
        let is_generated = |text: &str| PaymentId::parse(text).unwrap().is_generated();
        assert!(is_generated(good) && PaymentId::generate(u64::MAX, [0xff; 10]).is_generated());
        let wrong = [
            good.to_uppercase(),
            good.replace("-7abc", "-4abc"),
            good.replace("-8def", "-cdef"),
            good.replace('-', ""),
            good.replace('-', "_"),
            format!("{good}0"),
            good[..35].to_owned(),
            "x".to_owned(),
            "..".to_owned(),
            "fixed-id-1".to_owned(),
        ];
        for text in wrong {
            assert!(!is_generated(&text), "{text}");
        }
    }

    #[test]
    fn an_automatic_refunds_id_is_an_identifier_for_any_charge() {
        let longest = ChargeId::parse(&"x".repeat(IDENTIFIER_BYTES_MAX)).unwrap();
        for (charge, tries) in [(ChargeId::parse("chrg_1").unwrap(), 0), (longest, 11)] {
            assert!(RefundId::parse(RefundId::of_return(&charge, tries).as_str()).is_ok());
        }
    }

    #[test]
    fn strange_texts_are_no_identifiers() {
        for text in ["", "a b", "x/../y", "ก", &"a".repeat(65)] {
            assert_eq!(SaleId::parse(text), Err(NotAnIdentifier), "{text}");
        }
        assert_eq!(TerminalId::parse("POS-01").unwrap().as_str(), "POS-01");
    }

    #[test]
    fn an_identifier_is_checked_when_it_is_read() {
        assert!(serde_json::from_str::<PaymentId>("\"a b\"").is_err());
        assert!(serde_json::from_str::<PaymentId>("\"a-b\"").is_ok());
    }
}
