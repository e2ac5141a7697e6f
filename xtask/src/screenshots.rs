//! `cargo xtask screenshots`: every screen in every state, at the sizes of a desk, a tablet and a phone, to be looked at.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::test::suites::with_programs;
use crate::workspace::Workspace;

/// Where the pictures go.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The folder of the pictures
    #[arg(long, default_value = "target/screenshots")]
    out: PathBuf,
}

/// Builds everything, drives the till through its screens, and keeps a picture of each.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let mut command = with_programs(&Workspace::find()?)?;
    command
        .args(["run", "--package", "scantill-e2e", "--bin", "screenshots", "--", "--out"])
        .arg(&options.out);
    Ok(if command.status()?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
