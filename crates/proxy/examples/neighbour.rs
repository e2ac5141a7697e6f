//! What a till that sends as fast as it is answered costs a till of another store.
//!
//! `cargo run --locked --release -p scantill-proxy --example neighbour` measures the time from PUT to *pending* of another
//! store, alone and beside the flood, once with a slow provider and once with a fast one, with the default buckets and
//! without any. It fails where the flood more than doubles the median, or where a payment of the other store is not sent.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "an example that prints its figures, or fails")]

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use scantill_proxy::clock::SystemEntropy;
use scantill_proxy::config::Config;
use scantill_proxy::secrets::PairingCode;
use scantill_proxy::serve::Proxy;
use scantill_proxy::storage::{NewPairingCode, NewTerminal, SqliteStorage, TerminalDb};
use scantill_sandbox::{Options, Running, Sandbox};
use scantill_testkit::ProxyConfiguration;
use scantill_types::{PaymentId, StoreId, TerminalId, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const PAYMENTS: usize = 30;
const FLOODING_CONNECTIONS: usize = 30;
const FLOOD_BEGINS: Duration = Duration::from_secs(3);
/// What measures looks more often than a till.
const LOOKING: &str = "device = { reads_per_minute = 4000000000, reads_at_once = 1000000000 }";
const WITHOUT_BUCKETS: &str = "device = { reads_per_minute = 4000000000, reads_at_once = 1000000000, \
    changes_per_minute = 4000000000, changes_at_once = 1000000000 }";
/// A fast provider answers in a few milliseconds, of which the machine's own noise is a part.
const NOISE: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() {
    for (provider, delays_ms) in [("slow", Some((500, 700))), ("fast", None)] {
        for (buckets, limits) in [("default", LOOKING), ("no", WITHOUT_BUCKETS)] {
            let shop = Shop::open(limits, delays_ms).await;
            let other = shop.pair_another_store().await;
            let alone = shop.times(&other).await;
            let mut flood = shop.flood().await;
            tokio::time::sleep(FLOOD_BEGINS).await;
            let (before, began) = (shop.taken_on.load(Ordering::Relaxed), Instant::now());
            let beside = shop.times(&other).await;
            let taken_on = shop.taken_on.load(Ordering::Relaxed) - before;
            let each_second = taken_on as u64 * 1_000 / u64::try_from(began.elapsed().as_millis()).unwrap();
            flood.abort_all();
            println!("{provider} provider, {buckets} buckets: alone {alone}");
            println!("    beside {each_second} PUTs taken on a second: {beside}");
            assert_eq!((alone.not_sent, beside.not_sent), (0, 0), "a payment was not sent");
            assert!(beside.median() <= (alone.median() * 2).max(NOISE), "more than twice as long");
        }
    }
}

/// How long payments took from PUT to pending, the shortest first, and how many never came so far.
struct Times {
    taken: Vec<Duration>,
    not_sent: usize,
}

impl Times {
    fn median(&self) -> Duration {
        self.taken[self.taken.len() / 2]
    }
}

impl fmt::Display for Times {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let p99 = self.taken[(self.taken.len() * 99).div_ceil(100) - 1];
        let (median_ms, p99_ms) = (self.median().as_millis(), p99.as_millis());
        write!(formatter, "median {median_ms} ms, p99 {p99_ms} ms, {} not sent", self.not_sent)
    }
}

struct Shop {
    _sandbox: Running,
    folder: TempDir,
    http: reqwest::Client,
    proxy: String,
    /// PUTs of the flood that were taken on.
    taken_on: Arc<AtomicUsize>,
}

