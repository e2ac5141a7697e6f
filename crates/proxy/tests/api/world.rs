//! A sandbox, a proxy and a paired till, each on a port of its own.

#[path = "world/bodies.rs"]
mod bodies;
#[path = "world/database.rs"]
mod database;
#[path = "world/deliveries.rs"]
pub(crate) mod deliveries;
#[path = "world/devices.rs"]
mod devices;
#[path = "world/hands.rs"]
mod hands;
#[path = "world/named.rs"]
mod named;
#[path = "world/provider.rs"]
mod provider;
#[path = "world/readings.rs"]
mod readings;
#[path = "world/settings.rs"]
mod settings;

use std::sync::Arc;
use std::time::Duration;

use scantill_proxy::approval::pin_hash;
use scantill_proxy::clock::SystemEntropy;
use scantill_proxy::config::Config;
use scantill_proxy::serve::Proxy;
use scantill_proxy::storage::{AccountDb, SqliteStorage, Supervisor};
use scantill_sandbox::{Options, Running, Sandbox};
use scantill_types::api::{
    Disposition, Paired, Payment, PaymentState, Pin, Problem, ProblemCode, ReviewList,
};
use scantill_types::{DeviceId, PaymentId, StoreId, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) use bodies::*;
use hands::Hands;
pub(crate) use named::named;
use readings::Readings;
pub(crate) use settings::*;

