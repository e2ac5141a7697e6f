//! A till that is gone before its answer: what was written down is sent, what was not is not.

use std::time::Duration;

use scantill_testkit::agreement::agrees;
use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, body, magic, payment_id};
use scantill_types::PaymentId;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// How long after its last byte the till is gone, while the storage is held shut.
const GONE_AFTER_MS: [u64; 5] = [0, 1, 5, 25, 100];

/// Sends a PUT and is gone, as a tablet whose battery dies.
async fn put_and_leave(program: &Program, after: Duration) -> PaymentId {
    let (id, body) = (payment_id(), body(&magic("00")).to_string());
    let address = program.proxy.trim_start_matches("http://");
    let head = format!(
        "PUT /v1/payments/{id} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        program.token,
        body.len()
    );
    let mut till = TcpStream::connect(address).await.unwrap();
    till.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    till.flush().await.unwrap();
    tokio::time::sleep(after).await;
    till.set_zero_linger().unwrap();
    id
}

#[tokio::test]
async fn a_till_that_leaves_during_its_put_changes_nothing_about_it() {
    let settings = Settings { creation: "one_call", webhooks: false, ..Settings::default() };
    let program = Program::start_with(settings).await;
    // The first payment of a day makes the key for codes; the next ones wait for nothing but their own commit.
    let mut left = vec![program.pay(&magic("00")).await];
    for gone_after_ms in GONE_AFTER_MS {
        let other = program.database();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        left.push(put_and_leave(&program, Duration::from_millis(gone_after_ms)).await);
        other.execute_batch("ROLLBACK").unwrap();
    }
    // What a till does when it is back: from here on each id is decided.
    for id in &left {
        program.cancel(id).await.unwrap();
    }
    agrees(&program, &left).await;
    assert!(1 < program.requests("POST", "/charges").await, "none of them was taken on");
}
