//! How SQLite finds what each statement wants. What others stored must not make a request slower: no statement reads a
//! growing table from one end to the other, and no list is sorted before it is cut.

mod samples;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rusqlite::trace::{TraceEvent, TraceEventCodes};
use scantill_types::api::Pin;
use tempfile::TempDir;

use super::*;
use crate::clock::SystemEntropy;
use crate::poll_queue::{PollQueue, PollResult};
use crate::proof::DeviceKey;
use crate::provider_clock::ProviderTime;
use crate::secrets::CodeDigest;
use crate::storage::*;
use samples::{asked, device, filters, new_payment, paid};
use scantill_types::{ChargeId, DeviceId, PaymentId, Timestamp};

/// Tables that grow with what is sold, sent or paired.
const GROWING: [&str; 7] = ["payments", "audit", "refunds", "sales", "webhooks", "devices", "pairing_codes"];
/// Indexes of what is under way alone: to read all of one is to read what is wanted.
const OF_WHAT_IS_UNDER_WAY: [&str; 6] = [
    "payments_open",
    "payments_due",
    "payments_in_review",
    "payments_with_duplicates",
    "payments_untimed",
    "one_refund_under_way_a_charge",
];
/// Methods that no till and no stranger runs: at start, when a clock is set, for webhooks that nobody followed, and for an
/// operator's commands about terminals.
const NOT_OF_REQUESTS: [&str; 9] = [
    "unsettled_payments",
    "accounts_in_use",
    "newest",
    "shift_due_times",
    "unconfirmed_webhooks",
    "check_audit",
    "add_terminal",
    "terminals",
    "revoke",
];
/// A refund's list within its payment: fifteen at most.
const OF_REFUNDS: &str = "json_group_array";

const NOW: Timestamp = Timestamp(1_795_316_400_000);

/// The statements that SQLite ran since the last check.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<BTreeSet<String>>>);

impl Heard {
    fn listen(&self, connection: &mut Connection) {
        let heard = self.0.clone();
        let note = move |event: TraceEvent<'_>| {
            if let TraceEvent::Stmt(statement, _) = event {
                heard.lock().unwrap().insert(statement.sql().into_owned());
            }
        };
        connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note)).unwrap();
    }

    fn take(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

struct Plans {
    folder: TempDir,
    storage: SqliteStorage,
    heard: Heard,
    seen: BTreeSet<&'static str>,
    bad: Vec<String>,
}

impl Plans {
    fn new() -> Self {
        let (folder, heard) = (TempDir::new().unwrap(), Heard::default());
        let watch = |connection: &mut Connection| heard.listen(connection);
        let storage = SqliteStorage::open_watched(folder.path(), &SystemEntropy, &watch).unwrap();
        heard.take();
        Self { folder, storage, heard: heard.clone(), seen: BTreeSet::new(), bad: Vec::new() }
    }

    /// Looks at the plans of all that a method ran.
    async fn run<T>(&mut self, method: &'static str, ran: impl AsyncFnOnce(&SqliteStorage) -> T) -> T {
        let result = ran(&self.storage).await;
        self.seen.insert(method);
        let connection = Connection::open(self.folder.path().join("scantill.sqlite3")).unwrap();
        for sql in self.heard.take() {
            let bad = plan(&connection, &sql).into_iter().filter(|line| is_bad(line));
            if !NOT_OF_REQUESTS.contains(&method) {
                self.bad.extend(bad.map(|line| format!("{method}: {line}\n    {sql}")));
            }
        }
        result
    }
}

fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let is_of_data = ["SELECT", "INSERT", "UPDATE", "DELETE"].iter().any(|verb| sql.starts_with(verb));
    if !is_of_data {
        return Vec::new();
    }
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut lines = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        lines.push(row.get::<_, String>(3).unwrap());
    }
    lines
}

fn is_bad(line: &str) -> bool {
    if line.contains("TEMP B-TREE") {
        return !line.contains(OF_REFUNDS);
    }
    let scanned = line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
    let is_whole = scanned.is_some_and(|table| GROWING.contains(&table));
    is_whole && !OF_WHAT_IS_UNDER_WAY.iter().any(|index| line.ends_with(index))
}

