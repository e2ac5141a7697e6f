//! The sandbox and its control API. Its ledger says what really happened to the money.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::patience::until;
use crate::programs::Programs;
use crate::service::Service;

/// The merchant's key: the sandbox knows every account that has a name.
pub const SECRET_KEY: &str = "skey_test_demo";

/// A running sandbox; its state outlives a stop.
#[derive(Debug)]
pub struct Sandbox {
    program: std::path::PathBuf,
    folder: TempDir,
    http: Client,
    address: String,
    service: Option<Service>,
}

impl Sandbox {
    /// Starts a sandbox on a port of its own.
    pub async fn start(programs: &Programs, http: Client) -> Result<Self> {
        let (program, folder) = (programs.sandbox.clone(), TempDir::new()?);
        let mut sandbox = Self { program, folder, http, address: "127.0.0.1:0".to_owned(), service: None };
        sandbox.start_again().await?;
        Ok(sandbox)
    }

    /// Starts it on the address and with the state that it had.
    pub async fn start_again(&mut self) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.args(["--listen", &self.address, "--state"]).arg(self.folder.path().join("state.json"));
        let mut service = Service::start("sandbox", command)?;
        self.address = service.says("listening on http://").await?;
        self.service = Some(service);
        Ok(())
    }

    /// Ends it: the provider cannot be reached.
    pub fn stop(&mut self) {
        self.service = None;
    }

    /// The address of its API.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Gives an order of the control API.
    pub async fn order(&self, method: &str, path: &str, body: Value) -> Result<Value> {
        let url = format!("{}/_sandbox/{path}", self.origin());
        let answer = self.http.request(method.parse()?, url).json(&body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{method} {path}: {text}");
        serde_json::from_str(&text).with_context(|| format!("{method} {path}: {text}"))
    }

    /// Orders a fault for the next request of this kind.
    pub async fn fault(&self, fault: &str, on: &str) -> Result<()> {
        self.order("POST", "faults", json!({ "fault": fault, "on": on, "count": 1 })).await?;
        Ok(())
    }

    /// The charges that really happened, in their order.
    pub async fn charges(&self) -> Result<Vec<Value>> {
        let ledger: Value =
            self.http.get(format!("{}/_sandbox/ledger", self.origin())).send().await?.json().await?;
        let lines = ledger["ledger"].as_array().cloned().unwrap_or_default();
        Ok(lines.into_iter().filter(|line| line["kind"] == "charge").collect())
    }

    /// The payer of the only charge that waits confirms it, as soon as there is one.
    pub async fn confirm(&self) -> Result<()> {
        let id = until("one charge waits for its payer", async || {
            let charges = self.charges().await?;
            let mut waiting = charges.iter().filter(|charge| charge["status"] == "pending");
            let only = waiting.next().filter(|_| waiting.next().is_none());
            Ok(only.and_then(|charge| charge["id"].as_str()).map(str::to_owned))
        })
        .await?;
        self.order("POST", &format!("charges/{id}/confirm"), json!({})).await?;
        Ok(())
    }

    /// Gives the whole of the only paid charge back, as somebody with the merchant's key could at Omise itself.
    pub async fn give_back(&self) -> Result<()> {
        let charges = self.charges().await?;
        let paid =
            charges.iter().find(|charge| charge["status"] == "successful").context("no charge is paid")?;
        let (id, amount) = (paid["id"].as_str().unwrap_or_default(), &paid["amount"]);
        let url = format!("{}/charges/{id}/refunds", self.origin());
        let refund = self.http.post(url).basic_auth(SECRET_KEY, Some("")).json(&json!({ "amount": amount }));
        refund.send().await?.error_for_status()?;
        Ok(())
    }

    /// How many requests of this method and path came.
    pub async fn requests(&self, method: &str, path: &str) -> Result<usize> {
        let log: Value =
            self.http.get(format!("{}/_sandbox/requests", self.origin())).send().await?.json().await?;
        let lines = log["requests"].as_array().cloned().unwrap_or_default();
        Ok(lines.iter().filter(|line| line["method"] == method && line["path"] == path).count())
    }
}
