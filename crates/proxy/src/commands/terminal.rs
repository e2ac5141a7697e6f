//! `terminal`: tills, their tablets, and what takes a tablet's token away.

mod list;

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use scantill_proxy::clock::{Clock, SystemClock, SystemEntropy};
use scantill_proxy::config::Config;
use scantill_proxy::storage::{NewTerminal, Revoke, SqliteStorage};
use scantill_proxy::terminals::{self, AddedTerminal, Revoked, TerminalList};
use scantill_types::{DeviceId, StoreId, TerminalId, Text};

use super::admin_client::AdminClient;
use super::text::ReadText;
use super::{account_of, say};

#[derive(Debug, Subcommand)]
pub(crate) enum TerminalCommand {
    /// Add a till, or pair one again, and print the one-use code for its tablet.
    Add(Box<AddTerminalCommand>),
    /// List the tills with their tablets: when each was paired and seen, and when its token ends.
    List(ListTerminals),
    /// Take the tokens of a till or of a tablet away, at once: a tablet that was stolen or given away.
    Revoke(RevokeTerminal),
}

#[derive(Debug, Args)]
pub(crate) struct AddTerminalCommand {
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
    #[arg(long, value_parser = ReadText)]
    name: Text,
    /// The till's id.
    #[arg(long)]
    terminal: String,
    /// The store's time zone, for its business day.
    #[arg(long, default_value = "Asia/Bangkok")]
    time_zone: String,
    /// When the store's business day starts.
    #[arg(long, default_value = "04:00")]
    day_starts: String,
    /// Leave the till's other tablets paired. Without it the new tablet takes their place.
    #[arg(long)]
    keep_devices: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListTerminals {
    /// The configuration file (TOML).
    #[arg(long)]
    config: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeTerminal {
    /// The configuration file (TOML).
    #[arg(long)]
    config: PathBuf,
    /// The till: all its tablets lose their tokens, and its unused pairing codes are void.
    #[arg(long, required_unless_present = "device")]
    terminal: Option<String>,
    /// The tablet's id, as `terminal list` shows it.
    #[arg(long)]
    device: Option<String>,
    /// In this store alone.
    #[arg(long)]
    store: Option<String>,
    /// In this account alone.
    #[arg(long)]
    account: Option<String>,
}

pub(crate) async fn run(command: TerminalCommand) -> anyhow::Result<()> {
    match command {
        TerminalCommand::Add(add) => self::add(*add).await,
        TerminalCommand::List(list) => self::list(&list.config).await,
        TerminalCommand::Revoke(revoke) => self::revoke(revoke).await,
    }
}

async fn add(add: AddTerminalCommand) -> anyhow::Result<()> {
    let config = Config::load(&add.config)?;
    let account = account_of(&config, add.account.as_deref())?;
    let zone = jiff::tz::TimeZone::get(&add.time_zone)
        .with_context(|| format!("{} is no time zone; use a name such as Asia/Bangkok", add.time_zone))?;
    // Browsers are told of it too: they know it by its own spelling for sure.
    let time_zone = zone.iana_name().map_or(add.time_zone, str::to_owned);
    let terminal = NewTerminal {
        account,
        store_id: StoreId::parse(&add.store).context("--store")?,
        store_name: add.name.into_string(),
        time_zone,
        day_starts_minutes: minutes(&add.day_starts).context("--day-starts takes a time such as 04:00")?,
        terminal: TerminalId::parse(&add.terminal).context("--terminal")?,
    };
    let wanted = terminals::AddTerminal { terminal, keeps_devices: add.keep_devices };
    let AddedTerminal { code } = match AdminClient::if_running(&config)? {
        Some(client) => client.post("/terminals", &wanted).await?,
        None => terminals::add(&storage(&config)?, &SystemEntropy, now(), wanted).await?,
    };
    say(&format!("pairing code: {code}\nType it on the tablet within ten minutes. It works once."))
}

async fn list(config: &std::path::Path) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    let list: TerminalList = match AdminClient::if_running(&config)? {
        Some(client) => client.get("/terminals", &[]).await?,
        None => terminals::list(&storage(&config)?, config.devices, now()).await?,
    };
    if list.terminals.is_empty() {
        say("there is no terminal yet: add one with `terminal add`")?;
    }
    for entry in &list.terminals {
        say(&list::lines(entry, &list))?;
    }
    Ok(())
}

async fn revoke(revoke: RevokeTerminal) -> anyhow::Result<()> {
    let config = Config::load(&revoke.config)?;
    let wanted = Revoke {
        terminal: revoke.terminal.as_deref().map(TerminalId::parse).transpose().context("--terminal")?,
        device: revoke.device.as_deref().map(DeviceId::parse).transpose().context("--device")?,
        store_id: revoke.store.as_deref().map(StoreId::parse).transpose().context("--store")?,
        account: revoke.account,
    };
    let Revoked { devices } = match AdminClient::if_running(&config)? {
        Some(client) => client.post("/terminals/revoke", &wanted).await?,
        None => terminals::revoke(&storage(&config)?, now(), wanted).await?,
    };
    say(&match devices {
        0 => "no device was paired; unused pairing codes are void".to_owned(),
        1 => "1 device is revoked".to_owned(),
        devices => format!("{devices} devices are revoked"),
    })
}

/// While no proxy runs.
fn storage(config: &Config) -> anyhow::Result<SqliteStorage> {
    Ok(SqliteStorage::open(&config.data, &SystemEntropy)?)
}

fn now() -> scantill_types::Timestamp {
    SystemClock::default().now()
}

fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..24).contains(&hours) && (0..60).contains(&minutes)).then_some(hours * 60 + minutes)
}
