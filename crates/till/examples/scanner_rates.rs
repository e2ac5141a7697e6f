//! Prints the table of `docs/scanners.md`: `cargo run -p scantill-till --example scanner_rates --release`.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

#[path = "../tests/scanners/mod.rs"]
mod scanners;

use scanners::{PROFILES, scan_many, type_for_an_hour};
use scantill_till::scan::Target;

const SCANS: u32 = 20_000;

fn main() {
    println!("| scanner | mean gap | pauses up to | suffix | scans | heard right | heard wrong |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for (seed, profile) in (1..).zip(PROFILES) {
        let rates = scan_many(profile, SCANS, seed);
        let suffix: Vec<String> = profile.ends.iter().map(|end| format!("{end:?}")).collect();
        let suffix = if suffix.is_empty() { "none".to_owned() } else { suffix.join(", ") };
        let pause_ms = profile.pause_ms.max(profile.gap_ms + profile.stray_ms);
        let right = f64::from(rates.right) * 100.0 / f64::from(rates.scans);
        let (name, gap_ms) = (profile.name, profile.gap_ms);
        println!(
            "| {name} | {gap_ms} ms | {pause_ms} ms | {suffix} | {} | {right:.2} % | {} |",
            rates.scans, rates.wrong
        );
    }
    println!("\n| an hour of typing | keys | taken for scans | would be sent | keys lost |");
    println!("| --- | --- | --- | --- | --- |");
    for (seed, target) in (1..).zip([Target::Nowhere, Target::Button, Target::Keypad, Target::Field]) {
        let typing = type_for_an_hour(target, seed);
        println!(
            "| on {target:?} | {} | {} | {} | {} |",
            typing.keys, typing.scans, typing.sent, typing.lost
        );
    }
}
