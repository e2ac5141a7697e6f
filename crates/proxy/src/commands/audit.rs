//! `audit verify`: walks the audit's whole chain, also while a proxy serves.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Subcommand};
use scantill_proxy::audit::Head;
use scantill_proxy::config::Config;
use scantill_proxy::storage::check_audit;

use super::say;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Check every line of the audit: which were changed, removed, inserted or moved.
    Verify(Verify),
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The configuration file (TOML).
    #[arg(long)]
    config: PathBuf,
    /// A head that an earlier check printed and that was noted elsewhere: the chain must still hold it.
    #[arg(long)]
    head: Option<Head>,
}

pub(crate) fn run(command: &AuditCommand) -> anyhow::Result<()> {
    let AuditCommand::Verify(Verify { config, head }) = command;
    let checked = check_audit(&Config::load(config)?.data, *head)?;
    for fault in &checked.faults {
        say(&fault.to_string())?;
    }
    if !checked.faults.is_empty() {
        bail!("the audit is not what was written: keep this database, and compare it with a backup");
    }
    let (lines, head) = (checked.lines, checked.head);
    say(&format!(
        "the audit is whole: {lines} lines\nhead: {head}\nNote the head elsewhere: a later `audit verify --head` shows whether the chain still holds it."
    ))
}
