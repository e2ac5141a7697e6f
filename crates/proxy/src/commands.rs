//! What the command line can do, one file for each command.

pub(crate) mod certificate;
mod door;
pub(crate) mod payment;
pub(crate) mod serve;
pub(crate) mod supervisor;
pub(crate) mod terminal;

use anyhow::bail;
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

#[expect(clippy::print_stdout, reason = "the command line speaks to people and scripts on standard output")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

#[expect(
    clippy::print_stderr,
    reason = "the reason for stopping belongs on standard error, whatever the log says"
)]
pub(crate) fn say_error(text: &str) {
    eprintln!("{text}");
}
