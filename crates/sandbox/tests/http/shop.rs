//! A merchant with its own simulator: the helpers of every test here.

use std::sync::Arc;
use std::time::Duration;

use scantill_sandbox::{ManualClock, Moment, Options, Running, Sandbox, Timing};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(crate) const ORDINARY_CODE: &str = "281234567890123456";
const KEY: &str = "skey_test_demo";
const WAIT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(3);

pub(crate) struct Shop {
    pub(crate) running: Running,
    pub(crate) base: String,
    pub(crate) client: reqwest::Client,
    key: String,
}

/// An answer as a client sees it.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::open_with(Options { timing: Timing::quick(), ..Options::default() }).await
    }

    /// Only the test moves the clock.
    pub(crate) async fn open_with_clock() -> (Self, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::starting_at(Moment::from_ms(1_795_413_600_000)));
        let options = Options { clock: Arc::clone(&clock) as _, ..Options::default() };
        (Self::open_with(options).await, clock)
    }

    pub(crate) async fn open_with(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let running = Sandbox::start(listener, options);
        let base = format!("http://{}", running.address());
        let client = reqwest::Client::builder().no_proxy().retry(reqwest::retry::never()).build().unwrap();
        Self { running, base, client, key: KEY.to_owned() }
    }

    pub(crate) fn with_key(self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().unwrap();
        self.client.request(method, format!("{}{path}", self.base)).basic_auth(&self.key, Some(""))
    }

    pub(crate) async fn get(&self, path: &str) -> Told {
        send(self.request("GET", path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Told {
        send(self.request("POST", path).json(&body)).await
    }

    pub(crate) async fn form(&self, path: &str, body: &'static str) -> Told {
        let request = self.request("POST", path).header("content-type", "application/x-www-form-urlencoded");
        send(request.body(body)).await
    }

    pub(crate) async fn order(&self, method: &str, path: &str, body: Value) -> Told {
        send(self.request(method, &format!("/_sandbox{path}")).json(&body)).await
    }

    pub(crate) async fn fault(&self, order: Value) {
        let told = self.order("POST", "/faults", order).await;
        assert_eq!(told.status, 200, "{}", told.text);
    }

    /// The effect of the first fault.
    pub(crate) async fn did(&self) -> Value {
        self.order("GET", "/faults", json!({})).await.json["faults"][0]["did"].clone()
    }

    pub(crate) async fn switch(&self, positions: Value) {
        let told = self.order("PUT", "/switches", positions).await;
        assert_eq!(told.status, 200, "{}", told.text);
    }

    /// Every charge and refund that really happened.
    pub(crate) async fn ledger(&self) -> Vec<Value> {
        self.order("GET", "/ledger", json!({})).await.json["ledger"].as_array().unwrap().clone()
    }

    /// A charge of 22.25 baht with this payer code; its id.
    pub(crate) async fn charge(&self, code: &str) -> String {
        let told = self.post("/charges", charge_body(code)).await;
        assert_eq!((told.status, told.json["status"].as_str()), (200, Some("pending")), "{}", told.text);
        told.json["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn read_charge(&self, id: &str) -> Value {
        let told = self.get(&format!("/charges/{id}")).await;
        assert_eq!(told.status, 200, "{}", told.text);
        told.json
    }

    /// Reads a charge until it has this status.
    pub(crate) async fn charge_until(&self, id: &str, status: &str) -> Value {
        let reading = async {
            loop {
                let charge = self.read_charge(id).await;
                if charge["status"] == status {
                    return charge;
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        tokio::time::timeout(WAIT, reading).await.unwrap_or_else(|_| panic!("{id} never became {status}"))
    }

    /// A charge that has been paid.
    pub(crate) async fn paid_charge(&self) -> Value {
        let id = self.charge("289990000000000000").await;
        self.charge_until(&id, "successful").await
    }
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Told {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = answer.text().await.unwrap();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Told { status, headers, text, json }
}

pub(crate) fn charge_body(code: &str) -> Value {
    json!({
        "amount": 2225, "currency": "thb", "description": "a barcode alipay charge",
        "source": { "type": "barcode_alipay", "barcode": code, "store_id": "store_1", "store_name": "store 1",
                    "terminal_id": "POS-01" },
        "metadata": { "invoice_id": "inv-1" },
    })
}

impl Told {
    /// Asserts that this is the API's error object with that status and code. Returns its message.
    pub(crate) fn refused(&self, status: u16, code: &str) -> String {
        let location = format!("https://www.omise.co/api-errors#{}", code.replace('_', "-"));
        assert_eq!((self.status, &self.json["code"]), (status, &json!(code)), "{}", self.text);
        assert_eq!((&self.json["object"], &self.json["location"]), (&json!("error"), &json!(location)));
        assert!(self.headers.get("omise-version").is_none(), "an error names no version");
        self.json["message"].as_str().unwrap().to_owned()
    }
}