/// The names of the methods that reach SQLite, from the traits themselves.
fn methods() -> BTreeSet<&'static str> {
    let traits = [
        include_str!("../../storage.rs"),
        include_str!("../account_db.rs"),
        include_str!("../payment_db.rs"),
        include_str!("../terminal_db.rs"),
        include_str!("../webhook_db.rs"),
        include_str!("../../poll_queue.rs"),
    ];
    let lines = traits.iter().flat_map(|text| text.lines());
    lines.filter_map(|line| line.trim().strip_prefix("async fn ")?.split('(').next()).collect()
}

#[tokio::test]
async fn no_request_reads_a_growing_table_from_end_to_end() {
    let mut plans = Plans::new();
    ask_about_payments(&mut plans).await;
    ask_about_the_rest(&mut plans).await;
    assert!(plans.bad.is_empty(), "{}", plans.bad.join("\n"));
    let of_memory = ["lease_due", "expedite", "stagger_overdue", "next_due"];
    let missing: Vec<_> = methods()
        .into_iter()
        .filter(|name| !plans.seen.contains(name) && !of_memory.contains(name))
        .collect();
    assert!(missing.is_empty(), "not looked at: {missing:?}");
}

async fn ask_about_payments(plans: &mut Plans) {
    let (device, first) = (device(), new_payment("pay-1", "sale-1"));
    let id = first.attempt.order.payment.clone();
    plans.run("create", async |storage| storage.create(new_payment("pay-0", "sale-0")).await.unwrap()).await;
    let created = plans.run("create", async |storage| storage.create(first).await.unwrap()).await;
    plans.run("create", async |storage| storage.create(new_payment("pay-2", "sale-1")).await.unwrap()).await;
    plans
        .run("record_never_arrived", async |storage| {
            storage.record_never_arrived(new_payment("pay-3", "sale-3")).await.unwrap()
        })
        .await;
    if let Created::New(stored) = created {
        plans
            .run("commit", async |storage| {
                storage.commit(id.clone(), stored.version, paid(&stored)).await.unwrap()
            })
            .await;
    }
    plans.run("payment", async |storage| storage.payment(id.clone()).await.unwrap()).await;
    for filter in filters() {
        plans.run("payments", async |storage| storage.payments(filter).await.unwrap()).await;
    }
    for cursor in [None, Some(0)] {
        plans.run("missed", async |storage| storage.missed(device.clone(), cursor).await.unwrap()).await;
    }
    plans
        .run("take_over", async |storage| {
            storage.take_over(id.clone(), DeviceId::parse("other").unwrap(), NOW).await.unwrap()
        })
        .await;
    let charge = ChargeId::parse("chrg_none").unwrap();
    plans
        .run("payment_of_charge", async |storage| {
            storage.payment_of_charge("demo".into(), charge).await.unwrap()
        })
        .await;
    plans
        .run("payments_of_reference", async |storage| {
            storage.payments_of_reference("inv-1".into(), 9).await.unwrap()
        })
        .await;
    for of_store in [None, Some((device.account.clone(), device.store_id.clone()))] {
        plans
            .run("payments_in_review", async |storage| storage.payments_in_review(of_store, 9).await.unwrap())
            .await;
    }
    plans.run("count_unsettled", async |storage| storage.count_unsettled().await.unwrap()).await;
    plans.run("check", async |storage| storage.check().await.unwrap()).await;
    let polled = PollResult { due_at: None, version: Some(1) };
    if let Some(lease) = plans.storage.lease_due(NOW, 9, 1).await.unwrap().pop() {
        plans.run("release", async |storage| storage.release(lease, polled, NOW).await.unwrap()).await;
    }
}

fn new(id: &str, token: &str) -> NewDevice {
    let key = DeviceKey { thumbprint: "print".into(), base: "http://till".into() };
    NewDevice { id: DeviceId::parse(id).unwrap(), token_digest: token.into(), key: Some(key) }
}

