//! Sends webhooks over HTTP; a simulated network has its own sender.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use crate::model::webhooks::delivery::OutgoingRequest;

/// A receiver that takes longer is given up.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(10);

/// The receiver's status, or why there is none.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<u16, String>> + Send + 'a>>;

pub trait WebhookSender: fmt::Debug + Send + Sync + 'static {
    fn send(&self, request: OutgoingRequest) -> Sending<'_>;
}

/// Sends over the machine's network: no proxy of the environment, no redirect, no retry.
#[derive(Debug, Default)]
pub struct HttpWebhookSender {
    client: OnceLock<Result<reqwest::Client, String>>,
    trusted: Vec<reqwest::Certificate>,
}

/// Not a certificate.
#[derive(Debug, thiserror::Error)]
#[error("the file holds no certificate: give the authority's PEM file")]
pub struct NoCertificate;

impl HttpWebhookSender {
    /// Trusts these certificate authorities (PEM) besides the machine's own.
    pub fn trusting(authorities: &[u8]) -> Result<Self, NoCertificate> {
        let trusted = reqwest::Certificate::from_pem_bundle(authorities).map_err(|_| NoCertificate)?;
        if trusted.is_empty() { Err(NoCertificate) } else { Ok(Self { trusted, ..Self::default() }) }
    }

    fn build_client(&self) -> Result<reqwest::Client, String> {
        let plain = || {
            reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .timeout(DELIVERY_TIMEOUT)
        };
        let whole = plain().tls_certs_merge(self.trusted.clone()).build();
        // A machine without certificate authorities can still send to http:// and to trusted receivers.
        let client = whole.or_else(|_| plain().tls_certs_only(self.trusted.clone()).build());
        client.map_err(|error| describe(&error))
    }
}

impl WebhookSender for HttpWebhookSender {
    fn send(&self, request: OutgoingRequest) -> Sending<'_> {
        Box::pin(async move {
            let client = self.client.get_or_init(|| self.build_client()).as_ref().map_err(Clone::clone)?;
            let mut post = client.post(&request.url).body(request.body);
            for (name, value) in request.headers {
                post = post.header(name, value);
            }
            let answer = post.send().await.map_err(|error| describe(&error))?;
            Ok(answer.status().as_u16())
        })
    }
}

fn describe(error: &reqwest::Error) -> String {
    let reason = match error {
        _ if error.is_timeout() => "the receiver took too long",
        _ if error.is_connect() => "the receiver cannot be reached",
        _ => "the receiver did not answer",
    };
    reason.to_owned()
}
