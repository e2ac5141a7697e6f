//! The screens of the till, read from its machine: a screen of a sale without a row in the table fails.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::state::State;

/// Screens on which no sale stands.
const WITHOUT_A_SALE: &[&str] = &["pair", "amount"];

/// The names that `Screen::name` gives: what stands right of its arrows.
fn names() -> Result<Vec<String>> {
    let view = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/till/src/view.rs");
    let text = fs::read_to_string(view)?;
    let start = "fn name(&self) -> &'static str {";
    let (_, body) = text.split_once(start).context("the machine names its screens elsewhere")?;
    let (arms, _) = body.split_once("\n    }\n").context("no end")?;
    let quoted = arms.lines().filter_map(|arm| arm.split_once("=> \"")?.1.split_once('"'));
    Ok(quoted.map(|(name, _)| name.to_owned()).collect())
}

#[test]
fn every_screen_of_a_sale_has_a_row() -> Result<()> {
    let names = names()?;
    assert!(10 < names.len(), "the machine's screens were not found: {names:?}");
    let rows: Vec<_> = State::value_variants().iter().filter_map(|state| state.screen()).collect();
    let without: Vec<_> = names
        .iter()
        .filter(|name| !rows.contains(&name.as_str()) && !WITHOUT_A_SALE.contains(&name.as_str()))
        .collect();
    assert!(without.is_empty(), "screens without a row: {without:?}");
    let gone: Vec<_> = rows.iter().filter(|row| !names.iter().any(|name| name == *row)).collect();
    assert!(gone.is_empty(), "rows whose screen is gone: {gone:?}");
    Ok(())
}
