//! The three suites and their commands.

use std::fmt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde_json::{Value, json};

use super::counts::Counts;
use crate::browser::{self, Browser};
use crate::progress::Progress;
use crate::workspace::{self, Workspace};
use crate::{clients, dist, programs, tools};

/// The feature of the suite `crashing`.
pub(crate) const FAILPOINTS: &str = "scantill-proxy/failpoints";

/// A browser that loads the till's debug build needs longer than the runner's 20 s.
const BROWSER_TEST_WAIT_S: &str = "300";

/// A kind of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// Unit, property and in-process tests of all packages
    Native,
    /// The mounted till in headless Chromium
    Browser,
    /// The till in Chromium against the real proxy and sandbox
    E2e,
}

impl fmt::Display for Suite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Native => "native",
            Self::Browser => "browser",
            Self::E2e => "e2e",
        })
    }
}

/// Runs one suite to its end. Returns its counts, and whether its runner succeeded.
pub(crate) fn run(workspace: &Workspace, suite: Suite, filter: Option<&str>) -> Result<(Counts, bool)> {
    let commands = match suite {
        Suite::Native => vec![crashing(workspace), native(workspace)],
        Suite::Browser => in_browser(workspace)?,
        Suite::E2e => vec![end_to_end(workspace)?],
    };
    let (mut counts, mut succeeded) = (Counts::default(), true);
    for mut command in commands {
        command.args(filter);
        succeeded &= programs::watch(command, |line| {
            if let Some(more) = Counts::of_line(line) {
                counts += more;
            }
        })?;
    }
    Ok((counts, succeeded))
}

/// The tests with failpoints. They run first, so that the ordinary program is the last one built. The whole
/// workspace is named, so that both builds share their dependencies.
fn crashing(workspace: &Workspace) -> Command {
    let mut command = workspace.cargo();
    command.args(["test", "--locked", "--workspace", "--exclude", "scantill-e2e", "--features", FAILPOINTS]);
    command.args(["--test", "crashing", "--no-fail-fast", "--"]);
    command
}

/// Without the official clients the other tests still run; the clients' tests fail, and say why.
fn native(workspace: &Workspace) -> Command {
    let mut command = workspace.cargo();
    if let Err(error) = clients::ensure(workspace) {
        command.env("SCANTILL_CLIENTS_TROUBLE", format!("{error:#}"));
    }
    command.args(["test", "--locked", "--workspace", "--exclude", "scantill-e2e", "--no-fail-fast", "--"]);
    command
}

/// One run for each module that a browser loads.
fn in_browser(workspace: &Workspace) -> Result<Vec<Command>> {
    let browser = browser::ensure()?;
    let tools = tools::ensure(workspace)?;
    let capabilities = capabilities(workspace, &browser)?;
    let modules =
        [(".", "scantill"), ("crates/scanners", "scantill-scanners"), ("crates/office", "scantill-office")];
    let commands = modules.map(|(folder, package)| {
        let mut command = tools.wasm_pack(workspace)?;
        command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &capabilities);
        command.env("WASM_BINDGEN_TEST_TIMEOUT", BROWSER_TEST_WAIT_S);
        command.args(["test", "--headless", "--chrome", "--chromedriver"]).arg(&browser.driver);
        // Its options also reach `cargo build`, which does not know `--no-fail-fast`.
        command.args(["--mode", "no-install", folder, "--locked", "--package", package, "--"]);
        Ok(command)
    });
    commands.into_iter().collect()
}

fn end_to_end(workspace: &Workspace) -> Result<Command> {
    let mut command = with_programs(workspace)?;
    command.args(["test", "--locked", "--package", "scantill-e2e", "--no-fail-fast", "--"]);
    Ok(command)
}

/// A cargo command for the tests that drive the real programs in a real browser: builds the programs, and
/// passes their paths.
pub(crate) fn with_programs(workspace: &Workspace) -> Result<Command> {
    let browser = browser::ensure()?;
    let planned = dist::plan(workspace)?.into_iter().chain([workspace::BUILDS_SERVERS]);
    let mut progress = Progress::of(planned.collect());
    let till = dist::build(workspace, &mut progress)?;
    workspace::build_servers(workspace, &mut progress)?;
    let mut command = workspace.cargo();
    command.env("SCANTILL_PROXY", workspace.binary("scantill-proxy"));
    command.env("SCANTILL_SANDBOX", workspace.binary("scantill-sandbox"));
    command.env("SCANTILL_TILL", till);
    command.env("SCANTILL_CHROMIUM", browser.chromium).env("SCANTILL_CHROMEDRIVER", browser.driver);
    Ok(command)
}

/// The root's `webdriver.json` with the path of this machine's browser.
fn capabilities(workspace: &Workspace, browser: &Browser) -> Result<PathBuf> {
    let given = std::fs::read_to_string(workspace.root.join("webdriver.json"))
        .context("webdriver.json cannot be read")?;
    let given: Value = serde_json::from_str(&given).context("webdriver.json is no JSON")?;
    let file = workspace.target.join("webdriver.json");
    std::fs::write(&file, with_browser(given, browser).to_string())?;
    Ok(file)
}

fn with_browser(mut capabilities: Value, browser: &Browser) -> Value {
    capabilities["goog:chromeOptions"]["binary"] = json!(browser.chromium.to_string_lossy());
    capabilities
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_found_here_is_asked_for_and_the_other_capabilities_stay() {
        let browser = Browser { chromium: "/opt/chromium".into(), driver: "/opt/driver".into() };
        let given =
            json!({ "goog:chromeOptions": { "args": ["--no-sandbox"], "binary": "/usr/bin/chromium" } });
        let expected =
            json!({ "goog:chromeOptions": { "args": ["--no-sandbox"], "binary": "/opt/chromium" } });
        assert_eq!(with_browser(given, &browser), expected);
    }
}
