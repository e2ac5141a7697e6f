//! `cargo xtask screenshots`: every screen in every state, at four sizes, zoomed, with large text and in forced
//! colours.

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
    /// Only the pictures whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
    /// Only this part: sale, scanner, camera, endings, doubt, supervisor, refusals, beside or pages
    #[arg(long)]
    part: Option<String>,
    /// The language: en, th or zh-Hans
    #[arg(long, default_value = "en")]
    language: String,
}

/// Builds everything, drives the till through its screens, and stores a picture of each.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let mut command = with_programs(&Workspace::find()?)?;
    command
        .args(["run", "--locked", "--package", "scantill-e2e", "--bin", "screenshots", "--", "--out"])
        .arg(&options.out)
        .args(["--only", &options.only])
        .env("SCANTILL_LANGUAGE", &options.language)
        .args(options.part.iter().flat_map(|part| ["--part", part]));
    Ok(if command.status()?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
