//! What a payment costs the disk: commits, counted in the write-ahead log itself.

use std::path::Path;

use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, magic, until};
use scantill_types::api::PaymentState;

const LOG_HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// The frames that end a transaction: they carry the size of the database after it, and the log's own salts.
fn commits(database: &Path) -> usize {
    let log = std::fs::read(database.join("scantill.sqlite3-wal")).unwrap();
    let word = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let frame_bytes = FRAME_HEADER_BYTES + word(8) as usize;
    let frames = (LOG_HEADER_BYTES..).step_by(frame_bytes).take_while(|at| at + frame_bytes <= log.len());
    let of_now = frames.take_while(|at| log[at + 8..at + 16] == log[16..24]);
    of_now.filter(|at| word(at + 4) != 0).count()
}

fn webhooks(database: &Path) -> i64 {
    let database = rusqlite::Connection::open(database.join("scantill.sqlite3")).unwrap();
    database.query_row("SELECT count(*) FROM webhooks", [], |row| row.get(0)).unwrap()
}

/// The commits of one payment that is alone, confirmed after a few reads that showed nothing new.
async fn commits_of_a_payment(creation: &'static str, with_webhooks: bool) -> (usize, i64) {
    // The look through the account's refunds notes how far it came; it is not this payment's.
    let timing = "read_first_ms = 50, read_every_ms = 50, read_slow_every_ms = 50, read_relaxed_every_ms = 50, \
        reconcile_every_ms = 3600000";
    let settings = Settings { creation, webhooks: with_webhooks, timing, ..Settings::default() };
    let program = Program::start_with(settings).await;
    let database = program.folder.path().join("data");
    // The first payment of a day makes the key for codes.
    let first = program.pay(&magic("00")).await;
    program.reaches(&first, PaymentState::Successful).await;
    until("its webhooks", async || !with_webhooks || webhooks(&database) == 2).await;
    let before = (commits(&database), webhooks(&database));

    let (id, charge) = program.pending_charge("01").await;
    let read = format!("/charges/{charge}");
    until("a few reads", async || 3 <= program.requests("GET", &read).await).await;
    program.confirm(&charge).await;
    program.reaches(&id, PaymentState::Successful).await;
    until("its webhooks", async || !with_webhooks || webhooks(&database) == 4).await;
    (commits(&database) - before.0, webhooks(&database) - before.1)
}

#[tokio::test]
async fn a_payment_alone_costs_three_commits_and_a_source_one_more() {
    assert_eq!(commits_of_a_payment("one_call", false).await, (3, 0));
    assert_eq!(commits_of_a_payment("source_then_charge", false).await, (4, 0));
}

#[tokio::test]
async fn each_webhook_costs_one_commit_more_at_most() {
    let (commits, webhooks) = commits_of_a_payment("one_call", true).await;
    let bound = 3 + usize::try_from(webhooks).unwrap();
    assert!(0 < webhooks && commits <= bound, "{commits} commits with {webhooks} webhooks");
}