impl Shop {
    async fn open(limits: &str, delays_ms: Option<(u64, u64)>) -> Self {
        let sandbox = Sandbox::start(TcpListener::bind("127.0.0.1:0").await.unwrap(), Options::default());
        let (folder, listener) = (TempDir::new().unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let proxy = format!("http://{}", listener.local_addr().unwrap());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        if let Some((source_ms, charge_ms)) = delays_ms {
            for (on, delay_ms) in [("POST /sources", source_ms), ("POST /charges", charge_ms)] {
                let fault = json!({"fault": "delay", "on": on, "count": "all", "delay_ms": delay_ms});
                let faults = format!("http://{}/_sandbox/faults", sandbox.address());
                assert!(http.post(faults).json(&fault).send().await.unwrap().status().is_success());
            }
        }
        let config = config(&folder, &sandbox, limits);
        tokio::spawn(Proxy::prepare(config).await.unwrap().run(listener, std::future::pending()));
        Self { _sandbox: sandbox, folder, http, proxy, taken_on: Arc::default() }
    }

    async fn pair(&self, body: &Value) -> String {
        let pair = self.http.post(format!("{}/v1/pair", self.proxy)).json(body);
        let paired: Value = pair.send().await.unwrap().json().await.unwrap();
        paired["token"].as_str().unwrap().to_owned()
    }

    async fn pair_another_store(&self) -> String {
        let terminal = NewTerminal {
            account: "demo".into(),
            store_id: StoreId::parse("store_2").unwrap(),
            store_name: "store 2".into(),
            time_zone: "Asia/Bangkok".into(),
            day_starts_minutes: 240,
            terminal: TerminalId::parse("POS-01").unwrap(),
        };
        let storage = SqliteStorage::open(&self.folder.path().join("data"), &SystemEntropy).unwrap();
        let code = PairingCode::new(&SystemEntropy).unwrap();
        let (made_at, expires_at) = (Timestamp(0), Timestamp(i64::MAX));
        let new = NewPairingCode { digest: code.digest(), keeps_devices: false, made_at, expires_at };
        storage.add_terminal(terminal, new).await.unwrap();
        self.pair(&json!({"code": code.reveal(), "device_id": "till-2"})).await
    }

    async fn flood(&self) -> JoinSet<()> {
        let token = self.pair(&json!({"device_id": "till-1"})).await;
        let mut tasks = JoinSet::new();
        for _ in 0..FLOODING_CONNECTIONS {
            let (http, proxy, token) = (self.http.clone(), self.proxy.clone(), token.clone());
            let taken_on = self.taken_on.clone();
            tasks.spawn(async move {
                loop {
                    let (_, status) = put(&http, &proxy, &token).await;
                    taken_on.fetch_add(usize::from(status == 201), Ordering::Relaxed);
                }
            });
        }
        tasks
    }

    async fn times(&self, token: &str) -> Times {
        let mut times = Times { taken: Vec::new(), not_sent: 0 };
        for _ in 0..PAYMENTS {
            match self.until_pending(token).await {
                Some(took_ms) => times.taken.push(took_ms),
                None => times.not_sent += 1,
            }
        }
        times.taken.sort();
        times
    }

    /// None if it was not sent.
    async fn until_pending(&self, token: &str) -> Option<Duration> {
        let began = Instant::now();
        let (id, status) = put(&self.http, &self.proxy, token).await;
        assert_eq!(status, 201);
        loop {
            let get = self.http.get(format!("{}/v1/payments/{id}", self.proxy)).bearer_auth(token);
            let payment: Value = get.send().await.unwrap().json().await.unwrap();
            match payment["state"].as_str().unwrap() {
                "sending" => tokio::time::sleep(Duration::from_millis(2)).await,
                "pending" => return Some(began.elapsed()),
                "failed" if payment["failure_code"] == "not_sent" => return None,
                other => panic!("it ended as {other}: {}", payment["failure_code"]),
            }
        }
    }
}

fn config(folder: &TempDir, sandbox: &Running, limits: &str) -> Config {
    let configuration = ProxyConfiguration::new(&format!("http://{}", sandbox.address()))
        .with(format_args!("pairing = \"open\"\nlimits = {{ {limits} }}"));
    let path = configuration.write(folder.path());
    Config::load(&path).unwrap()
}

async fn put(http: &reqwest::Client, proxy: &str, token: &str) -> (PaymentId, u16) {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).unwrap();
    let id = PaymentId::generate(1, bytes);
    // This payer lets the payment wait.
    let body = json!({"sale_id": id, "amount": 2225, "currency": "THB", "code": "289990300000000000",
        "scanned_ago_ms": 1});
    let put = http.put(format!("{proxy}/v1/payments/{id}")).bearer_auth(token).json(&body);
    (id, put.send().await.unwrap().status().as_u16())
}
