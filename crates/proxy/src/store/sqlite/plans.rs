//! How SQLite finds what each statement wants. What others stored must not make a request slower: no statement reads a
//! growing table from one end to the other, and no list is sorted before it is cut.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rusqlite::trace::{TraceEvent, TraceEventCodes};
use scantill_payment::{ChargeSnapshot, ChargeStatus, Input, Order, PaymentAttempt};
use scantill_types::api::Pin;
use scantill_types::{Currency, Money, SaleId, TerminalId, Timing};
use tempfile::TempDir;

use super::*;
use crate::audit::Asked;
use crate::clock::SystemEntropy;
use crate::proof::DeviceKey;
use crate::secrets::CodeDigest;
use crate::store::{ApprovalAsked, CodeUse, Session};

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
    "clock_was_set",
    "unfollowed_webhooks",
    "check_audit",
    "add_terminal",
    "terminals",
    "revoke",
];
/// A refund's list within its payment: fifteen at most.
const OF_REFUNDS: &str = "json_group_array";

const NOW: Timestamp = Timestamp(1_795_316_400_000);

/// What was asked of SQLite since it was last looked at.
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
    store: SqliteStore,
    heard: Heard,
    seen: BTreeSet<&'static str>,
    bad: Vec<String>,
}

impl Plans {
    fn new() -> Self {
        let (folder, heard) = (TempDir::new().unwrap(), Heard::default());
        let watch = |connection: &mut Connection| heard.listen(connection);
        let store = SqliteStore::open_watched(folder.path(), &SystemEntropy, &watch).unwrap();
        heard.take();
        Self { folder, store, heard: heard.clone(), seen: BTreeSet::new(), bad: Vec::new() }
    }

