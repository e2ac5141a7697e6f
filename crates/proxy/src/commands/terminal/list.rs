//! A terminal with its devices, as lines for people.

use scantill_proxy::device_life::DeviceLife;
use scantill_proxy::storage::{DeviceEntry, TerminalEntry};
use scantill_proxy::terminals::TerminalList;

pub(super) fn lines(entry: &TerminalEntry, list: &TerminalList) -> String {
    let TerminalEntry { account, store_id, store_name, terminal, devices } = entry;
    let mut lines = vec![format!("{terminal} · {store_id} ({store_name}) · account {account}")];
    lines.extend(devices.iter().map(|device| format!("  {}", line(device, list))));
    if devices.is_empty() {
        lines.push("  no device is paired".to_owned());
    }
    lines.join("\n")
}

fn line(device: &DeviceEntry, list: &TerminalList) -> String {
    let DeviceEntry { id, paired_at, seen_at, is_bound } = device;
    let life = DeviceLife { idle_ms: list.idle_ms, life_ms: list.life_ms };
    let ends_at = life.ends_at(*paired_at, *seen_at);
    let end = match life.end(*paired_at, *seen_at, list.now) {
        Some(reason) => format!("ended {ends_at}: {reason}"),
        None => format!("ends {ends_at}"),
    };
    let key = if *is_bound { "bound to a key" } else { "no key" };
    format!("{id} · paired {paired_at} · last seen {seen_at} · {key} · {end}")
}