async fn ask_about_the_rest(plans: &mut Plans) {
    let device = device();
    let terminal = NewTerminal {
        account: "demo".into(),
        store_id: device.store_id.clone(),
        store_name: "store 1".into(),
        time_zone: "Asia/Bangkok".into(),
        day_starts_minutes: 240,
        terminal: device.terminal.clone(),
    };
    plans
        .run("add_terminal", async |storage| {
            let digest = CodeDigest { public_part: "code".into(), secret_digest: "code".into() };
            let expires_at = NOW.plus_ms(9);
            let code = NewPairingCode { digest, keeps_devices: false, made_at: NOW, expires_at };
            storage.add_terminal(terminal, code).await.unwrap();
        })
        .await;
    plans
        .run("redeem", async |storage| {
            let code = CodeDigest { public_part: "code".into(), secret_digest: "code".into() };
            storage.redeem(code, new(device.id.as_str(), "token"), vec!["demo".into()], NOW).await.unwrap()
        })
        .await;
    plans
        .run("open_pair", async |storage| {
            storage.open_pair("demo".into(), new("new", "other"), NOW).await.unwrap()
        })
        .await;
    plans.run("note_seen", async |storage| storage.note_seen("token".into(), NOW).await.unwrap()).await;
    plans.run("terminals", async |storage| storage.terminals().await.unwrap()).await;
    let revoke = Revoke { account: None, store_id: None, terminal: None, device: Some(device.id.clone()) };
    plans.run("revoke", async |storage| storage.revoke(revoke, NOW).await.unwrap()).await;
    plans.run("device", async |storage| storage.device("token".into()).await.unwrap()).await;
    plans.run("code_keys", async |storage| storage.code_keys(NOW, [1; 32]).await.unwrap()).await;
    let identity = Identity { id: "acct_1".into(), livemode: false };
    plans
        .run("store_identity", async |storage| {
            storage.store_identity("demo".into(), "print".into(), identity).await.unwrap()
        })
        .await;
    plans
        .run("identity", async |storage| storage.identity("demo".into(), "print".into()).await.unwrap())
        .await;
    plans.run("reconciled", async |storage| storage.reconciled("demo".into()).await.unwrap()).await;
    let until = ProviderTime { earliest: NOW, latest: NOW };
    plans
        .run("note_reconciled", async |storage| {
            storage.note_reconciled("demo".into(), until).await.unwrap();
        })
        .await;
    ask_about_people_and_webhooks(plans).await;
}

async fn ask_about_people_and_webhooks(plans: &mut Plans) {
    let pin_hash = crate::approval::pin_hash(&Pin::new("2580"), &SystemEntropy).unwrap();
    let store_id = device().store_id;
    let supervisor =
        Supervisor { account: "demo".into(), store_id: store_id.clone(), name: "Mali".into(), pin_hash };
    let mali = supervisor.clone();
    let payment = PaymentId::parse("pay-1").unwrap();
    plans.run("add_supervisor", async |storage| storage.add_supervisor(supervisor, NOW).await.unwrap()).await;
    let asked = asked();
    plans
        .run("begin_approval", async |storage| storage.begin_approval(asked.clone(), NOW).await.unwrap())
        .await;
    plans
        .run("end_approval", async |storage| {
            storage.end_approval(asked, Some(mali), PinResult::Right, NOW).await.unwrap();
        })
        .await;
    plans
        .run("refunded_since", async |storage| {
            storage.refunded_since("demo".into(), device().store_id, NOW, payment.clone()).await.unwrap()
        })
        .await;
    plans.run("check_audit", async |storage| storage.check_audit().await.unwrap()).await;
    plans
        .run("supervisors", async |storage| storage.supervisors("demo".into(), store_id).await.unwrap())
        .await;
    let webhook = Webhook {
        account: "demo".into(),
        event: "evnt_1".into(),
        assertion: Some("paid".into()),
        payment: Some(payment.clone()),
        at: NOW,
    };
    plans
        .run("store_webhook", async |storage| {
            storage.store_webhook(webhook.clone(), "charge.complete".into()).await.unwrap()
        })
        .await;
    plans
        .run("unconfirmed_webhooks", async |storage| {
            storage.unconfirmed_webhooks("demo".into(), 9).await.unwrap()
        })
        .await;
    plans
        .run("is_named_by_a_webhook", async |storage| storage.is_named_by_a_webhook(payment).await.unwrap())
        .await;
    plans
        .run("mark_webhooks_confirmed", async |storage| {
            storage.mark_webhooks_confirmed(vec![webhook]).await.unwrap();
        })
        .await;
    plans.run("unsettled_payments", async |storage| storage.unsettled_payments().await.unwrap()).await;
    plans.run("accounts_in_use", async |storage| storage.accounts_in_use(NOW).await.unwrap()).await;
    plans.run("newest", async |storage| storage.newest().await.unwrap()).await;
    plans.run("shift_due_times", async |storage| storage.shift_due_times(1).await.unwrap()).await;
}
