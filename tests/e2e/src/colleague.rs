//! A second device of a terminal. It speaks to the proxy past the browser and its faults: it knows how payments stand.

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::world::World;

/// A device with a token of its own.
#[derive(Debug)]
pub struct Colleague {
    token: String,
    http: Client,
}

impl Colleague {
    /// Pairs a device with this terminal.
    pub async fn join(world: &World, terminal: &str) -> Result<Self> {
        let code = world.proxy.add_terminal(terminal)?;
        let url = format!("{}/v1/pair", world.proxy.origin()?);
        let pair = json!({ "device_id": "colleague", "code": code });
        let answer = world.http().post(url).json(&pair).send().await?.error_for_status()?;
        let paired: Value = answer.json().await?;
        let token = paired["token"].as_str().context("no token")?.to_owned();
        Ok(Self { token, http: world.http().clone() })
    }

    /// The terminal's payments, the newest first.
    pub async fn payments(&self, world: &World) -> Result<Vec<Value>> {
        let page = self.call(world, Method::GET, "/v1/payments?limit=200", None).await?;
        page["payments"].as_array().cloned().with_context(|| page.to_string())
    }

    /// Has the provider read again for a payment.
    pub async fn refresh(&self, world: &World, payment: &Value) -> Result<()> {
        let id = payment["id"].as_str().context("no id")?;
        self.call(world, Method::POST, &format!("/v1/payments/{id}/refresh"), None).await?;
        Ok(())
    }

    /// Takes a payment itself, and holds it.
    pub async fn charge(&self, world: &World, id: &str, body: Value) -> Result<Value> {
        self.call(world, Method::PUT, &format!("/v1/payments/{id}"), Some(body)).await
    }

    async fn call(&self, world: &World, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let url = format!("{}{path}", world.proxy.origin()?);
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{path}: {text}");
        serde_json::from_str(&text).with_context(|| format!("{path}: {text}"))
    }
}