    /// Looks at the plans of all that a method ran.
    async fn run<T>(&mut self, method: &'static str, ran: impl AsyncFnOnce(&SqliteStore) -> T) -> T {
        let result = ran(&self.store).await;
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

fn device() -> Device {
    Device {
        id: DeviceId::parse("tablet-1").unwrap(),
        account: "demo".into(),
        store_id: StoreId::parse("store_1").unwrap(),
        store_name: "store 1".into(),
        time_zone: "Asia/Bangkok".into(),
        day_starts_minutes: 240,
        terminal: TerminalId::parse("POS-01").unwrap(),
        session: Session::default(),
    }
}

fn draft(id: &str, sale: &str) -> Draft {
    let order = Order {
        payment: PaymentId::parse(id).unwrap(),
        sale: SaleId::parse(sale).unwrap(),
        amount: 2_225,
        currency: Currency::Thb,
        livemode: false,
        installation: "of other books".into(),
        created_at: NOW,
        end_not_before: NOW,
        source_first: false,
    };
    let code = CodeUse { key: 1, hash: format!("hash of the code of {id}") };
    Draft {
        provider_time: None,
        attempt: PaymentAttempt::new(order).step(NOW, &Timing::default(), Input::Permit { waited_ms: 0 }).0,
        device: device(),
        reference: Some("inv-1".into()),
        description: None,
        code_masked: "28**********0001".into(),
        code_outside_grammar: false,
        code_use: Some(code.clone()),
        code_hashes: vec![code],
        accepted: Some(PaymentId::parse("pay-0").unwrap()),
        due_at: Some(NOW),
    }
}

fn asked() -> ApprovalAsked {
    let Device { account, store_id, terminal, id, .. } = device();
    ApprovalAsked {
        account,
        store_id,
        terminal,
        device: id,
        supervisor: "Mali".into(),
        payment: PaymentId::parse("pay-1").unwrap(),
        action: "refund",
        asked: Asked::here(),
    }
}

/// A change of it: its charge was seen paid.
fn paid(record: &Record) -> Transition {
    let order = &record.attempt.order;
    let charge = ChargeSnapshot {
        id: ChargeId::parse("chrg_1").unwrap(),
        amount: Some(Money::new(order.amount, order.currency)),
        livemode: order.livemode,
        payment: Some(order.payment.to_string()),
        sale: Some(order.sale.to_string()),
        installation: Some(order.installation.clone()),
        status: ChargeStatus::Successful,
        refunded_amount: 0,
        refunds: Vec::new(),
        can_perform_void: false,
        voided: false,
        disputed: false,
        paid_at: None,
        expires_at: None,
    };
    let attempt = record.attempt.clone().step(NOW, &Timing::default(), Input::ChargeRead(charge)).0;
    Transition { attempt, due_at: None, at: NOW, cause: "read".into(), under: None }
}

fn filters() -> Vec<Filter> {
    let all = Filter {
        store_id: device().store_id,
        account: device().account,
        terminal: Some(device().terminal),
        sale: None,
        reference: None,
        unsettled: false,
        before: None,
        limit: 51,
    };
    let sale = Some(SaleId::parse("sale-1").unwrap());
    let reference = Some("inv-1".to_owned());
    let mut filters = vec![
        all.clone(),
        Filter { sale: sale.clone(), ..all.clone() },
        Filter { sale, terminal: None, ..all.clone() },
        Filter { reference: reference.clone(), ..all.clone() },
        Filter { reference, unsettled: true, ..all.clone() },
        Filter { unsettled: true, ..all },
    ];
    let more: Vec<_> = filters.iter().map(|filter| Filter { before: Some(9), ..filter.clone() }).collect();
    filters.extend(more);
    filters
}

/// The names of the methods that reach SQLite, from the trait itself.
fn methods() -> BTreeSet<&'static str> {
    let lines = include_str!("../../store.rs").lines();
    lines.filter_map(|line| line.trim().strip_prefix("async fn ")?.split('(').next()).collect()
}

#[tokio::test]
async fn no_request_reads_a_growing_table_from_end_to_end() {
    let mut plans = Plans::new();
    ask_about_payments(&mut plans).await;
    ask_about_the_rest(&mut plans).await;
    assert!(plans.bad.is_empty(), "{}", plans.bad.join("\n"));
    let of_memory = ["claim_due", "hasten", "spread_overdue", "next_due"];
    let missing: Vec<_> = methods()
        .into_iter()
        .filter(|name| !plans.seen.contains(name) && !of_memory.contains(name))
        .collect();
    assert!(missing.is_empty(), "not looked at: {missing:?}");
}

async fn ask_about_payments(plans: &mut Plans) {
    let (device, first) = (device(), draft("pay-1", "sale-1"));
    let id = first.attempt.order.payment.clone();
    plans.run("create", async |store| store.create(draft("pay-0", "sale-0")).await.unwrap()).await;
    let created = plans.run("create", async |store| store.create(first).await.unwrap()).await;
    plans.run("create", async |store| store.create(draft("pay-2", "sale-1")).await.unwrap()).await;
    plans
        .run("record_never_arrived", async |store| {
            store.record_never_arrived(draft("pay-3", "sale-3")).await.unwrap()
        })
        .await;
    if let Created::New(record) = created {
        plans
            .run("commit", async |store| {
                store.commit(id.clone(), record.version, paid(&record)).await.unwrap()
            })
            .await;
    }
    plans.run("payment", async |store| store.payment(id.clone()).await.unwrap()).await;
    for filter in filters() {
        plans.run("payments", async |store| store.payments(filter).await.unwrap()).await;
    }
    for cursor in [None, Some(0)] {
        plans.run("missed", async |store| store.missed(device.clone(), cursor).await.unwrap()).await;
    }
    plans
        .run("take_over", async |store| {
            store.take_over(id.clone(), DeviceId::parse("other").unwrap(), NOW).await.unwrap()
        })
        .await;
    let charge = ChargeId::parse("chrg_none").unwrap();
    plans
        .run("payment_of_charge", async |store| store.payment_of_charge("demo".into(), charge).await.unwrap())
        .await;
    plans
        .run("payments_of_reference", async |store| {
            store.payments_of_reference("inv-1".into(), 9).await.unwrap()
        })
        .await;
    for of_store in [None, Some((device.account.clone(), device.store_id.clone()))] {
        plans
            .run("payments_in_review", async |store| store.payments_in_review(of_store, 9).await.unwrap())
            .await;
    }
    plans.run("count_unsettled", async |store| store.count_unsettled().await.unwrap()).await;
    plans.run("check", async |store| store.check().await.unwrap()).await;
    let tended = Tended { due_at: None, version: 1 };
    if let Some(claim) = plans.store.claim_due(Owner("o".into()), NOW, 9, 1).await.unwrap().pop() {
        plans.run("release", async |store| store.release(claim, tended, NOW).await.unwrap()).await;
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
        .run("add_terminal", async |store| {
            let digest = CodeDigest { public_part: "code".into(), secret_digest: "code".into() };
            let expires_at = NOW.plus_ms(9);
            let code = NewPairingCode { digest, keeps_devices: false, made_at: NOW, expires_at };
            store.add_terminal(terminal, code).await.unwrap();
        })
        .await;
    plans
        .run("redeem", async |store| {
            let code = CodeDigest { public_part: "code".into(), secret_digest: "code".into() };
            store.redeem(code, new(device.id.as_str(), "token"), vec!["demo".into()], NOW).await.unwrap()
        })
        .await;
    plans
        .run("open_pair", async |store| {
            store.open_pair("demo".into(), new("new", "other"), NOW).await.unwrap()
        })
        .await;
    plans.run("note_seen", async |store| store.note_seen("token".into(), NOW).await.unwrap()).await;
    plans.run("terminals", async |store| store.terminals().await.unwrap()).await;
    let revoke = Revoke { account: None, store_id: None, terminal: None, device: Some(device.id.clone()) };
    plans.run("revoke", async |store| store.revoke(revoke, NOW).await.unwrap()).await;
    plans.run("device", async |store| store.device("token".into()).await.unwrap()).await;
    plans.run("code_keys", async |store| store.code_keys(NOW, [1; 32]).await.unwrap()).await;
    let identity = Identity { id: "acct_1".into(), livemode: false };
    plans
        .run("remember", async |store| store.remember("demo".into(), "print".into(), identity).await.unwrap())
        .await;
    plans.run("identity", async |store| store.identity("demo".into(), "print".into()).await.unwrap()).await;
    plans.run("reconciled", async |store| store.reconciled("demo".into()).await.unwrap()).await;
    let until = ProviderTime { earliest: NOW, latest: NOW };
    plans
        .run("note_reconciled", async |store| {
            store.note_reconciled("demo".into(), until).await.unwrap();
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
    plans.run("add_supervisor", async |store| store.add_supervisor(supervisor, NOW).await.unwrap()).await;
    let asked = asked();
    plans.run("begin_approval", async |store| store.begin_approval(asked.clone(), NOW).await.unwrap()).await;
    plans
        .run("end_approval", async |store| {
            store.end_approval(asked, Some(mali), true, NOW).await.unwrap();
        })
        .await;
    plans
        .run("refunded_since", async |store| {
            store.refunded_since("demo".into(), device().store_id, NOW, payment.clone()).await.unwrap()
        })
        .await;
    plans.run("check_audit", async |store| store.check_audit().await.unwrap()).await;
    plans.run("supervisors", async |store| store.supervisors("demo".into(), store_id).await.unwrap()).await;
    let webhook = Webhook {
        account: "demo".into(),
        event: "evnt_1".into(),
        claim: Some("paid".into()),
        payment: Some(payment.clone()),
        at: NOW,
    };
    plans
        .run("keep_webhook", async |store| {
            store.keep_webhook(webhook.clone(), "charge.complete".into()).await.unwrap()
        })
        .await;
    plans
        .run("unfollowed_webhooks", async |store| store.unfollowed_webhooks("demo".into(), 9).await.unwrap())
        .await;
    plans
        .run("is_named_by_a_webhook", async |store| store.is_named_by_a_webhook(payment).await.unwrap())
        .await;
    plans.run("webhooks_followed", async |store| store.webhooks_followed(vec![webhook]).await.unwrap()).await;
    plans.run("unsettled_payments", async |store| store.unsettled_payments().await.unwrap()).await;
    plans.run("accounts_in_use", async |store| store.accounts_in_use(NOW).await.unwrap()).await;
    plans.run("newest", async |store| store.newest().await.unwrap()).await;
    plans.run("clock_was_set", async |store| store.clock_was_set(1).await.unwrap()).await;
}
