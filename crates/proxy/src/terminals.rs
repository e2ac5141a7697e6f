//! What an operator asks and does about terminals and their devices: by the running proxy, or in its storage while none runs.

use scantill_types::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::{Entropy, NoEntropy};
use crate::device_life::DeviceLife;
use crate::secrets::PairingCode;
use crate::storage::{NewPairingCode, NewTerminal, Revoke, Storage, StorageError, TerminalEntry};

/// How long a pairing code is good.
pub const PAIRING_CODE_LIFE_MS: u64 = 10 * 60 * 1_000;

/// Why it is not done.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// There is no such terminal, or none at this place.
    #[error("there is no such terminal: `terminal list` shows all")]
    UnknownTerminal,
    /// No token of such a device is good.
    #[error("no such device is paired: `terminal list` shows all")]
    UnknownDevice,
    /// Several terminals have this name.
    #[error("several terminals have this name, in {0}: say --store, and --account if that is not enough")]
    Ambiguous(String),
    /// Neither a terminal nor a device was named.
    #[error("name a terminal or a device")]
    Nothing,
    /// Storage fails.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No code can be drawn.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
}

/// A terminal that is added, or paired again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddTerminal {
    /// The terminal with its store.
    pub terminal: NewTerminal,
    /// Whether the devices that it has stay paired.
    pub keeps_devices: bool,
}

/// The code that pairs a device, shown this once.
#[derive(Serialize, Deserialize)]
pub struct AddedTerminal {
    /// As a person types it.
    pub code: String,
}

impl std::fmt::Debug for AddedTerminal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AddedTerminal")
    }
}

/// All terminals, with how long their devices live.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TerminalList {
    /// The terminals.
    pub terminals: Vec<TerminalEntry>,
    /// How long a device lives after it was seen.
    pub idle_ms: u64,
    /// How long a device lives at all.
    pub life_ms: u64,
    /// The time at which this was so.
    pub now: Timestamp,
}

/// What was revoked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Revoked {
    /// How many devices.
    pub devices: usize,
}

/// Adds a terminal, or lets one be paired again.
pub async fn add(
    storage: &dyn Storage,
    entropy: &dyn Entropy,
    now: Timestamp,
    add: AddTerminal,
) -> Result<AddedTerminal, TerminalError> {
    let code = PairingCode::new(entropy)?;
    let new = NewPairingCode {
        digest: code.digest(),
        keeps_devices: add.keeps_devices,
        made_at: now,
        expires_at: now.plus_ms(PAIRING_CODE_LIFE_MS),
    };
    storage.add_terminal(add.terminal, new).await?;
    Ok(AddedTerminal { code: code.reveal() })
}

/// Lists all terminals.
pub async fn list(
    storage: &dyn Storage,
    life: DeviceLife,
    now: Timestamp,
) -> Result<TerminalList, TerminalError> {
    let DeviceLife { idle_ms, life_ms } = life;
    Ok(TerminalList { terminals: storage.terminals().await?, idle_ms, life_ms, now })
}

/// Takes tokens away, of one terminal or of a device wherever it is.
pub async fn revoke(storage: &dyn Storage, now: Timestamp, revoke: Revoke) -> Result<Revoked, TerminalError> {
    check(&storage.terminals().await?, &revoke)?;
    Ok(Revoked { devices: storage.revoke(revoke, now).await? })
}

fn check(terminals: &[TerminalEntry], revoke: &Revoke) -> Result<(), TerminalError> {
    let is_there = |entry: &&TerminalEntry| {
        revoke.account.as_ref().is_none_or(|account| *account == entry.account)
            && revoke.store_id.as_ref().is_none_or(|store| *store == entry.store_id)
            && revoke.terminal.as_ref().is_none_or(|terminal| *terminal == entry.terminal)
    };
    let found: Vec<&TerminalEntry> = terminals.iter().filter(is_there).collect();
    match (&revoke.terminal, &revoke.device) {
        (None, None) => Err(TerminalError::Nothing),
        (Some(_), _) if found.is_empty() => Err(TerminalError::UnknownTerminal),
        (Some(_), _) if 1 < found.len() => Err(TerminalError::Ambiguous(places(&found))),
        (_, Some(device)) if !found.iter().any(|entry| entry.devices.iter().any(|of| of.id == *device)) => {
            Err(TerminalError::UnknownDevice)
        }
        _ => Ok(()),
    }
}

fn places(found: &[&TerminalEntry]) -> String {
    let places = found.iter().map(|entry| format!("{} of account {}", entry.store_id, entry.account));
    places.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::DeviceEntry;
    use scantill_types::{DeviceId, StoreId, TerminalId};

    fn entry(store: &str, terminal: &str, device: Option<&str>) -> TerminalEntry {
        let device = device.map(|id| DeviceEntry {
            id: DeviceId::parse(id).unwrap(),
            paired_at: Timestamp(0),
            seen_at: Timestamp(0),
            is_bound: true,
        });
        TerminalEntry {
            account: "demo".to_owned(),
            store_id: StoreId::parse(store).unwrap(),
            store_name: store.to_owned(),
            terminal: TerminalId::parse(terminal).unwrap(),
            devices: device.into_iter().collect(),
        }
    }

    #[test]
    fn what_is_revoked_must_be_there_and_be_one() {
        let all =
            [entry("s-1", "POS-01", Some("a")), entry("s-2", "POS-01", None), entry("s-2", "POS-02", None)];
        let checked = |store: Option<&str>, terminal: Option<&str>, device: Option<&str>| {
            let revoke = Revoke {
                account: None,
                store_id: store.map(|id| StoreId::parse(id).unwrap()),
                terminal: terminal.map(|id| TerminalId::parse(id).unwrap()),
                device: device.map(|id| DeviceId::parse(id).unwrap()),
            };
            check(&all, &revoke).map_err(|error| error.to_string())
        };
        for (store, terminal, device) in
            [(None, Some("POS-02"), None), (Some("s-2"), Some("POS-01"), None), (None, None, Some("a"))]
        {
            assert_eq!(checked(store, terminal, device), Ok(()));
        }
        let refused = checked(None, Some("POS-01"), None).unwrap_err();
        assert!(refused.contains("s-1 of account demo, s-2 of account demo"), "{refused}");
        assert!(checked(None, Some("POS-09"), None).unwrap_err().contains("no such terminal"));
        assert!(checked(None, None, Some("b")).unwrap_err().contains("no such device"));
        assert!(checked(Some("s-2"), None, Some("a")).unwrap_err().contains("no such device"));
        assert!(checked(None, None, None).is_err());
    }
}
