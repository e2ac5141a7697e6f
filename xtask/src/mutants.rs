//! `cargo xtask mutants`: every rule of the money is changed a little, and a test must notice. It takes an hour, so it
//! runs outside CI.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::tools;
use crate::workspace::Workspace;

/// The rules of the money; other code has its tests too, but these decide.
const RULES: [&str; 3] =
    ["crates/core/src/payment.rs", "crates/core/src/payment/**/*.rs", "crates/core/src/backoff.rs"];

/// Fewer than the usual thousands: a mutant that survives these is looked at by hand.
const PROPERTY_CASES: &str = "400";

/// Which part to change.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// One part of several, as in 1/4
    #[arg(long)]
    shard: Option<String>,
}

/// Prints what no test noticed; the exit code tells whether there was any.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let mut command = workspace.command(tools::ensure_mutants(&workspace)?);
    command.args(["mutants", "--package", "scantill-core", "--timeout", "60", "--jobs", "2"]);
    for file in RULES {
        command.args(["--file", file]);
    }
    if let Some(shard) = &options.shard {
        command.args(["--shard", shard]);
    }
    command.arg("--output").arg(workspace.target.join("mutants"));
    command.args(["--", "--lib", "--", "payment", "backoff"]).env("PROPTEST_CASES", PROPERTY_CASES);
    Ok(if command.status()?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
