//! Line 33: requests that two readers may read as two different ones.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::raw::{address, answer, send, until_closed};
use scantill_testkit::world::{Settings, World, payment_id};

const CLOSE: &str = "Connection: close\r\nContent-Type: application/json\r\n";
const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";

#[tokio::test]
async fn requests_that_can_be_read_in_two_ways_are_refused() {
    let world = World::start_with(Settings::without_webhooks()).await;
    let post = |headers: &str, body: &str| format!("POST /v1/pair HTTP/1.1\r\n{headers}{CLOSE}\r\n{body}");
    let whole = "{\"device_id\":\"d\"}";
    let chunked = format!("{:x}\r\n{whole}\r\n0\r\n\r\n", whole.len());
    let length = format!("Content-Length: {}\r\n", whole.len());
    for (request, expected) in [
        (post(&format!("Host: localhost\r\n{length}"), whole), 200),
        (post(&format!("Host: localhost\r\n{CHUNKED}"), &chunked), 200),
        (post(&format!("Host: localhost\r\n{CHUNKED}Content-Length: 3\r\n"), &chunked), 400),
        (post(&format!("Host: localhost\r\nContent-Length: 3\r\n{CHUNKED}"), &chunked), 400),
        (post("Host: localhost\r\ncontent-length: 3\r\ntransfer-ENCODING: chunked\r\n", &chunked), 400),
        (post(&length, whole), 400),
        (post(&format!("Host: localhost\r\nHost: y\r\n{length}"), whole), 400),
        (post(&format!("Host: localhost\r\nhost: localhost\r\n{length}"), whole), 400),
        (post(&format!("Host: localhost\r\nContent-Length: 3\r\n{length}"), whole), 400),
        (post("Host: localhost\r\nTransfer-Encoding: gzip\r\n", whole), 400),
        (post(&format!("Host: localhost\r\nX: a\r\n b\r\n{length}"), whole), 400),
        (post(&format!("Host: localhost\r\n{CHUNKED}"), "zz\r\nab\r\n0\r\n\r\n"), 400),
        (post(&format!("Host: localhost\r\n{CHUNKED}"), "fffffffffffffffff\r\nab\r\n0\r\n\r\n"), 400),
        (post(&format!("Host: localhost\r\n{CHUNKED}"), "2;a\nb\r\nab\r\n0\r\n\r\n"), 400),
        (post("Host: localhost\r\nContent-Length: +17\r\n", whole), 400),
        (post("Host: localhost\r\nContent-Length: 17, 17\r\n", whole), 400),
        (post("Host: localhost\r\nContent-Length: 0x11\r\n", whole), 400),
        (post("Host: localhost\r\nContent-Length : 17\r\n", whole), 400),
        (post("Host: localhost\r\nTransfer-Encoding : chunked\r\n", &chunked), 400),
        (post("Host: localhost\r\nTransfer-Encoding: \u{b}chunked\r\n", &chunked), 400),
        (post("Host: localhost\r\nTransfer-Encoding: chunked, identity\r\n", &chunked), 400),
        (post(&format!("Host: localhost\r\n{CHUNKED}"), &chunked).replace("HTTP/1.1", "HTTP/1.0"), 400),
        (post(&format!("Host: localhost\n{length}"), whole), 400),
        ("GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n".to_owned(), 400),
        ("\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_owned(), 200),
        ("\r\n\r\nGET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n".to_owned(), 400),
        (format!("\r\n{}", post(&format!("Host: localhost\r\n{CHUNKED}"), &chunked)), 200),
        (
            format!("\r\n{}", post(&format!("Host: localhost\r\n{CHUNKED}Content-Length: 3\r\n"), &chunked)),
            400,
        ),
    ] {
        let (status, said) = answer(&address(&world), &request).await;
        assert_eq!(status, expected, "{request}\n{said}");
    }
}

#[tokio::test]
async fn a_chunked_request_right_behind_another_is_refused() {
    let world = World::start_with(Settings::without_webhooks()).await;
    let first = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let body = "11\r\n{\"device_id\":\"d\"}\r\n0\r\n\r\n";
    let hidden = format!(
        "POST /v1/pair HTTP/1.1\r\nHost: localhost\r\n{CHUNKED}Content-Length: 3\r\n{CLOSE}\r\n{body}"
    );
    let (said, _) = until_closed(send(&address(&world), &format!("{first}{hidden}")).await).await;
    assert!(said.starts_with("HTTP/1.1 200 ") && said.contains("HTTP/1.1 400 "), "{said}");
}

#[tokio::test]
async fn a_body_that_nobody_reads_is_not_taken_for_the_next_head() {
    let world = World::start_with(Settings::without_webhooks()).await;
    let refused = format!(
        "PUT /v1/payments/{} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nGET / ",
        payment_id()
    );
    let bare = "GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n";
    let mut stream = send(&address(&world), &refused).await;
    let mut said = [0; 12];
    stream.read_exact(&mut said).await.unwrap();
    assert_eq!(&said, b"HTTP/1.1 401");
    stream.write_all(bare.as_bytes()).await.unwrap();
    let (said, _) = until_closed(stream).await;
    assert!(said.contains("HTTP/1.1 400 "), "{said}");
}
