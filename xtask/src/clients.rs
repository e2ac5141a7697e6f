//! Omise's official clients for the sandbox's tests, installed once into the user's cache folder.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::npm::{LISTS, Packages, npm_ci};
use crate::workspace::Workspace;
use crate::{debian, programs, tools};

/// Programs and the Debian packages that bring them; pip is a module of Python's.
const PYTHON: &str = "python3";
const PROGRAMS: [(&str, &str); 3] = [(PYTHON, "python3"), ("node", "nodejs"), ("npm", "npm")];
const PIP_LIST: &str = "requirements.txt";
const PIP_PACKAGE: &str = "python3-pip";

/// Installs what is missing: the programs if that is clearly allowed, and the packages of the lists.
pub(crate) fn ensure(workspace: &Workspace) -> Result<()> {
    let lists = workspace.root.join("crates/sandbox/tests/clients");
    let cache = tools::cache_folder()?.join("clients");
    let client = |name: &str, of: &'static [&'static str]| Packages {
        folder: cache.join(name),
        wanted: lists.clone(),
        lists: of,
    };
    let (python, node) = (client("python", &[PIP_LIST]), client("node", LISTS));
    ensure_programs()?;
    if !python.is_installed()? {
        programs::step("Installing Omise's Python client for the sandbox's tests");
        python.install(pip_install)?;
    }
    if !node.is_installed()? {
        programs::step("Installing Omise's Node client for the sandbox's tests");
        node.install(npm_ci)?;
    }
    Ok(())
}

fn pip_install(folder: &Path) -> Command {
    let mut command = pip();
    command.args(["install", "--quiet", "--disable-pip-version-check", "--no-warn-script-location"]);
    command.arg("--target").arg(folder).arg("--requirement").arg(folder.join(PIP_LIST));
    command
}

fn pip() -> Command {
    let mut command = Command::new(PYTHON);
    command.args(["-m", "pip"]);
    command
}

fn ensure_programs() -> Result<()> {
    let lacking = missing_packages();
    if lacking.is_empty() {
        return Ok(());
    }
    if debian::may_install() {
        debian::install(&lacking)?;
    }
    let lacking = missing_packages();
    if !lacking.is_empty() {
        bail!("{} missing: install with `sudo apt-get install {}`", is_or_are(&lacking), lacking.join(" "));
    }
    Ok(())
}

fn missing_packages() -> Vec<&'static str> {
    let mut lacking: Vec<&str> = PROGRAMS
        .into_iter()
        .filter(|(program, _)| programs::find(&[program]).is_none())
        .map(|(_, package)| package)
        .collect();
    let mut asked = pip();
    asked.arg("--version");
    if !programs::succeeds(asked) {
        lacking.push(PIP_PACKAGE);
    }
    lacking
}

fn is_or_are(lacking: &[&str]) -> String {
    let verb = if lacking.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", lacking.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_exactly_what_is_missing() {
        assert_eq!(is_or_are(&["npm"]), "npm is");
        assert_eq!(is_or_are(&["nodejs", "npm"]), "nodejs, npm are");
    }
}
