//! `audit verify` walks the audit's whole chain, `audit show` prints its lines, both also while a proxy serves.

use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Subcommand};
use scantill_proxy::audit::Head;
use scantill_proxy::config::Config;
use scantill_proxy::storage::{check_audit, read_audit};
use scantill_types::PaymentId;

use super::say;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Check every line of the audit: which were changed, removed, inserted or moved.
    Verify(Verify),
    /// Print the lines of a payment, or all: one JSON object a line, in the order of their writing.
    Show(Show),
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

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The configuration file (TOML).
    #[arg(long)]
    config: PathBuf,
    /// Only the lines of this payment.
    #[arg(long, value_parser = PaymentId::parse)]
    payment: Option<PaymentId>,
}

pub(crate) fn run(command: &AuditCommand) -> anyhow::Result<()> {
    match command {
        AuditCommand::Verify(command) => verify(command),
        AuditCommand::Show(command) => show(command),
    }
}

fn show(Show { config, payment }: &Show) -> anyhow::Result<()> {
    let payment = payment.as_ref().map(ToString::to_string);
    let mut said = Ok(());
    read_audit(&Config::load(config)?.data, payment.as_deref(), |line| {
        said = serde_json::to_string(line).map_err(Into::into).and_then(|line| say(&line));
        if said.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    said
}

fn verify(Verify { config, head }: &Verify) -> anyhow::Result<()> {
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
