//! `supervisor add`: somebody who approves refunds.

use std::io::BufRead;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use scantill_proxy::approval::{owner, pin_hash};
use scantill_proxy::clock::{Clock, SystemClock, SystemEntropy};
use scantill_proxy::config::Config;
use scantill_proxy::storage::{AccountDb, SqliteStorage, Supervisor};
use scantill_types::api::Pin;
use scantill_types::{StoreId, Text};

use super::text::ReadText;
use super::{account_of, say};

#[derive(Debug, Subcommand)]
pub(crate) enum SupervisorCommand {
    /// Add a supervisor, or give one a new PIN. The PIN, 4 to 12 digits, is read from standard input.
    Add(AddSupervisor),
}

#[derive(Debug, Args)]
pub(crate) struct AddSupervisor {
    /// The configuration file (TOML).
    #[arg(long)]
    config: PathBuf,
    /// The account; may be left out where there is only one.
    #[arg(long)]
    account: Option<String>,
    /// The store in which they approve.
    #[arg(long)]
    store: String,
    /// Their name, as refunds shall show it.
    #[arg(long, value_parser = ReadText)]
    name: Text,
}

pub(crate) async fn run(command: SupervisorCommand) -> anyhow::Result<()> {
    let SupervisorCommand::Add(add) = command;
    let config = Config::load(&add.config)?;
    let account = account_of(&config, add.account.as_deref())?;
    let store_id = StoreId::parse(&add.store).context("--store")?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("the PIN could not be read from standard input")?;
    let pin = Pin::new(line.trim());
    let storage = SqliteStorage::open(&config.data, &SystemEntropy)?;
    let others = storage.supervisors(account.clone(), store_id.clone()).await?;
    // A supervisor is recognised by the PIN alone.
    if owner(&others, &pin).is_some_and(|name| name != add.name.as_str()) {
        bail!("another supervisor of this store has this PIN: choose another");
    }
    let pin_hash = pin_hash(&pin, &SystemEntropy)?;
    let supervisor = Supervisor { account, store_id, name: add.name.as_str().to_owned(), pin_hash };
    storage.add_supervisor(supervisor, SystemClock::default().now()).await?;
    say(&format!("{} may now approve refunds in {}", add.name.as_str(), add.store))
}