pub(crate) const WEBHOOK_SECRET: &str = "c2VjcmV0";
/// Far longer than anything here may take: a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) sandbox: Running,
    pub(crate) proxy: String,
    pub(crate) http: reqwest::Client,
    pub(crate) token: String,
    pub(crate) folder: TempDir,
    /// The key before it was rolled, if two are in force.
    pub(crate) key_before: Option<String>,
    /// The folder of the till's files, beside the configuration.
    pub(crate) till: Option<&'static str>,
    /// The webhook secret before the one in use, in base64.
    pub(crate) webhook_secret_before: Option<String>,
    /// The clock of the proxy's machine.
    pub(crate) hands: Arc<Hands>,
    readings: Readings,
    settings: Settings,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    pub(crate) async fn start_with(settings: Settings) -> Self {
        let mut world = Self::without_proxy(settings).await;
        world.start_proxy().await;
        world.token = world.pair("till-1").await.token;
        world
    }

    /// A sandbox and an empty folder for the storage, before any proxy.
    pub(crate) async fn without_proxy(settings: Settings) -> Self {
        let sandbox = Sandbox::start(listener().await, Options::default());
        let folder = TempDir::new().unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let (proxy, token) = (String::new(), String::new());
        let (key_before, till, webhook_secret_before, stop, running) = (None, None, None, None, None);
        let (hands, readings) = (Arc::default(), Readings::default());
        Self {
            sandbox,
            proxy,
            http,
            token,
            folder,
            key_before,
            till,
            webhook_secret_before,
            hands,
            readings,
            settings,
            stop,
            running,
        }
    }

    /// Starts the proxy on the same storage.
    pub(crate) async fn start_proxy(&mut self) {
        let listener = listener().await;
        self.proxy = format!("http://{}", listener.local_addr().unwrap());
        let proxy = Proxy::prepare_by(self.config(), self.hands.clone()).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move {
            let _ = stopped.await;
        };
        self.running = Some(tokio::spawn(async move { proxy.run(listener, stopped).await.unwrap() }));
        self.stop = Some(stop);
        self.lead_webhooks().await;
    }

    /// Has the sandbox send its webhooks to the proxy of now.
    pub(crate) async fn lead_webhooks(&self) {
        if self.settings.webhooks {
            let url = format!("{}/webhooks/omise/demo", self.proxy);
            self.order("PUT", "webhook", json!({"url": url, "secret": WEBHOOK_SECRET})).await;
        }
    }

    pub(crate) async fn stop_proxy(&mut self) {
        drop(self.stop.take());
        self.running.take().unwrap().await.unwrap();
    }

    pub(crate) fn config(&self) -> Config {
        let mut config = config(&self.folder, &self.api_url(), &self.settings);
        config.till = self.till.map(|till| self.folder.path().join(till));
        config.accounts[0].secret_key_before.clone_from(&self.key_before);
        config.accounts[0].webhook_secret_before.clone_from(&self.webhook_secret_before);
        config
    }

    pub(crate) fn api_url(&self) -> String {
        format!("http://{}", self.sandbox.address())
    }

    pub(crate) async fn pair(&self, device: &str) -> Paired {
        let answer = self.http.post(format!("{}/v1/pair", self.proxy)).json(&json!({"device_id": device}));
        answer.send().await.unwrap().json().await.unwrap()
    }

    pub(crate) fn call(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.proxy);
        self.http.request(method.parse().unwrap(), url).bearer_auth(&self.token)
    }

    pub(crate) async fn put(&self, id: &PaymentId, body: &Value) -> Result<Payment, Problem> {
        read(self.call("PUT", &format!("/v1/payments/{id}")).json(body)).await
    }

    /// Takes a payment on and gives back its id.
    pub(crate) async fn pay(&self, code: &str) -> PaymentId {
        let id = payment_id();
        self.put(&id, &body(code)).await.unwrap();
        id
    }

    pub(crate) async fn payment(&self, id: &PaymentId) -> Payment {
        let payment = read(self.call("GET", &format!("/v1/payments/{id}"))).await.unwrap();
        self.readings.note(&payment);
        payment
    }

    pub(crate) async fn cancel(&self, id: &PaymentId) -> Result<Payment, Problem> {
        let body = json!({"sale_id": "sale-x", "amount": 2225, "currency": "THB", "by": "cashier"});
        read(self.call("POST", &format!("/v1/payments/{id}/cancel")).json(&body)).await
    }

    /// A payment that was paid and kept.
    pub(crate) async fn paid(&self) -> PaymentId {
        let id = self.pay(&magic("00")).await;
        self.until(&id, |payment| payment.disposition == Some(Disposition::Accepted)).await;
        id
    }

    /// A payment that was paid although its end was wanted.
    pub(crate) async fn awaiting_decision(&self) -> PaymentId {
        let id = self.pay(&magic("41")).await;
        self.reaches(&id, PaymentState::Pending).await;
        self.cancel(&id).await.unwrap();
        self.until(&id, |payment| payment.disposition == Some(Disposition::AwaitingDecision)).await;
        id
    }

    /// Lets the store have a supervisor, as the command line does.
    pub(crate) async fn supervisor(&self, name: &str, pin: &str) {
        let storage = SqliteStorage::open(&self.folder.path().join("data"), &SystemEntropy).unwrap();
        let supervisor = Supervisor {
            account: "demo".to_owned(),
            store_id: StoreId::parse("store_1").unwrap(),
            name: name.to_owned(),
            pin_hash: pin_hash(&Pin::new(pin), &SystemEntropy).unwrap(),
        };
        storage.add_supervisor(supervisor, Timestamp(0)).await.unwrap();
    }

    pub(crate) async fn refund(
        &self,
        id: &PaymentId,
        refund: &str,
        body: &Value,
    ) -> Result<Payment, Problem> {
        read(self.call("PUT", &format!("/v1/payments/{id}/refunds/{}", named(refund))).json(body)).await
    }

    /// Gives money back past the proxy, as somebody in the provider's dashboard does.
    pub(crate) async fn refund_in_the_dashboard(&self, charge: &str, amount: i64) {
        let url = format!("http://{}/charges/{charge}/refunds", self.sandbox.address());
        let request =
            self.http.post(url).basic_auth("skey_test_demo", Some("")).json(&json!({"amount": amount}));
        assert_eq!(request.send().await.unwrap().status(), 200);
    }

    pub(crate) async fn decide(&self, id: &PaymentId, body: &Value) -> Result<Payment, Problem> {
        read(self.call("POST", &format!("/v1/payments/{id}/disposition")).json(body)).await
    }

    /// What needs a human.
    pub(crate) async fn reviews(&self) -> ReviewList {
        read(self.call("GET", "/v1/reviews")).await.unwrap()
    }

    /// Waits until a charge stands in the sandbox's ledger.
    pub(crate) async fn until_charged(&self) {
        until("a charge in the ledger", async || !self.ledger().await.is_empty()).await;
    }

    /// Waits until the payment is in this state.
    pub(crate) async fn reaches(&self, id: &PaymentId, state: PaymentState) -> Payment {
        self.until(id, |payment| payment.state == state).await
    }

    /// Waits until the payment is as wanted.
    pub(crate) async fn until(&self, id: &PaymentId, wanted: impl Fn(&Payment) -> bool) -> Payment {
        let mut last = None;
        let waiting = async {
            loop {
                let payment = self.payment(id).await;
                if wanted(&payment) {
                    return payment;
                }
                last = Some(payment);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, waiting).await;
        outcome.unwrap_or_else(|_| panic!("the payment stays {last:?}"))
    }
}

/// Waits until the condition holds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("in vain awaited: {what}"));
}

pub(crate) async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

pub(crate) fn random() -> [u8; 10] {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

pub(crate) fn payment_id() -> PaymentId {
    PaymentId::generate(1, random())
}

pub(crate) fn device_id() -> DeviceId {
    DeviceId::generate(1, random())
}

pub(crate) async fn read<T: serde::de::DeserializeOwned>(
    request: reqwest::RequestBuilder,
) -> Result<T, Problem> {
    let answer = request.send().await.unwrap();
    if answer.status().is_success() {
        return Ok(answer.json().await.unwrap());
    }
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let status = answer.status().as_u16();
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!(problem.status, status);
    assert!(!problem.detail.is_empty());
    Err(problem)
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> ProblemCode {
    result.unwrap_err().code
}
