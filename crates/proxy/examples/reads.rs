//! How often the provider is read for a payment, beside a poller that asks every three seconds.
//!
//! `cargo run --release -p scantill-proxy --example reads` takes payments of the world's payers at the rules' own pace,
//! once with webhooks and once without, and needs about four minutes.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "an example that prints its figures, or fails")]

use std::time::Duration;

use scantill_proxy::config::Config;
use scantill_proxy::serve::Proxy;
use scantill_sandbox::{Options, Running, Sandbox};
use scantill_testkit::{ProxyConfiguration, WEBHOOK_SECRET};
use scantill_types::{PaymentId, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

const PAYMENTS: u32 = 100;
/// One payment after another, as in a shop: webhooks are proved by those before.
const APART: Duration = Duration::from_millis(300);
const POLLER_EVERY_MS: u64 = 3_000;
/// Whoever takes longer than three polls takes their time.
const SLOW_POLLS: u32 = 4;

#[tokio::main]
async fn main() {
    for webhooks in [true, false] {
        let shop = Shop::open(webhooks).await;
        let mut payments = Vec::new();
        for _ in 0..PAYMENTS {
            payments.push(shop.sell().await);
            tokio::time::sleep(APART).await;
        }
        let mut counts = Vec::new();
        for payment in &payments {
            counts.push(shop.reads_and_polls(payment).await);
        }
        let words = if webhooks { "with webhooks" } else { "without webhooks" };
        print(words, &counts);
        counts.retain(|(_, polls)| SLOW_POLLS <= *polls);
        print(&format!("{words}, payers who take their time"), &counts);
    }
}

fn print(words: &str, counts: &[(u32, u32)]) {
    let mean = |of: fn(&(u32, u32)) -> u32| {
        f64::from(counts.iter().map(of).sum::<u32>()) / f64::from(u32::try_from(counts.len()).unwrap())
    };
    let (reads, polls) = (mean(|counts| counts.0), mean(|counts| counts.1));
    let (count, ratio) = (counts.len(), reads / polls);
    println!("{words}: {count} payments, {reads:.2} reads each, a poller {polls:.2}: {ratio:.2} of it");
}

struct Shop {
    sandbox: Running,
    folder: TempDir,
    http: reqwest::Client,
    proxy: String,
    token: String,
}

impl Shop {
    async fn open(webhooks: bool) -> Self {
        let sandbox = Sandbox::start(TcpListener::bind("127.0.0.1:0").await.unwrap(), Options::default());
        let (folder, listener) = (TempDir::new().unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let proxy = format!("http://{}", listener.local_addr().unwrap());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut shop = Self { sandbox, folder, http, proxy, token: String::new() };
        shop.order("switches", json!({"payers": "world"})).await;
        if webhooks {
            let url = format!("{}/webhooks/omise/demo", shop.proxy);
            shop.order("webhook", json!({"url": url, "secret": WEBHOOK_SECRET})).await;
        }
        let proxy = Proxy::prepare(shop.config()).await.unwrap();
        tokio::spawn(proxy.run(listener, std::future::pending()));
        let pair = shop.http.post(format!("{}/v1/pair", shop.proxy)).json(&json!({"device_id": "till-1"}));
        let paired: Value = pair.send().await.unwrap().json().await.unwrap();
        paired["token"].as_str().unwrap().clone_into(&mut shop.token);
        shop
    }

    fn config(&self) -> Config {
        let configuration = ProxyConfiguration::new(&format!("http://{}", self.sandbox.address()))
            .with("pairing = \"open\"")
            .with_account(format_args!("webhook_secret = \"{WEBHOOK_SECRET}\""));
        let path = configuration.write(self.folder.path());
        Config::load(&path).unwrap()
    }

    async fn order(&self, path: &str, body: Value) {
        let url = format!("http://{}/_sandbox/{path}", self.sandbox.address());
        assert!(self.http.put(url).json(&body).send().await.unwrap().status().is_success());
    }

    async fn sell(&self) -> PaymentId {
        let id = PaymentId::generate(1, random());
        let digits: String = random::<15>().iter().map(|byte| char::from(b'0' + byte % 10)).collect();
        let body = json!({"sale_id": id, "amount": 2225, "currency": "THB", "code": format!("281{digits}"),
            "scanned_ago_ms": 1});
        let put = self.http.put(format!("{}/v1/payments/{id}", self.proxy)).bearer_auth(&self.token);
        assert_eq!(put.json(&body).send().await.unwrap().status(), 201);
        id
    }

    /// How often its charge was read, and how often a poller would have asked until the payment was over.
    async fn reads_and_polls(&self, id: &PaymentId) -> (u32, u32) {
        loop {
            let get = self.http.get(format!("{}/v1/payments/{id}", self.proxy)).bearer_auth(&self.token);
            let payment: Value = get.send().await.unwrap().json().await.unwrap();
            let is_over =
                ["successful", "failed", "expired", "cancelled"].iter().any(|end| payment["state"] == *end);
            if is_over {
                let at = |name: &str| Timestamp::parse(payment[name].as_str().unwrap()).unwrap();
                let took_ms = at("updated_at").since_ms(at("created_at"));
                let polls = u32::try_from(took_ms.div_ceil(POLLER_EVERY_MS).max(1)).unwrap();
                return (self.reads(payment["charge"]["id"].as_str().unwrap()).await, polls);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn reads(&self, charge: &str) -> u32 {
        let url = format!("http://{}/_sandbox/requests", self.sandbox.address());
        let log: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        let is_read = |line: &&Value| {
            let path = line["path"].as_str().unwrap_or_default();
            line["method"] == "GET" && path.strip_prefix("/charges/") == Some(charge)
        };
        let reads = log["requests"].as_array().unwrap().iter().filter(is_read).count();
        u32::try_from(reads).unwrap()
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
