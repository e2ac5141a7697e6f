//! The provider's side: what the sandbox is told to do, and what it tells.

use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode};
use scantill_types::Timestamp;
use serde_json::{Value, json};

use super::{PATIENCE, World, magic};

impl World {
    /// Gives an order to the sandbox. A fault may have closed its port for a moment, and cut what was open: an order that
    /// was carried out and not answered is given again, and a fault then strikes more often.
    pub(crate) async fn order(&self, method: &str, path: &str, body: Value) -> Value {
        let url = format!("{}/_sandbox/{path}", self.api_url());
        let request = self.http.request(method.parse().unwrap(), url).json(&body);
        let mut failed = None;
        let answered = async {
            loop {
                match answered(request.try_clone().unwrap()).await {
                    Ok(answer) => return answer,
                    Err(error) => failed = Some(error),
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let answered = tokio::time::timeout(PATIENCE, answered).await;
        let (status, answer) = answered.unwrap_or_else(|_| panic!("the sandbox stays away: {failed:?}"));
        assert!(status.is_success(), "{method} {path}: {answer}");
        answer
    }

    pub(crate) async fn fault(&self, fault: &str, on: &str) {
        self.order("POST", "faults", json!({"fault": fault, "on": on, "count": 1})).await;
    }

    /// A charge of the same account that some other program made.
    pub(crate) async fn charge_elsewhere(&self) {
        let url = format!("{}/charges", self.api_url());
        let charge = json!({"amount": 2000, "currency": "THB", "livemode": false,
            "source": {"type": "barcode_alipay", "barcode": magic("10")}});
        let made =
            self.http.post(url).basic_auth("skey_test_demo", Some("")).json(&charge).send().await.unwrap();
        assert_eq!(made.status(), StatusCode::OK);
    }

    /// The charges that really happened.
    pub(crate) async fn ledger(&self) -> Vec<Value> {
        self.happened("charge").await
    }

    /// The refunds that really happened.
    pub(crate) async fn refunds(&self) -> Vec<Value> {
        self.happened("refund").await
    }

    async fn happened(&self, kind: &str) -> Vec<Value> {
        let ledger = self.order("GET", "ledger", Value::Null).await;
        let lines = ledger["ledger"].as_array().unwrap().clone();
        lines.into_iter().filter(|line| line["kind"] == kind).collect()
    }

    /// How many requests of this method and path the sandbox received.
    pub(crate) async fn requests(&self, method: &str, path: &str) -> usize {
        self.request_times(method, path).await.len()
    }

    /// When they came, the earliest first.
    pub(crate) async fn request_times(&self, method: &str, path: &str) -> Vec<Timestamp> {
        self.times_where(method, |wanted| wanted == path).await
    }

    /// The same of all paths that begin so.
    pub(crate) async fn request_times_below(&self, method: &str, path: &str) -> Vec<Timestamp> {
        self.times_where(method, |wanted| wanted.starts_with(path)).await
    }

    /// Every request that the sandbox received, with the fault that struck it.
    pub(crate) async fn request_log(&self) -> Vec<Value> {
        let log = self.order("GET", "requests", Value::Null).await;
        log["requests"].as_array().unwrap().clone()
    }

    /// The faults in force, with how often each struck.
    pub(crate) async fn faults(&self) -> Vec<Value> {
        let faults = self.order("GET", "faults", Value::Null).await;
        faults["faults"].as_array().unwrap().clone()
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
    pub(crate) async fn operations(&self, path: &str) -> reqwest::Response {
        let socket = self.folder.path().join("data/admin.sock");
        let client = reqwest::Client::builder().unix_socket(socket).no_proxy().build().unwrap();
        client.get(format!("http://operations{path}")).send().await.unwrap()
    }

    /// What `/metrics` counted under this name, by all worlds of the test program.
    pub(crate) async fn counted(&self, name: &str) -> u64 {
        let page = self.operations("/metrics").await.text().await.unwrap();
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0, |count| count.parse().unwrap())
    }

    /// Waits until the proxy knows that Omise refuses its key.
    pub(crate) async fn until_refused(&self) {
        let refused = async {
            while self.operations("/readyz").await.json::<Value>().await.unwrap()["accounts"][0]["confirmed"]
                == true
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, refused).await.unwrap();
    }
}

async fn answered(request: RequestBuilder) -> reqwest::Result<(StatusCode, Value)> {
    let answer = request.send().await?;
    let status = answer.status();
    Ok((status, answer.json().await?))
}
