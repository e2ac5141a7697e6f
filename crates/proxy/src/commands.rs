//! What the command line can do, one file for each command.

mod admin_client;
pub(crate) mod audit;
pub(crate) mod certificate;
pub(crate) mod payment;
pub(crate) mod serve;
pub(crate) mod supervisor;
pub(crate) mod terminal;
mod text;

use std::io::{ErrorKind, Write};

use anyhow::{Context, bail};
use scantill_proxy::config::Config;

/// The account of that name, or the only one.
fn account_of(config: &Config, wanted: Option<&str>) -> anyhow::Result<String> {
    let names: Vec<&str> = config.accounts.iter().map(|account| account.name.as_str()).collect();
    match (wanted, names.as_slice()) {
        (Some(name), names) if names.contains(&name) => Ok(name.to_owned()),
        (None, [only]) => Ok((*only).to_owned()),
        (_, names) => bail!("say --account with one of: {}", names.join(", ")),
    }
}

/// Prints a text for people and scripts on standard output. A reader that is gone (`| head -1`) is no error; every other
/// failure to write is one.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        said => said.context("standard output cannot be written"),
    }
}

/// Prints why the program stops, beside the log. A failure to write this is ignored: there is no other place to tell it.
pub(crate) fn say_error(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
