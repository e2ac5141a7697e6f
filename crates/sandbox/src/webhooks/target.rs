//! Where webhooks go, and the secrets that sign them.

use serde::{Deserialize, Serialize};

use crate::webhooks::signature::Secret;

/// An address for webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookTarget {
    pub url: String,
    /// None sends no signature; two are both used, as in the day after a secret was rolled.
    pub secrets: Vec<Secret>,
}

/// The address is not one that can be called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the webhook address must begin with http:// or https:// and name a host")]
pub struct WebhookUrlError;

impl WebhookTarget {
    pub fn new(url: &str, secrets: Vec<Secret>) -> Result<Self, WebhookUrlError> {
        let parsed: http::Uri = url.parse().map_err(|_| WebhookUrlError)?;
        let callable = matches!(parsed.scheme_str(), Some("http" | "https")) && parsed.host().is_some();
        if callable { Ok(Self { url: url.to_owned(), secrets }) } else { Err(WebhookUrlError) }
    }

    /// The value of `Omise-Signature`, if there is a secret.
    pub(crate) fn signature(&self, timestamp: &str, body: &str) -> Option<String> {
        let signatures: Vec<String> =
            self.secrets.iter().map(|secret| secret.sign(timestamp, body)).collect();
        (!signatures.is_empty()).then(|| signatures.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_addresses_are_taken() {
        assert!(WebhookTarget::new("http://127.0.0.1:8787/webhooks/omise/demo", Vec::new()).is_ok());
        for url in ["", "ftp://x", "127.0.0.1:8787", "http://", "/webhooks"] {
            assert_eq!(WebhookTarget::new(url, Vec::new()), Err(WebhookUrlError), "{url}");
        }
    }

    #[test]
    fn two_secrets_give_two_signatures() {
        let secrets = vec![Secret::from_base64("YQ==").unwrap(), Secret::from_base64("Yg==").unwrap()];
        let target = WebhookTarget::new("http://localhost/", secrets).unwrap();
        let signature = target.signature("1", "{}").unwrap();
        assert_eq!(signature.split(',').map(str::len).collect::<Vec<_>>(), [64, 64]);
    }
}
