//! The operator's commands, against the running program and the real sandbox.
#![allow(clippy::unwrap_used, reason = "a failed step should fail the test")]

use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, approval, magic, named, refund_body};
use scantill_testkit::{ProxyConfiguration, proxy_command, until};
use std::io::Write;
use std::ops::Deref;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const DECIDED_SOON: &str = "read_first_ms = 20, read_every_ms = 20, decide_ms = 100, return_apart_ms = 100";

struct Shop(Program);

impl Deref for Shop {
    type Target = Program;

    fn deref(&self) -> &Program {
        &self.0
    }
}

impl Shop {
    async fn open() -> Self {
        Self::open_with(DECIDED_SOON).await
    }

    async fn open_with(timing: &'static str) -> Self {
        Self(Program::start_with(Settings { timing, webhooks: false, ..Settings::default() }).await)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let arguments = arguments.iter().map(|argument| with_ids(argument)).collect::<Vec<_>>();
        let mut output = command(self.folder.path(), &arguments).output().unwrap();
        output.stdout = with_names(&output.stdout);
        output
    }

    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Value {
        let path = path.split('/').map(with_ids).collect::<Vec<_>>().join("/");
        let request = self.0.call(method, &format!("/v1/payments/{path}")).json(&body);
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn until(&self, id: &str, wanted: impl Fn(&Value) -> bool) {
        until(id, async || wanted(&self.call("GET", id, json!(null)).await)).await;
    }

    /// Takes a payment with this code of the sandbox.
    async fn pay(&self, id: &str, code: &str, reference: Option<&str>) {
        let put = json!({"sale_id": "sale-1", "amount": 2225, "currency": "THB", "code": code, "scanned_ago_ms": 1,
            "reference": reference});
        self.call("PUT", id, put).await;
    }

    /// A payment that was paid and accepted, beside a supervisor.
    async fn accepted(&self, id: &str) {
        assert!(add_supervisor(self, "Mali", "2580").status.success());
        self.pay(id, &magic("00"), None).await;
        self.until(id, |payment| payment["disposition"] == "accepted").await;
    }

    /// A payment that was paid although it was to be ended, and that nobody decided in time.
    async fn unanswered(&self, id: &str) {
        self.pay(id, &magic("41"), Some("inv-1")).await;
        self.until(id, |payment| payment["state"] == "pending").await;
        let cancel = json!({"sale_id": "sale-1", "amount": 2225, "currency": "THB", "by": "cashier"});
        self.call("POST", &format!("{id}/cancel"), cancel).await;
        self.until(id, |payment| payment["review"] == "decision_overdue").await;
    }
}

/// Names that stand for an id here.
const NAMES: [&str; 3] = ["pay-1", "r-1", "r-2"];

fn with_ids(word: &str) -> String {
    if NAMES.contains(&word) { named(word) } else { word.to_owned() }
}

fn with_names(output: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(output.to_vec()).unwrap();
    NAMES.iter().fold(text, |text, name| text.replace(&named(name), name)).into_bytes()
}

fn command(folder: &Path, arguments: &[impl AsRef<std::ffi::OsStr>]) -> Command {
    let mut command = proxy_command(folder, arguments);
    command.env("RUST_LOG", "warn");
    command
}

fn add_supervisor(shop: &Shop, name: &str, pin: &str) -> Output {
    let arguments = ["supervisor", "add", "--store", "store_1", "--name", name];
    let mut child = command(shop.folder.path(), &arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{pin}").unwrap();
    child.wait_with_output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_in_review_are_listed_found_and_resolved() {
    let shop = Shop::open().await;
    assert_eq!(shop.says(&["payment", "reviews"]), "nothing needs review\n");
    shop.unanswered("pay-1").await;
    let listed = shop.says(&["payment", "reviews"]);
    assert!(listed.contains("pay-1 · ฿22.25 · reference inv-1 · successful · in_review"), "{listed}");
    assert!(listed.contains("to do: a supervisor decides with a PIN"), "{listed}");
    assert!(shop.says(&["payment", "show", "inv-1"]).contains("pay-1"));
    assert!(shop.says(&["payment", "refresh", "pay-1"]).contains("charge chrg_test_"));
    assert!(shop.refuses(&["payment", "show", "inv-2"]).contains("no payment has this id or reference"));
    let close = |second: &str| {
        let words = [
            "payment",
            "resolve",
            "pay-1",
            "--found",
            "paid",
            "--by",
            "Mali",
            "--proof",
            "statement",
            "--second",
        ];
        words.iter().map(|word| (*word).to_owned()).chain([second.to_owned()]).collect::<Vec<_>>()
    };
    let words = |words: &[String]| words.iter().map(String::as_str).map(str::to_owned).collect::<Vec<_>>();
    let alone = words(&close("mali "));
    let refused = shop.refuses(&alone.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(refused.contains("must be another"), "{refused}");
    let both = words(&close("Chai"));
    let closed = shop.says(&both.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(closed.contains("closed as paid by Mali and Chai"), "{closed}");
    assert_eq!(shop.says(&["payment", "reviews"]), "nothing needs review\n");
    let again = shop.refuses(&both.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(again.contains("nothing for a human to close"), "{again}");
    let nothing = shop.refuses(&["payment", "acknowledge", "pay-1", "--by", "Mali"]);
    assert!(nothing.contains("still to be decided"), "{nothing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_resolve_a_refund_in_doubt_and_another_follows() {
    let shop = Shop::open_with("read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 600000").await;
    shop.accepted("pay-1").await;
    shop.fault("cut_before_commit", "POST /charges/:id/refunds").await;
    let wish = refund_body(1000, 0);
    shop.call("PUT", "pay-1/refunds/r-1", wish.clone()).await;
    shop.until("pay-1", |payment| payment["refunds"][0]["state"] == "unknown").await;
    assert!(shop.says(&["payment", "show", "pay-1"]).contains("refund r-1 unknown"));
    assert_eq!(shop.call("PUT", "pay-1/refunds/r-2", wish.clone()).await["code"], "refund_under_way");
    let close = |second, refund| {
        let words = ["payment", "resolve-refund", "pay-1", refund, "--found", "absent", "--by", "Mali"];
        [&words[..], &["--proof", "statement", "--second", second]].concat()
    };
    assert!(shop.refuses(&close("mali ", "r-1")).contains("must be another"));
    assert!(shop.refuses(&close("Chai", "r-2")).contains("nothing for a human to close"));
    let closed = shop.says(&close("Chai", "r-1"));
    assert!(closed.contains("refund r-1 closed as absent by Mali and Chai"), "{closed}");
    assert!(shop.refuses(&close("Chai", "r-1")).contains("nothing for a human to close"));
    assert_eq!(shop.says(&["payment", "reviews"]), "nothing needs review\n");
    shop.call("PUT", "pay-1/refunds/r-2", wish).await;
    shop.until("pay-1", |payment| payment["refunds"][1]["state"] == "done").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_wrongly_resolved_as_absent_voids_the_later_approval() {
    let shop = Shop::open_with(
        "read_first_ms = 20, read_every_ms = 20, absent_quiet_ms = 600000, money_answer_ms = 2000",
    )
    .await;
    shop.accepted("pay-1").await;
    let charge = shop.call("GET", "pay-1", json!(null)).await["charge"]["id"].as_str().unwrap().to_owned();
    let wish = refund_body(2225, 0);
    shop.fault("hang_after_commit", "POST /charges/:id/refunds").await;
    let blind = |on: String| json!({"fault": "cut_before_commit", "on": on, "count": "all"});
    shop.call("PUT", "pay-1/refunds/r-1", wish.clone()).await;
    until("the refund happens", async || !shop.refunds().await.is_empty()).await;
    shop.order("POST", "faults", blind(format!("GET /charges/{charge}"))).await;
    shop.order("POST", "faults", blind(format!("GET /charges/{charge}/refunds"))).await;
    shop.until("pay-1", |payment| payment["refunds"][0]["state"] == "unknown").await;
    let close = ["payment", "resolve-refund", "pay-1", "r-1", "--found", "absent", "--by", "Mali"];
    shop.says(&[&close[..], &["--proof", "a glance", "--second", "Chai"]].concat());
    let asked = shop.call("PUT", "pay-1/refunds/r-2", wish).await;
    assert_eq!(asked["refunds"][1]["state"], "approved", "{asked}");
    shop.end_faults().await;
    shop.until("pay-1", |payment| payment["refunds"][0]["state"] == "done").await;
    shop.until("pay-1", |payment| payment["refunds"][1]["refusal"] == "approval_void").await;
    assert_eq!(shop.refunds().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_refreshes_a_payment_by_its_reference() {
    let never = "read_first_ms = 600000, read_every_ms = 600000, proxy_deadline_ms = 600000";
    let shop = Shop::open_with(never).await;
    shop.pay("pay-1", &magic("01"), Some("inv-7")).await;
    shop.until("pay-1", |payment| payment["state"] == "pending").await;
    let charge = shop.call("GET", "pay-1", json!(null)).await["charge"]["id"].as_str().unwrap().to_owned();
    shop.confirm(&charge).await;
    assert_eq!(shop.call("GET", "pay-1", json!(null)).await["state"], "pending", "nobody has looked");
    let read = shop.says(&["payment", "refresh", "inv-7"]);
    assert!(read.contains("pay-1 · ฿22.25 · reference inv-7 · successful · accepted"), "{read}");
    assert_eq!(shop.call("GET", "pay-1", json!(null)).await["state"], "successful");
    assert!(shop.refuses(&["payment", "refresh", "inv-8"]).contains("no payment has this id or reference"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_is_added_beside_the_running_proxy_and_approves_at_once() {
    let shop = Shop::open().await;
    shop.unanswered("pay-1").await;
    assert!(add_supervisor(&shop, "Mali", "2580").status.success());
    let taken = add_supervisor(&shop, "Chai", "2580");
    assert!(String::from_utf8(taken.stderr).unwrap().contains("choose another"));
    let short = add_supervisor(&shop, "Chai", "25");
    assert!(String::from_utf8(short.stderr).unwrap().contains("4 to 12 digits"));
    let decide = json!({"decision": "refund", "approval": approval()});
    assert_eq!(shop.call("POST", "pay-1/disposition", decide).await["disposition"], "refund_due");
    // The answer to the refund says that all was refunded; the charge's own sum is known by the read that follows.
    shop.until("pay-1", |payment| payment["disposition"] == "refunded").await;
    shop.until("pay-1", |payment| payment["charge"]["refunded_amount"] == 2225).await;
    let all_back = shop.says(&["payment", "show", "pay-1"]);
    assert!(all_back.contains("2225 given back"), "{all_back}");
}

#[test]
fn without_a_running_proxy_the_operator_is_told_so() {
    let folder = TempDir::new().unwrap();
    ProxyConfiguration::new("http://127.0.0.1:9").write(folder.path());
    let output = command(folder.path(), &["payment", "reviews"]).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("does not run"));
}
