//! A sandbox, a proxy and a paired till, each on a port of its own.

mod answers;
mod bodies;
mod clock;
mod database;
pub mod deliveries;
mod devices;
mod ids;
mod payments;
mod provider;
mod readings;
mod refunds;
mod settings;

use std::sync::Arc;

use scantill_proxy::config::Config;
use scantill_proxy::serve::Proxy;
use scantill_sandbox::{Options, Running, Sandbox};
use scantill_types::api::Paired;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use crate::{SECRET_KEY, WEBHOOK_SECRET, magic, until};
pub use answers::{code, read};
pub use bodies::{body, with};
pub use devices::new_terminal;
pub use ids::{device_id, named, payment_id, random};
pub use refunds::{PIN, SUPERVISOR, approval, refund_body, refund_of};
pub use settings::{Settings, config};

use crate::{AdjustableClock, SandboxControl};
use readings::Readings;

/// Everything that one test needs; all of it ends with this value.
#[derive(Debug)]
pub struct World {
    /// What the sandbox is told and asked.
    pub control: SandboxControl,
    /// The provider.
    pub sandbox: Running,
    /// Where the proxy listens.
    pub proxy: String,
    /// A client without a proxy of the environment.
    pub http: reqwest::Client,
    /// The token of the till.
    pub token: String,
    /// The configuration and the storage.
    pub folder: TempDir,
    /// The key before it was rolled, if two are in force.
    pub key_before: Option<String>,
    /// The folder of the till's files, beside the configuration.
    pub till: Option<&'static str>,
    /// The webhook secret before the one in use, in base64.
    pub webhook_secret_before: Option<String>,
    /// The clock of the proxy's machine.
    pub clock: Arc<AdjustableClock>,
    readings: Readings,
    settings: Settings,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
}

impl World {
    /// A world with the usual settings.
    pub async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    /// A world with settings of its own.
    pub async fn start_with(settings: Settings) -> Self {
        let mut world = Self::without_proxy(settings).await;
        world.start_proxy().await;
        world.token = world.pair("till-1").await.token;
        world
    }

    /// A sandbox and an empty folder for the storage, before any proxy.
    pub async fn without_proxy(settings: Settings) -> Self {
        let sandbox = Sandbox::start(listener().await, Options::default());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let control = SandboxControl::new(format!("http://{}", sandbox.address()), http.clone());
        Self {
            control,
            sandbox,
            proxy: String::new(),
            http,
            token: String::new(),
            folder: TempDir::new().unwrap(),
            key_before: None,
            till: None,
            webhook_secret_before: None,
            clock: Arc::new(AdjustableClock::running()),
            readings: Readings::default(),
            settings,
            stop: None,
            running: None,
        }
    }

    /// Starts the proxy on the same storage.
    pub async fn start_proxy(&mut self) {
        let listener = listener().await;
        self.proxy = format!("http://{}", listener.local_addr().unwrap());
        let proxy = Proxy::prepare_by(self.config(), self.clock.clone()).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move {
            let _ = stopped.await;
        };
        self.running = Some(tokio::spawn(async move { proxy.run(listener, stopped).await.unwrap() }));
        self.stop = Some(stop);
        self.lead_webhooks().await;
    }

    /// Has the sandbox send its webhooks to the proxy of now.
    pub async fn lead_webhooks(&self) {
        if self.settings.webhooks {
            self.control.send_webhooks_to(&self.proxy).await.unwrap();
        }
    }

    /// Stops the proxy, and waits until it has ended.
    pub async fn stop_proxy(&mut self) {
        drop(self.stop.take());
        self.running.take().unwrap().await.unwrap();
    }

    /// The configuration of the next start; its file is written.
    pub fn config(&self) -> Config {
        let mut config = config(&self.folder, &self.api_url(), &self.settings);
        config.till = self.till.map(|till| self.folder.path().join(till));
        config.accounts[0].secret_key_before.clone_from(&self.key_before);
        config.accounts[0].webhook_secret_before.clone_from(&self.webhook_secret_before);
        config
    }

    /// From the next start on a device without a key is refused.
    pub fn require_keys(&mut self) {
        self.settings.device_keys = "required";
    }

    /// The provider's address.
    pub fn api_url(&self) -> String {
        self.control.origin().to_owned()
    }

    /// Pairs a device, while that is open to all.
    pub async fn pair(&self, device: &str) -> Paired {
        let answer = self.http.post(format!("{}/v1/pair", self.proxy)).json(&json!({"device_id": device}));
        answer.send().await.unwrap().json().await.unwrap()
    }

    /// A request of the till.
    pub fn call(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.proxy);
        self.http.request(method.parse().unwrap(), url).bearer_auth(&self.token)
    }
}

/// A free port.
pub async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}
