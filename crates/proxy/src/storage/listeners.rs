//! Who hears of changes: each terminal of its own alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast::{self, Receiver, Sender};

use super::{Device, StoredPayment};

/// How many changes a slow listener may lag behind before it must read the storage instead.
const CHANGES_KEPT: usize = 64;

/// Account, store and terminal.
type Terminal = (String, String, String);

/// The streams of changes that somebody listens to.
#[derive(Debug, Default)]
pub(super) struct Listeners(Mutex<HashMap<Terminal, Sender<Arc<StoredPayment>>>>);

impl Listeners {
    pub(super) fn listen(&self, device: &Device) -> Receiver<Arc<StoredPayment>> {
        let Device { account, store_id, terminal, .. } = device;
        let terminal = (account.clone(), store_id.to_string(), terminal.to_string());
        let mut senders = self.senders();
        // Where nobody listens any more nothing is kept.
        senders.retain(|_, sender| 0 < sender.receiver_count());
        senders.entry(terminal).or_insert_with(|| broadcast::channel(CHANGES_KEPT).0).subscribe()
    }

    pub(super) fn tell(&self, stored: StoredPayment) {
        let StoredPayment { account, store_id, terminal, .. } = &stored;
        let terminal = (account.clone(), store_id.to_string(), terminal.to_string());
        if let Some(sender) = self.senders().get(&terminal) {
            // The last listener may just have gone.
            let _ = sender.send(Arc::new(stored));
        }
    }

    fn senders(&self) -> MutexGuard<'_, HashMap<Terminal, Sender<Arc<StoredPayment>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Session;
    use super::*;
    use scantill_types::{DeviceId, StoreId, TerminalId};

    fn device(terminal: &str) -> Device {
        Device {
            id: DeviceId::parse("left").unwrap(),
            account: "demo".to_owned(),
            store_id: StoreId::parse("store_1").unwrap(),
            store_name: "store 1".to_owned(),
            time_zone: "Asia/Bangkok".to_owned(),
            day_starts_minutes: 240,
            terminal: TerminalId::parse(terminal).unwrap(),
            session: Session::default(),
        }
    }

    #[test]
    fn nothing_is_kept_for_terminals_that_nobody_listens_to() {
        let listeners = Listeners::default();
        for number in 0..100 {
            drop(listeners.listen(&device(&format!("POS-{number}"))));
        }
        let (_first, _second) = (listeners.listen(&device("POS-1")), listeners.listen(&device("POS-1")));
        assert_eq!(listeners.senders().len(), 1);
    }
}
