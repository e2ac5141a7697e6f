//! The provider's side: what the sandbox is told to do, and what it tells.

use std::fmt::Display;

use scantill_types::Timestamp;
use serde_json::{Value, json};

use super::{SECRET_KEY, World, magic, until};

impl World {
    /// Gives an order to the sandbox.
    pub async fn order(&self, method: &str, path: &str, body: Value) -> Value {
        self.control.order(method, path, body).await.unwrap()
    }

    /// Orders a fault for the next request of this kind.
    pub async fn fault(&self, fault: &str, on: &str) {
        self.control.fault(fault, on).await.unwrap();
    }

    /// Orders a fault for all requests of this kind.
    pub async fn fault_always(&self, fault: &str, on: &str) {
        self.order("POST", "faults", json!({"fault": fault, "on": on, "count": "all"})).await;
    }

    /// Ends all faults that were ordered.
    pub async fn end_faults(&self) {
        self.order("DELETE", "faults", Value::Null).await;
    }

    /// Has the next request of this kind answered late.
    pub async fn delay(&self, on: &str, delay_ms: u64) {
        self.order("POST", "faults", json!({"fault": "delay", "on": on, "delay_ms": delay_ms})).await;
    }

    /// The payer of this charge confirms it on the phone.
    pub async fn confirm(&self, charge: impl Display) {
        self.order("POST", &format!("charges/{charge}/confirm"), json!({})).await;
    }

    /// A charge of the same account that some other program made.
    pub async fn charge_elsewhere(&self) {
        let url = format!("{}/charges", self.api_url());
        let charge = json!({"amount": 2000, "currency": "THB", "livemode": false,
            "source": {"type": "barcode_alipay", "barcode": magic("10")}});
        let made = self.http.post(url).basic_auth(SECRET_KEY, Some("")).json(&charge).send().await.unwrap();
        assert_eq!(made.status(), 200);
    }

    /// The charges that really happened.
    pub async fn ledger(&self) -> Vec<Value> {
        self.control.charges().await.unwrap()
    }

    /// The refunds that really happened.
    pub async fn refunds(&self) -> Vec<Value> {
        self.control.refunds().await.unwrap()
    }

    /// How many requests of this method and path the sandbox received.
    pub async fn requests(&self, method: &str, path: &str) -> usize {
        self.control.requests(method, path).await.unwrap()
    }

    /// When they came, the earliest first.
    pub async fn request_times(&self, method: &str, path: &str) -> Vec<Timestamp> {
        self.times_where(method, |wanted| wanted == path).await
    }

    /// The same of all paths that begin so.
    pub async fn request_times_below(&self, method: &str, path: &str) -> Vec<Timestamp> {
        self.times_where(method, |wanted| wanted.starts_with(path)).await
    }

    /// Every request that the sandbox received, with the fault that struck it.
    pub async fn request_log(&self) -> Vec<Value> {
        self.control.request_log().await.unwrap()
    }

    /// The faults in force, with how often each struck.
    pub async fn faults(&self) -> Vec<Value> {
        self.control.faults().await.unwrap()
    }

    async fn times_where(&self, method: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<Timestamp> {
        let log = self.request_log().await;
        let lines = log.iter();
        let wanted =
            lines.filter(|line| line["method"] == method && line["path"].as_str().is_some_and(&is_wanted));
        let mut times: Vec<_> =
            wanted.map(|line| Timestamp::parse(line["at"].as_str().unwrap()).unwrap()).collect();
        times.sort();
        times
    }

    /// What the proxy tells operations, at its admin socket.
    pub async fn operations(&self, path: &str) -> reqwest::Response {
        let socket = self.folder.path().join("data/admin.sock");
        let client = reqwest::Client::builder().unix_socket(socket).no_proxy().build().unwrap();
        client.get(format!("http://operations{path}")).send().await.unwrap()
    }

    /// What `/metrics` counted under this name, by all worlds of the test program.
    pub async fn counted(&self, name: &str) -> u64 {
        let page = self.operations("/metrics").await.text().await.unwrap();
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0, |count| count.parse().unwrap())
    }

    /// Waits until a charge stands in the sandbox's ledger.
    pub async fn until_charged(&self) {
        until("a charge in the ledger", async || !self.ledger().await.is_empty()).await;
    }

    /// Waits until the proxy knows that Omise refuses its key.
    pub async fn until_refused(&self) {
        until("a refused key", async || {
            let ready: Value = self.operations("/readyz").await.json().await.unwrap();
            ready["accounts"][0]["confirmed"] != true
        })
        .await;
    }
}
