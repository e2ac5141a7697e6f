//! HTTP to Omise. Everything that could send a request twice is off (P6).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{DATE, RETRY_AFTER};
use scantill_omise::{Answer, Method, Request, Transport, TransportError};
use scantill_types::Timing;

use crate::failpoint::{self, Failpoint};
use crate::provider_clock::ProviderClock;

/// The version of the API that every request names (P19).
const API_VERSION: &str = "2019-05-29";
/// An answer longer than this is not Omise's.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// HTTPS with the account's secret key.
pub struct HttpTransport {
    /// A fresh connection for each request: a reused one may fail after its first byte and look as if it had not.
    money: reqwest::Client,
    reads: reqwest::Client,
    api_url: String,
    key: String,
    timing: Timing,
    clock: Arc<ProviderClock>,
}

impl std::fmt::Debug for HttpTransport {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "HttpTransport({})", self.api_url)
    }
}

impl HttpTransport {
    /// A transport to `api_url` with `key`.
    pub fn new(
        api_url: &str,
        key: String,
        timing: Timing,
        clock: Arc<ProviderClock>,
    ) -> Result<Self, reqwest::Error> {
        let money = plain_client(api_url).pool_max_idle_per_host(0).build()?;
        let reads = plain_client(api_url).build()?;
        Ok(Self { money, reads, api_url: api_url.to_owned(), key, timing, clock })
    }
}

fn plain_client(api_url: &str) -> reqwest::ClientBuilder {
    // A simulator is reached without TLS, also from a machine that trusts no authority.
    let is_plain = api_url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    let builder = reqwest::Client::builder();
    let builder = if is_plain { builder.tls_certs_only([]) } else { builder };
    builder
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .http1_only()
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("scantill-proxy/", env!("CARGO_PKG_VERSION")))
}

/// Which variables of the environment name a proxy that is not used. Their values may hold passwords.
pub fn unused_proxies() -> Vec<String> {
    let of_proxies = |name: &String| {
        ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].iter().any(|known| name.eq_ignore_ascii_case(known))
    };
    let set = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    let mut names: Vec<String> =
        set.filter_map(|(name, _)| name.into_string().ok()).filter(of_proxies).collect();
    names.sort();
    names
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request) -> Result<Answer, TransportError> {
        let (client, wait_ms) = if request.is_money {
            (&self.money, self.timing.money_answer_ms)
        } else {
            (&self.reads, self.timing.read_answer_ms)
        };
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut outgoing = client
            .request(method, format!("{}{}", self.api_url, request.path))
            .basic_auth(&self.key, Some(""))
            .header("Omise-Version", API_VERSION)
            .timeout(Duration::from_millis(wait_ms));
        if let Some(body) = request.body {
            #[cfg(feature = "failpoints")]
            let body = failpoint::torn(body, request.is_money);
            outgoing = outgoing.header("Content-Type", "application/json").body(body);
        }
        let mut response = outgoing.send().await.map_err(|error| failed(&error))?;
        if request.is_money {
            failpoint::reach(Failpoint::AnswerUnread);
        }
        let status = response.status().as_u16();
        if let Some(date) = response.headers().get(DATE).and_then(|date| date.to_str().ok()) {
            self.clock.hear(date);
        }
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|seconds| seconds.to_str().ok());
        let retry_after_s = retry_after.and_then(|seconds| seconds.trim().parse().ok());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
            if ANSWER_BYTES_MAX < body.len() + chunk.len() {
                return Err(TransportError::Lost("the answer is too long".into()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body, retry_after_s })
    }
}

/// Only a failure to connect proves that no byte left.
fn failed(error: &reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() {
        TransportError::NotSent(kind(error).into())
    } else {
        lost(error)
    }
}

fn lost(error: &reqwest::Error) -> TransportError {
    TransportError::Lost(kind(error).into())
}

/// A word, and never the error's own text: that may quote the request.
fn kind(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "connect"
    } else if error.is_body() || error.is_decode() {
        "body"
    } else {
        "connection"
    }
}
