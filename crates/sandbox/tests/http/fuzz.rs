//! Requests that a seed tears, changes and mixes: the answer is always an object of the API.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::shop::Shop;

const CASES: u64 = 3_000;
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Good requests from which bad ones are made.
const SEEDS: [(&str, &str, &str, &str); 10] = [
    (
        "POST",
        "/charges",
        JSON,
        r#"{"amount":"2225","currency":"thb","source":{"type":"barcode_alipay","barcode":"289990300000000000","store_id":"s","store_name":"n"},"metadata":{"a":[1,null]}}"#,
    ),
    (
        "POST",
        "/charges",
        FORM,
        "amount=2225&currency=thb&source[type]=barcode_alipay&source[barcode]=289990300000000000&metadata[a][]=1",
    ),
    ("POST", "/sources", FORM, "amount=2225&currency=thb&type=alipayplus_upm&barcode=2899903%30"),
    (
        "GET",
        "/charges",
        JSON,
        r#"{"from":null,"limit":100,"offset":0,"order":"chronological","to":"2026-11-23T00:00:00Z"}"#,
    ),
    ("GET", "/charges?limit=5&offset=1&order=reverse_chronological&from=2020-01-01", FORM, ""),
    (
        "GET",
        "/search/?scope=charge&query=thb&filters%5Bamount%5D=1..2&filters[created]=2026-01-01..2027-01-01&page=1",
        JSON,
        "{}",
    ),
    ("GET", "/search", JSON, r#"{"scope":"refund","filters":{"amount":100,"voided":true},"per_page":5}"#),
    ("PATCH", "/charges/chrg_test_1", JSON, r#"{"description":"x","metadata":{"deep":{"er":[{}]}}}"#),
    ("POST", "/charges/chrg_test_1/refunds", JSON, r#"{"amount":100,"void":true,"metadata":{}}"#),
    ("POST", "/charges/chrg_test_1/expire", JSON, "{}"),
];

/// A small generator, so that a number names a case.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }

    /// One to five places of a text torn, doubled, bent or filled with something hostile.
    fn bend(&mut self, bytes: &mut Vec<u8>) {
        const HOSTILE: [&[u8]; 12] = [
            b"[",
            b"]",
            b"{",
            b"\"",
            b"%",
            b"&",
            b"=",
            b"\\u0000",
            b"\xff\xfe",
            b"9223372036854775808",
            b"-1e999",
            b"\xf0\x9f\x92\xb8",
        ];
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            match self.below(5) {
                0 if at < bytes.len() => bytes[at] = u8::try_from(self.below(256)).unwrap(),
                1 if at < bytes.len() => {
                    bytes.remove(at);
                }
                2 => bytes.truncate(at),
                3 => {
                    let half = bytes[at..].to_vec();
                    bytes.extend(half);
                }
                _ => {
                    let piece = HOSTILE[self.below(HOSTILE.len())];
                    bytes.splice(at..at, piece.iter().copied());
                }
            }
        }
    }
}

/// A query may hold anything once it is escaped: what HTTP itself forbids never reaches the API.
fn as_target(bytes: &[u8]) -> String {
    let escape = |byte: &u8| match byte {
        b'!'..=b'~' if !b"#\"<>\\^`{|}".contains(byte) => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    };
    bytes.iter().map(escape).collect()
}

fn request(dice: &mut Dice) -> Vec<u8> {
    let (method, target, kind, body) = SEEDS[dice.below(SEEDS.len())];
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (mut query, mut body) = (query.as_bytes().to_vec(), body.as_bytes().to_vec());
    if dice.below(2) == 0 {
        dice.bend(&mut query);
    }
    dice.bend(&mut body);
    let kind = [kind, kind, JSON, FORM, "text/plain"][dice.below(5)];
    let mut request = format!(
        "{method} {path}?{} HTTP/1.1\r\nhost: x\r\nauthorization: Basic c2tleV90ZXN0X2RlbW86\r\n\
         content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
        as_target(&query),
        body.len()
    )
    .into_bytes();
    request.extend(body);
    request
}

/// One answer off the connection: its status and its body.
async fn answer(stream: &mut TcpStream) -> (u16, Vec<u8>) {
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 16 * 1024]);
    loop {
        if let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
            let length: usize =
                text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap();
            if bytes.len() >= head + 4 + length {
                return (text[9..12].parse().unwrap(), bytes[head + 4..].to_vec());
            }
        }
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "the connection ended within an answer");
        bytes.extend(&buffer[..count]);
    }
}

#[tokio::test]
async fn no_bent_request_gets_anything_but_an_object_of_the_api() {
    let shop = Shop::open().await;
    let mut stream = TcpStream::connect(shop.running.address()).await.unwrap();
    let (mut good, mut refused) = (0, 0);
    for case in 1..=CASES {
        let mut dice = Dice(case.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let request = request(&mut dice);
        let shown = || format!("case {case}: {}", String::from_utf8_lossy(&request));
        stream.write_all(&request).await.unwrap();
        let (status, body) = answer(&mut stream).await;
        let json: Value =
            serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error}: {}", shown()));
        match status {
            200 => good += 1,
            400..=422 if json["object"] == "error" && json["code"].is_string() => refused += 1,
            _ => panic!("{status}: {json}: {}", shown()),
        }
    }
    assert!(good > CASES / 20 && refused > CASES / 5, "{good} good, {refused} refused");
    assert_eq!(shop.get("/account").await.status, 200);
}
