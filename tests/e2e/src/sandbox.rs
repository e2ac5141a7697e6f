//! The sandbox and its control API. Its ledger says what really happened to the money.

use std::process::Command;

use anyhow::{Context, Result};
use reqwest::Client;
use scantill_testkit::SandboxControl;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::patience::until;
use crate::programs::Programs;
use crate::service::Service;

/// A running sandbox; its state outlives a stop.
#[derive(Debug)]
pub struct Sandbox {
    program: std::path::PathBuf,
    folder: TempDir,
    control: SandboxControl,
    address: String,
    till_url: String,
    service: Option<Service>,
}

impl Sandbox {
    /// Starts a sandbox on a port of its own. `till_url` is where its pages find the till.
    pub async fn start(programs: &Programs, http: Client, till_url: String) -> Result<Self> {
        let (program, folder) = (programs.sandbox.clone(), TempDir::new()?);
        let (address, control) = ("127.0.0.1:0".to_owned(), SandboxControl::new(String::new(), http.clone()));
        let mut sandbox = Self { program, folder, control, address, till_url, service: None };
        sandbox.start_again().await?;
        sandbox.control = SandboxControl::new(format!("http://{}", sandbox.address), http);
        Ok(sandbox)
    }

    /// Starts it on the address and with the state that it had.
    pub async fn start_again(&mut self) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.args(["--listen", &self.address, "--state"]).arg(self.folder.path().join("state.json"));
        command.args(["--till-url", &self.till_url]);
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
        self.control.origin().to_owned()
    }

    /// What it is told and asked.
    pub fn control(&self) -> &SandboxControl {
        &self.control
    }

    /// Gives an order of the control API.
    pub async fn order(&self, method: &str, path: &str, body: Value) -> Result<Value> {
        self.control.order(method, path, body).await
    }

    /// Orders a fault for the next request of this kind.
    pub async fn fault(&self, fault: &str, on: &str) -> Result<()> {
        self.control.fault(fault, on).await
    }

    /// The charges that really happened, in their order.
    pub async fn charges(&self) -> Result<Vec<Value>> {
        self.control.charges().await
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
        let amount = paid["amount"].as_i64().context("no amount")?;
        self.control.refund_in_the_dashboard(paid["id"].as_str().unwrap_or_default(), amount).await
    }

    /// How many requests of this method and path came.
    pub async fn requests(&self, method: &str, path: &str) -> Result<usize> {
        self.control.requests(method, path).await
    }
}
