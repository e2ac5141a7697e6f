//! Where webhooks go, and the secrets that sign them.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::model::webhooks::signature::Secret;

/// An address for webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookTarget {
    pub url: String,
    /// Without a secret no signature is sent; two secrets both sign, as in the day after a roll.
    pub secrets: Vec<Secret>,
    /// Replaced secrets, and until when they still sign.
    #[serde(default)]
    retired: Vec<(Secret, Moment)>,
}

/// The address is no HTTP address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the webhook address must begin with http:// or https:// and name a host")]
pub struct WebhookUrlError;

impl WebhookTarget {
    pub fn new(url: &str, secrets: Vec<Secret>) -> Result<Self, WebhookUrlError> {
        if Self::is_address(url) {
            Ok(Self { url: url.to_owned(), secrets, retired: Vec::new() })
        } else {
            Err(WebhookUrlError)
        }
    }

    /// Whether webhooks can be sent there.
    pub(crate) fn is_address(url: &str) -> bool {
        url.parse::<http::Uri>().is_ok_and(|parsed| {
            matches!(parsed.scheme_str(), Some("http" | "https")) && parsed.host().is_some()
        })
    }

    /// A new secret signs from now on; those before it sign beside it until then.
    pub(crate) fn roll(&mut self, secret: Secret, until: Moment) {
        let old = std::mem::replace(&mut self.secrets, vec![secret]);
        self.retired.extend(old.into_iter().map(|secret| (secret, until)));
    }

    /// The same address with other secrets only.
    pub(crate) fn signing_with(&self, secrets: Vec<Secret>) -> Self {
        Self { url: self.url.clone(), secrets, retired: Vec::new() }
    }

    /// The same secrets under another address.
    pub(crate) fn going_to(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// How many secrets sign now.
    pub(crate) fn signing(&self, now: Moment) -> usize {
        self.secrets_of(now).count()
    }

    fn secrets_of(&self, now: Moment) -> impl Iterator<Item = &Secret> {
        let retired = self.retired.iter().filter(move |(_, until)| now < *until).map(|(secret, _)| secret);
        self.secrets.iter().chain(retired)
    }

    /// The value of `Omise-Signature`, if there is a secret.
    pub(crate) fn signature(&self, timestamp: &str, body: &str, now: Moment) -> Option<String> {
        let signatures: Vec<String> =
            self.secrets_of(now).map(|secret| secret.sign(timestamp, body)).collect();
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
        let signature = target.signature("1", "{}", Moment::EPOCH).unwrap();
        assert_eq!(signature.split(',').map(str::len).collect::<Vec<_>>(), [64, 64]);
    }

    #[test]
    fn a_rolled_secret_signs_for_a_day_beside_the_new_one() {
        let secret = |text| Secret::from_base64(text).unwrap();
        let mut target = WebhookTarget::new("http://localhost/", vec![secret("YQ==")]).unwrap();
        target.roll(secret("Yg=="), Moment::from_ms(1_000));
        let (new, old) = (secret("Yg==").sign("1", "{}"), secret("YQ==").sign("1", "{}"));
        let both = format!("{new},{old}");
        assert_eq!(target.signature("1", "{}", Moment::from_ms(999)), Some(both));
        assert_eq!(target.signature("1", "{}", Moment::from_ms(1_000)), Some(new));
    }
}
