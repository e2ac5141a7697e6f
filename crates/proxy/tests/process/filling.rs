//! Books of 100,000 payments: how soon the proxy is ready after a kill, and how it makes up for what it missed.

use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, magic, until};
use scantill_types::api::PaymentState;
use serde_json::json;

const PAYMENTS: i64 = 100_000;
/// One in ten ended unpaid and is watched; half of these looks fell into the time when nobody was there.
const WATCHED_EACH: i64 = 10;
/// What is promised of an optimised program, by the clock.
const READY_AT_THE_LATEST: Duration = Duration::from_secs(1);
/// One that is not optimised runs beside other tests: the clock is read against work of the same size, filling the storage.
const OF_FILLING_AT_MOST: u32 = 2;

/// Copies of the rows that are there, with ids, sales, codes and charges of their own.
const COPY: &str = "
    CREATE TEMP TABLE copies AS WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
        SELECT n, payments.* FROM numbers JOIN payments
        ON payments.state = CASE WHEN n % ?2 = 0 THEN 'failed' ELSE 'successful' END;
    UPDATE copies SET counter = n + 1000, cursor = n + 1000, payment_id = printf('00000000-0000-7000-8000-%012d', n),
        sale_id = printf('sale-%d', n), code_hash = printf('%064d', n), charge_id = printf('chrg_test_%d', n),
        attempt = json_set(attempt, '$.charges.bound.id', printf('chrg_test_%d', n)),
        due_at = CASE WHEN n % ?2 = 0 THEN ?3 + (n - ?1 / 2) * 200 END;
    ALTER TABLE copies DROP COLUMN n;
    INSERT INTO payments SELECT * FROM copies;
    INSERT INTO audit (seq, cursor, payment_id, at, cause, state, detail, hash)
        SELECT cursor, cursor, payment_id, updated_at, 'copied', state, '{}', zeroblob(32) FROM copies;";

/// Fills the storage while no proxy is there, and says how long that took.
fn fill(program: &Program) -> Duration {
    let file = program.folder.path().join("data/scantill.sqlite3");
    let (mut database, began) = (Connection::open(file).unwrap(), Instant::now());
    let filling = database.transaction().unwrap();
    let now_ms = scantill_proxy::clock::Clock::now(&scantill_proxy::clock::SystemClock::default()).0;
    for statement in COPY.split_inclusive(';') {
        let mut statement = filling.prepare(statement).unwrap();
        let values = [PAYMENTS, WATCHED_EACH, now_ms];
        let wanted = statement.parameter_count();
        statement.execute(rusqlite::params_from_iter(&values[..wanted])).unwrap();
    }
    filling.commit().unwrap();
    let took = began.elapsed();
    let count: i64 = database.query_row("SELECT count(*) FROM payments", [], |row| row.get(0)).unwrap();
    assert_eq!(count, PAYMENTS + 3);
    let overdue = "SELECT count(*) FROM payments WHERE due_at < ?1";
    let overdue: i64 = database.query_row(overdue, params![now_ms], |row| row.get(0)).unwrap();
    assert!(4_000 < overdue, "{overdue}");
    took
}

#[tokio::test]
async fn with_100_000_payments_it_is_soon_ready_after_a_kill() {
    let timing = "read_first_ms = 100, read_every_ms = 100";
    let settings = Settings { webhooks: false, timing, ..Settings::default() };
    let mut program = Program::start_with(settings).await;
    for (outcome, state) in [("00", PaymentState::Successful), ("10", PaymentState::Failed)] {
        let id = program.pay(&magic(outcome)).await;
        program.reaches(&id, state).await;
    }
    let (open, charge) = program.pending_charge("01").await;
    program.kill().await;
    let filling = fill(&program);
    program.start().await;
    program.kill().await;
    program.order("DELETE", "requests", json!(null)).await;

    let began = Instant::now();
    program.start().await;
    until("it is ready", async || {
        let ready = program.http.get(format!("{}/readyz", program.proxy)).send().await;
        ready.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
    let ready = began.elapsed();
    let latest = if cfg!(debug_assertions) { filling * OF_FILLING_AT_MOST } else { READY_AT_THE_LATEST };
    assert!(ready < latest, "{ready:?}; to fill the storage took {filling:?}");

    // What is open is not kept waiting by thousands of looks at what is over.
    program.confirm(&charge).await;
    program.reaches(&open, PaymentState::Successful).await;
    until("the looks are made up for", async || 4 <= watched_reads(&program).await).await;
    let looks = watched_reads(&program).await;
    let passed_ms = usize::try_from(began.elapsed().as_millis()).unwrap();
    // Beside what is made up for, one falls due every two seconds.
    let looks_max = 2 + passed_ms.div_ceil(200) + passed_ms.div_ceil(2_000);
    assert!(looks <= looks_max, "{looks} reads in {passed_ms} ms");
}

/// Reads of charges that the sandbox never made.
async fn watched_reads(program: &Program) -> usize {
    let log = program.order("GET", "requests", json!(null)).await;
    let paths = log["requests"].as_array().unwrap().iter().filter_map(|line| line["path"].as_str());
    paths.filter(|path| path.starts_with("/charges/chrg_test_") && path.len() < 28).count()
}
