//! Parsers that need no network.

use scantill_omise::signature::{Secret, Signed};
use scantill_omise::{Account, Charge, ChargeList, Event, Glance, Refund, RefundList};
use scantill_proxy::config::Config;
use scantill_types::api::{
    CancelPayment, CreatePayment, CreateRefund, Pair, Payment, Problem, ResolvePayment, Terminal,
};
use scantill_types::payer_code::{self, Mode, SourceType};
use scantill_types::{DeviceId, PaymentId, SaleId, Text, Timestamp};

use crate::engine::fuzz;
use scantill_till::{page_address, sse};

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The signatures, the timestamp, the secret and the body, a line each.
#[test]
fn signature_header() {
    fuzz("signature_header", |bytes| {
        let text = text_of(bytes);
        let mut lines = text.splitn(4, '\n');
        let (signatures, timestamp) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""));
        let (secret, body) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""));
        let Ok(signed) = Signed::read(signatures, timestamp, 1_764_300_000) else { return };
        if let Ok(secret) = Secret::decode(secret) {
            let _ = signed.is_by(&secret, body.as_bytes());
        }
    });
}

#[test]
fn provider_json() {
    fuzz("provider_json", |bytes| {
        let _ = (Charge::read(bytes), Refund::read(bytes), Event::read(bytes));
        let _ = (ChargeList::read(bytes), RefundList::read(bytes), Glance::read(bytes), Account::read(bytes));
    });
}

#[test]
fn ids() {
    fuzz("ids", |bytes| {
        let text = text_of(bytes);
        if let Ok(id) = PaymentId::parse(&text) {
            assert_eq!(id.as_str(), text);
            assert!(!id.is_generated() || text.len() == 36);
        }
        let _ = (SaleId::parse(&text), DeviceId::parse(&text), Timestamp::parse(&text));
    });
}

#[test]
fn text() {
    fuzz("text", |bytes| {
        if let Ok(text) = Text::parse(&text_of(bytes)) {
            let text = text.as_str();
            assert!(!text.trim().is_empty() && !text.chars().any(char::is_control));
            assert!(!text.contains(['\u{202e}', '\u{2028}', '\u{2029}', '\u{feff}', '\u{200b}']));
        }
    });
}

#[test]
fn payer_codes() {
    fuzz("payer_codes", |bytes| {
        for mode in [Mode::Live, Mode::Test] {
            for source in [SourceType::BarcodeAlipay, SourceType::WechatPayUpm] {
                if let Ok(accepted) = payer_code::read(&text_of(bytes), source, mode) {
                    let digits = accepted.code.expose_digits();
                    assert!(digits.len() <= 32 && digits.bytes().all(|byte| byte.is_ascii_digit()));
                }
            }
        }
    });
}

#[test]
fn bodies() {
    fuzz("bodies", |bytes| {
        let _ = serde_json::from_slice::<CreatePayment>(bytes);
        let _ = serde_json::from_slice::<CancelPayment>(bytes);
        let _ = serde_json::from_slice::<CreateRefund>(bytes);
        let _ = serde_json::from_slice::<ResolvePayment>(bytes);
        let _ = serde_json::from_slice::<Pair>(bytes);
        // What a till reads.
        let _ = serde_json::from_slice::<Payment>(bytes);
        let _ = serde_json::from_slice::<Problem>(bytes);
        let _ = serde_json::from_slice::<Terminal>(bytes);
    });
}

#[test]
fn configuration() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("scantill.toml");
    fuzz("configuration", |bytes| {
        std::fs::write(&file, bytes).unwrap();
        if let Err(error) = Config::load(&file) {
            let _ = error.to_string();
        }
    });
}

/// What stands behind the question mark of the till's address.
#[test]
fn page_address() {
    fuzz("page_address", |bytes| {
        let text = text_of(bytes);
        let given: Vec<(&str, &str)> = text.split('&').filter_map(|part| part.split_once('=')).collect();
        let find =
            |name: &str| given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        if let Ok(Some(opening)) = page_address::read(find) {
            assert!(opening.reference.is_none_or(|reference| Text::parse(&reference).is_ok()));
        }
    });
}

/// The stream of events, cut anywhere.
#[test]
fn event_stream() {
    fuzz("event_stream", |bytes| {
        let size = bytes.first().map_or(1, |byte| usize::from(*byte).max(1));
        let (mut whole, mut parts) = (sse::Parser::default(), sse::Parser::default());
        let at_once = whole.push(bytes).unwrap_or_default();
        let pieces: Vec<_> =
            bytes.chunks(size).flat_map(|part| parts.push(part).unwrap_or_default()).collect();
        assert_eq!(at_once, pieces, "where it is cut does not matter");
    });
}
