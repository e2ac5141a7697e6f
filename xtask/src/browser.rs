//! Chromium and its driver: found, or installed where that is plainly allowed.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::programs;

/// Where the browser of the tests and its driver are.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds both; on Debian as root it installs them.
pub(crate) fn ensure() -> Result<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    if may_install() {
        install()?;
        if let Some(browser) = find() {
            return Ok(browser);
        }
    }
    bail!(
        "{} missing: install with `sudo apt-get install chromium chromium-driver`, \
         or name the programs in SCANTILL_CHROMIUM and SCANTILL_CHROMEDRIVER",
        missing(chromium().is_some(), driver().is_some())
    )
}

fn find() -> Option<Browser> {
    Some(Browser { chromium: chromium()?, driver: driver()? })
}

fn chromium() -> Option<PathBuf> {
    let named = env::var_os("SCANTILL_CHROMIUM").map(PathBuf::from);
    named.or_else(|| {
        programs::find(&["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"])
    })
}

fn driver() -> Option<PathBuf> {
    let named = env::var_os("SCANTILL_CHROMEDRIVER").map(PathBuf::from);
    named.or_else(|| programs::find(&["chromedriver"]))
}

fn missing(chromium: bool, driver: bool) -> &'static str {
    match (chromium, driver) {
        (true, _) => "ChromeDriver is",
        (false, true) => "Chromium is",
        (false, false) => "Chromium and ChromeDriver are",
    }
}

fn may_install() -> bool {
    Path::new("/etc/debian_version").exists() && nix::unistd::geteuid().is_root()
}

fn install() -> Result<()> {
    programs::step("Installing Chromium and its driver from Debian");
    apt_get(&["update"])?;
    apt_get(&["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"])
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
    programs::run(command, "apt-get failed: install the packages chromium and chromium-driver yourself")
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn the_sentence_names_exactly_what_is_missing() {
        assert_eq!(missing(true, false), "ChromeDriver is");
        assert_eq!(missing(false, true), "Chromium is");
        assert_eq!(missing(false, false), "Chromium and ChromeDriver are");
    }
}
