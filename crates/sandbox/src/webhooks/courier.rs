//! The door through which webhooks leave; a simulated network brings its own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

/// A receiver that takes longer is given up.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(10);

/// A webhook ready to be sent.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// The receiver's status, or why there is none.
pub type Delivered<'a> = Pin<Box<dyn Future<Output = Result<u16, String>> + Send + 'a>>;

pub trait Courier: fmt::Debug + Send + Sync + 'static {
    fn deliver(&self, parcel: Parcel) -> Delivered<'_>;
}

/// Sends over the machine's network: no proxy of the environment, no redirect, no retry.
#[derive(Debug, Default)]
pub struct HttpCourier {
    client: OnceLock<Result<reqwest::Client, String>>,
}

impl Courier for HttpCourier {
    fn deliver(&self, parcel: Parcel) -> Delivered<'_> {
        Box::pin(async move {
            let client = self.client.get_or_init(build_client).as_ref().map_err(Clone::clone)?;
            let mut request = client.post(&parcel.url).body(parcel.body);
            for (name, value) in parcel.headers {
                request = request.header(name, value);
            }
            let answer = request.send().await.map_err(|error| describe(&error))?;
            Ok(answer.status().as_u16())
        })
    }
}

fn build_client() -> Result<reqwest::Client, String> {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .timeout(DELIVERY_TIMEOUT);
    builder.build().map_err(|error| describe(&error))
}

fn describe(error: &reqwest::Error) -> String {
    let reason = match error {
        _ if error.is_timeout() => "the receiver took too long",
        _ if error.is_connect() => "the receiver cannot be reached",
        _ => "the receiver did not answer",
    };
    reason.to_owned()
}
