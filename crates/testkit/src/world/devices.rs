//! Devices beside the first.

use scantill_proxy::clock::SystemEntropy;
use scantill_proxy::secrets::PairingCode;
use scantill_proxy::storage::{NewPairingCode, NewTerminal, SqliteStorage, TerminalDb};
use scantill_types::api::{Paired, PaymentPage, Problem, Terminal};
use scantill_types::{PaymentId, StoreId, TerminalId, Timestamp};
use serde_json::json;

use super::{World, read};

/// A terminal of a store in Bangkok: `store_2` is called `store 2`.
pub fn new_terminal(store: &str, terminal: &str) -> NewTerminal {
    NewTerminal {
        account: "demo".into(),
        store_id: StoreId::parse(store).unwrap(),
        store_name: store.replace('_', " "),
        time_zone: "Asia/Bangkok".into(),
        day_starts_minutes: 240,
        terminal: TerminalId::parse(terminal).unwrap(),
    }
}

impl World {
    /// Adds a terminal, or a further device to one, as the command line does; gives back the pairing code.
    pub async fn add_terminal(&self, terminal: NewTerminal, expires_at: Timestamp) -> String {
        self.make_code(terminal, expires_at, false).await
    }

    async fn make_code(&self, terminal: NewTerminal, expires_at: Timestamp, keeps_devices: bool) -> String {
        let database = SqliteStorage::open(&self.folder.path().join("data"), &SystemEntropy).unwrap();
        let code = PairingCode::new(&SystemEntropy).unwrap();
        let made_at = Timestamp(0);
        let new = NewPairingCode { digest: code.digest(), keeps_devices, made_at, expires_at };
        database.add_terminal(terminal, new).await.unwrap();
        code.reveal()
    }

    /// Pairs a device by a code.
    pub async fn pair_with_code(&self, code: &str, device: &str) -> Result<Paired, Problem> {
        let body = json!({"code": code, "device_id": device});
        read(self.http.post(format!("{}/v1/pair", self.proxy)).json(&body)).await
    }

    /// Pairs a further device beside the first one of the terminal, and speaks as that device from now on.
    pub async fn become_second_device(&mut self, device: &str) -> Terminal {
        self.pair_with_the_first(device, true).await
    }

    /// Pairs a device in place of the first one of the terminal, and speaks as that device from now on.
    pub async fn replace_device(&mut self, device: &str) -> Terminal {
        self.pair_with_the_first(device, false).await
    }

    /// A pairing code for a device beside the first one of the terminal, or in its place.
    pub async fn pairing_code(&self, keeps_devices: bool) -> String {
        let terminal = new_terminal("store_1", "POS-01");
        self.make_code(terminal, Timestamp(i64::MAX), keeps_devices).await
    }

    async fn pair_with_the_first(&mut self, device: &str, keeps_devices: bool) -> Terminal {
        let code = self.pairing_code(keeps_devices).await;
        let paired = self.pair_with_code(&code, device).await.unwrap();
        self.token = paired.token;
        paired.terminal
    }

    /// The ids of a list, and its cursor.
    pub async fn listed(&self, query: &str) -> (Vec<PaymentId>, Option<String>) {
        let page: PaymentPage = read(self.call("GET", &format!("/v1/payments?{query}"))).await.unwrap();
        (page.payments.into_iter().map(|payment| payment.id).collect(), page.next_cursor)
    }
}
