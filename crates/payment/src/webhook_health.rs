//! Whether an account's webhooks can be trusted to come, so that reads may be fewer.

/// Webhooks that prove healthy bring outcomes before a read finds them. Times are of a clock that only runs forward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WebhookHealth {
    proved_ms: Option<u64>,
}

/// A proof older than this proves nothing any more.
const PROOF_LASTS_MS: u64 = 10 * 60 * 1_000;

impl WebhookHealth {
    /// A webhook brought the end of a payment.
    pub fn proved(&mut self, now_ms: u64) {
        self.proved_ms = Some(now_ms);
    }

    /// A read found the end of a payment of which no webhook had told.
    pub fn missed(&mut self) {
        self.proved_ms = None;
    }

    /// Whether outcomes may be waited for.
    pub fn is_healthy(&self, now_ms: u64) -> bool {
        self.proved_ms.is_some_and(|proved_ms| now_ms.saturating_sub(proved_ms) < PROOF_LASTS_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_webhook_proves_for_ten_minutes_and_one_miss_ends_it() {
        let mut health = WebhookHealth::default();
        assert!(!health.is_healthy(0));
        health.proved(1_000);
        assert!(health.is_healthy(600_999) && !health.is_healthy(601_000));
        health.proved(1_000);
        health.missed();
        assert!(!health.is_healthy(1_001));
    }
}
