//! Finds Chromium and its driver, or installs them if that is clearly allowed.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::{debian, programs};

/// The paths of the tests' browser and of its driver.
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
    if debian::may_install() {
        debian::install(&["chromium", "chromium-driver"])?;
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
