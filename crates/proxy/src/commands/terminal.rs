//! `terminal add`: a till, or a further tablet for one.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use scantill_core::{StoreId, TerminalId};
use scantill_proxy::clock::{Clock, SystemClock, SystemEntropy};
use scantill_proxy::config::Config;
use scantill_proxy::secrets::{new_pairing_code, pairing_digest};
use scantill_proxy::serve::pairing_code_expiry;
use scantill_proxy::store::{NewTerminal, SqliteStore, Store};

use super::{account_of, say};

#[derive(Debug, Subcommand)]
pub(crate) enum TerminalCommand {
    /// Add a till and print the one-use code that pairs a tablet with it.
    Add(Box<AddTerminal>),
}

#[derive(Debug, Args)]
pub(crate) struct AddTerminal {
    /// The configuration file (TOML).
    #[arg(long)]
    config: PathBuf,
    /// The account; may be left out where there is only one.
    #[arg(long)]
    account: Option<String>,
    /// The store's id, as Omise and Alipay shall see it.
    #[arg(long)]
    store: String,
    /// The store's name, as the customer's wallet shall show it.
    #[arg(long)]
    name: String,
    /// The till's id.
    #[arg(long)]
    terminal: String,
    /// The store's time zone, for its business day.
    #[arg(long, default_value = "Asia/Bangkok")]
    time_zone: String,
    /// When the store's business day starts.
    #[arg(long, default_value = "04:00")]
    day_starts: String,
}

pub(crate) async fn run(command: TerminalCommand) -> anyhow::Result<()> {
    let TerminalCommand::Add(add) = command;
    let config = Config::load(&add.config)?;
    let account = account_of(&config, add.account.as_deref())?;
    let zone = jiff::tz::TimeZone::get(&add.time_zone)
        .with_context(|| format!("{} is no time zone; use a name such as Asia/Bangkok", add.time_zone))?;
    // Browsers are told of it too: they know it by its own spelling for sure.
    let time_zone = zone.iana_name().map_or(add.time_zone, str::to_owned);
    let terminal = NewTerminal {
        account,
        store_id: StoreId::parse(&add.store).context("--store")?,
        store_name: add.name,
        time_zone,
        day_starts_minutes: minutes(&add.day_starts).context("--day-starts takes a time such as 04:00")?,
        terminal: TerminalId::parse(&add.terminal).context("--terminal")?,
    };
    let store = SqliteStore::open(&config.data, &SystemEntropy)?;
    let code = new_pairing_code(&SystemEntropy)?;
    let expires_at = pairing_code_expiry(SystemClock::default().now());
    store.add_terminal(terminal, pairing_digest(&code), expires_at).await?;
    say(&format!("pairing code: {code}\nType it on the tablet within ten minutes. It works once."))
}

fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..24).contains(&hours) && (0..60).contains(&minutes)).then_some(hours * 60 + minutes)
}
