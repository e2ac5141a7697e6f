//! Where the programs under test and the browser are: named by the environment, or in their usual places.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// Everything that a test starts or serves.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The merchant proxy.
    pub proxy: PathBuf,
    /// The sandbox.
    pub sandbox: PathBuf,
    /// The folder of the built till.
    pub till: PathBuf,
    /// The browser's driver.
    pub chromedriver: PathBuf,
    /// The browser.
    pub chromium: PathBuf,
}

impl Programs {
    /// Finds all of them, or says which one is missing and what to do.
    pub fn find() -> Result<Self> {
        let target = target();
        let programs = Self {
            proxy: named("SCANTILL_PROXY", target.join("debug/scantill-proxy")),
            sandbox: named("SCANTILL_SANDBOX", target.join("debug/scantill-sandbox")),
            till: named("SCANTILL_TILL", target.join("till")),
            chromedriver: named("SCANTILL_CHROMEDRIVER", "/usr/bin/chromedriver".into()),
            chromium: named("SCANTILL_CHROMIUM", "/usr/bin/chromium".into()),
        };
        let build = "`cargo xtask test --only e2e` builds it";
        require("the proxy", &programs.proxy, "SCANTILL_PROXY", build)?;
        require("the sandbox", &programs.sandbox, "SCANTILL_SANDBOX", build)?;
        require("the till", &programs.till.join("pkg/scantill.js"), "SCANTILL_TILL", build)?;
        let install = "Debian's packages chromium and chromium-driver bring it";
        require("ChromeDriver", &programs.chromedriver, "SCANTILL_CHROMEDRIVER", install)?;
        require("Chromium", &programs.chromium, "SCANTILL_CHROMIUM", install)?;
        Ok(programs)
    }
}

fn target() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from)
}

fn named(variable: &str, usual: PathBuf) -> PathBuf {
    env::var_os(variable).map_or(usual, PathBuf::from)
}

fn require(what: &str, file: &Path, variable: &str, way_out: &str) -> Result<()> {
    if file.is_file() {
        return Ok(());
    }
    bail!("{what} is missing at {}: {way_out}, or {variable} names its place", file.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_one_sentence_with_the_way_out() {
        let error = require("the till", Path::new("/nowhere"), "SCANTILL_TILL", "build it").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the till is missing at /nowhere: build it, or SCANTILL_TILL names its place"
        );
    }
}
