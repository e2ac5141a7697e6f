//! Webhooks as anybody may send them, signed with a secret that may be the right one.

use serde_json::json;

use super::World;

/// A charge's success, told by the provider or by a liar.
pub fn event(id: &str, payment: &str, charge: &str) -> String {
    let data = json!({"object": "charge", "id": charge, "livemode": false, "amount": 2225, "currency": "THB",
        "status": "successful", "metadata": {"payment_id": payment}});
    json!({"object": "event", "id": id, "key": "charge.complete", "data": data}).to_string()
}

/// In seconds, as a delivery is stamped.
pub fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

fn sign(secret: &[u8], timestamp: &str, body: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap();
    mac.update(format!("{timestamp}.{body}").as_bytes());
    scantill_proxy::secrets::hex(&mac.finalize().into_bytes())
}

impl World {
    /// Delivers a webhook and says how it was answered.
    pub async fn deliver(&self, body: &str, timestamp: u64, secret: &[u8]) -> u16 {
        let timestamp = timestamp.to_string();
        let request = self
            .http
            .post(format!("{}/webhooks/omise/demo", self.proxy))
            .header("Content-Type", "application/json")
            .header("Omise-Signature", sign(secret, &timestamp, body))
            .header("Omise-Signature-Timestamp", timestamp)
            .body(body.to_owned());
        request.send().await.unwrap().status().as_u16()
    }
}
