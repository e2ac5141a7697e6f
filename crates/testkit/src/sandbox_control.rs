//! What a test orders of the sandbox, and what the sandbox knows: its ledger says what really happened to the money.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::waiting::{PATIENCE, until_ok};

/// The merchant's key: the sandbox knows every account that has a name.
pub const SECRET_KEY: &str = "skey_test_demo";
/// The secret that sandbox and proxy share, in base64.
pub const WEBHOOK_SECRET: &str = "c2VjcmV0";
const TRY_AGAIN: Duration = Duration::from_millis(10);

/// A code of the sandbox that forces an outcome; `docs/sandbox.md` lists the two digits.
pub fn magic(outcome: &str) -> String {
    format!("28999{outcome}00000000000")
}

/// The control API of a running sandbox.
#[derive(Clone, Debug)]
pub struct SandboxControl {
    origin: String,
    http: Client,
}

impl SandboxControl {
    /// Of the sandbox at this address.
    pub fn new(origin: String, http: Client) -> Self {
        Self { origin, http }
    }

    /// The address of its API.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Gives an order to the sandbox. A fault may have closed its port for a moment, and cut what was open: an order that
    /// was carried out and not answered is given again, and a fault then strikes more often.
    pub async fn order(&self, method: &str, path: &str, body: Value) -> Result<Value> {
        let url = format!("{}/_sandbox/{path}", self.origin);
        let request = self.http.request(method.parse()?, url).json(&body);
        let again = || answered(request.try_clone());
        let answered = until_ok(PATIENCE, TRY_AGAIN, again).await;
        let (status, answer) = answered.map_err(|failed| anyhow!("the sandbox stays away: {failed:?}"))?;
        ensure!(status.is_success(), "{method} {path}: {answer}");
        Ok(answer)
    }

    /// Orders a fault for the next request of this kind.
    pub async fn fault(&self, fault: &str, on: &str) -> Result<()> {
        self.order("POST", "faults", json!({"fault": fault, "on": on, "count": 1})).await?;
        Ok(())
    }

    /// Has its webhooks sent to this proxy.
    pub async fn send_webhooks_to(&self, proxy: &str) -> Result<()> {
        let url = format!("{proxy}/webhooks/omise/demo");
        self.order("PUT", "webhook", json!({"url": url, "secret": WEBHOOK_SECRET})).await?;
        Ok(())
    }

    /// The charges that really happened, in their order.
    pub async fn charges(&self) -> Result<Vec<Value>> {
        self.happened("charge").await
    }

    /// The refunds that really happened, in their order.
    pub async fn refunds(&self) -> Result<Vec<Value>> {
        self.happened("refund").await
    }

    async fn happened(&self, kind: &str) -> Result<Vec<Value>> {
        let lines = self.list("ledger", "ledger").await?;
        Ok(lines.into_iter().filter(|line| line["kind"] == kind).collect())
    }

    /// Every request that it received, with the fault that struck it.
    pub async fn request_log(&self) -> Result<Vec<Value>> {
        self.list("requests", "requests").await
    }

    /// How many requests of this method and path it received.
    pub async fn requests(&self, method: &str, path: &str) -> Result<usize> {
        let log = self.request_log().await?;
        Ok(log.iter().filter(|line| line["method"] == method && line["path"] == path).count())
    }

    /// The faults in force, with how often each struck.
    pub async fn faults(&self) -> Result<Vec<Value>> {
        self.list("faults", "faults").await
    }

    async fn list(&self, path: &str, name: &str) -> Result<Vec<Value>> {
        let mut answer = self.order("GET", path, Value::Null).await?;
        let Value::Array(lines) = answer[name].take() else { return Ok(Vec::new()) };
        Ok(lines)
    }

    /// Refunds a charge past the proxy, as somebody in the provider's dashboard does.
    pub async fn refund_in_the_dashboard(&self, charge: &str, amount: i64) -> Result<()> {
        let url = format!("{}/charges/{charge}/refunds", self.origin);
        let refund = self.http.post(url).basic_auth(SECRET_KEY, Some("")).json(&json!({"amount": amount}));
        refund.send().await?.error_for_status()?;
        Ok(())
    }
}

async fn answered(request: Option<RequestBuilder>) -> Result<(StatusCode, Value)> {
    let answer = request.context("a body that is sent once")?.send().await?;
    let status = answer.status();
    Ok((status, answer.json().await?))
}
