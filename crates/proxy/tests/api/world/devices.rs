//! Devices beside the first.

use scantill_core::api::{PaymentPage, Terminal};
use scantill_core::{PaymentId, StoreId, TerminalId, Timestamp};
use scantill_proxy::clock::SystemEntropy;
use scantill_proxy::secrets::{new_pairing_code, pairing_digest};
use scantill_proxy::store::{NewTerminal, SqliteStore, Store};
use serde_json::json;

use super::{World, read};

impl World {
    /// Adds a terminal, or a further device to one, as the command line does; gives back the pairing code.
    pub(crate) async fn add_terminal(&self, terminal: NewTerminal, expires_at: Timestamp) -> String {
        let books = SqliteStore::open(&self.folder.path().join("books"), &SystemEntropy).unwrap();
        let code = new_pairing_code(&SystemEntropy).unwrap();
        books.add_terminal(terminal, pairing_digest(&code), expires_at).await.unwrap();
        code
    }

    /// Pairs a further device with the terminal of the first, and speaks as that device from now on.
    pub(crate) async fn become_second_device(&mut self, device: &str) -> Terminal {
        let terminal = NewTerminal {
            account: "demo".into(),
            store_id: StoreId::parse("store_1").unwrap(),
            store_name: "store 1".into(),
            time_zone: "Asia/Bangkok".into(),
            day_starts_minutes: 240,
            terminal: TerminalId::parse("POS-01").unwrap(),
        };
        let code = self.add_terminal(terminal, Timestamp(i64::MAX)).await;
        let body = json!({"code": code, "device_id": device});
        let request = self.http.post(format!("{}/v1/pair", self.proxy)).json(&body);
        let paired: scantill_core::api::Paired = read(request).await.unwrap();
        self.token = paired.token;
        paired.terminal
    }

    /// The ids of a list, and its cursor.
    pub(crate) async fn listed(&self, query: &str) -> (Vec<PaymentId>, Option<String>) {
        let page: PaymentPage = read(self.call("GET", &format!("/v1/payments?{query}"))).await.unwrap();
        (page.payments.into_iter().map(|payment| payment.id).collect(), page.next_cursor)
    }
}
