//! The event streams that are open, by device. A tablet needs one; one more than the limit ends the oldest, which may be
//! a connection that the network has lost already.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::storage::Device;

type Key = (String, String, String, String);

/// All of them.
#[derive(Debug)]
pub struct OpenStreams {
    of_device_max: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    count: u64,
    /// The streams of a device, the oldest first.
    of_device: HashMap<Key, Vec<(u64, CancellationToken)>>,
}

/// An open stream: it counts until it is dropped.
#[derive(Debug)]
pub struct OpenStream {
    streams: Arc<OpenStreams>,
    key: Key,
    number: u64,
    ended: CancellationToken,
}

impl OpenStreams {
    /// None is open.
    pub fn new(of_device_max: NonZeroU32) -> Arc<Self> {
        let of_device_max = usize::try_from(of_device_max.get()).unwrap_or(usize::MAX);
        Arc::new(Self { of_device_max, open: Mutex::default() })
    }

    /// Opens one more of a device, and ends the oldest if there are too many.
    pub fn open(self: &Arc<Self>, device: &Device) -> OpenStream {
        let Device { account, store_id, terminal, id, .. } = device;
        let key = (account.clone(), store_id.to_string(), terminal.to_string(), id.to_string());
        let ended = CancellationToken::new();
        let mut open = self.open_now();
        open.count += 1;
        let number = open.count;
        let streams = open.of_device.entry(key.clone()).or_default();
        streams.push((number, ended.clone()));
        while self.of_device_max < streams.len() {
            streams.remove(0).1.cancel();
        }
        OpenStream { streams: self.clone(), key, number, ended }
    }

    fn open_now(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenStream {
    /// Cancelled when newer streams of the device took its place. Who ends it otherwise may cancel it too.
    pub fn ending(&self) -> CancellationToken {
        self.ended.clone()
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut open = self.streams.open_now();
        if let Some(streams) = open.of_device.get_mut(&self.key) {
            streams.retain(|(number, _)| *number != self.number);
            if streams.is_empty() {
                open.of_device.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Session;
    use scantill_types::{DeviceId, StoreId, TerminalId};

    fn device(id: &str) -> Device {
        Device {
            id: DeviceId::parse(id).unwrap(),
            account: "demo".to_owned(),
            store_id: StoreId::parse("store_1").unwrap(),
            store_name: "store 1".to_owned(),
            time_zone: "Asia/Bangkok".to_owned(),
            day_starts_minutes: 240,
            terminal: TerminalId::parse("POS-01").unwrap(),
            session: Session::default(),
        }
    }

    #[test]
    fn one_more_stream_ends_the_oldest_and_a_closed_one_leaves_room() {
        let streams = OpenStreams::new(NonZeroU32::new(2).unwrap());
        let [left, right] = [device("left"), device("right")];
        let another_store = Device { store_id: StoreId::parse("store_2").unwrap(), ..left.clone() };
        let (first, of_right) = (streams.open(&left), streams.open(&right));
        let elsewhere = [streams.open(&another_store), streams.open(&another_store)];
        drop(streams.open(&left));
        let second = streams.open(&left);
        assert!(!first.ended.is_cancelled());
        let third = streams.open(&left);
        assert!(first.ended.is_cancelled() && !second.ended.is_cancelled() && !of_right.ended.is_cancelled());
        assert!(elsewhere.iter().all(|stream| !stream.ended.is_cancelled()));
        drop((first, second, third, of_right, elsewhere));
        assert!(streams.open_now().of_device.is_empty());
    }
}
