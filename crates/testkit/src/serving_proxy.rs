//! The proxy's program, and a process of it that serves.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::configuration::ProxyConfiguration;

/// Where cargo puts the program that it builds with a test of its package: a folder above the test.
pub fn proxy_program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("scantill-proxy")
}

/// A call of the program about the configuration in this folder.
pub fn proxy_command(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(proxy_program());
    command.args(arguments).arg("--config").arg(folder.join(ProxyConfiguration::FILE));
    command
}

/// A process that serves; it is killed with this value.
#[derive(Debug)]
pub struct ServingProxy {
    /// The process.
    pub child: Child,
    /// Where it listens.
    pub origin: String,
}

impl ServingProxy {
    /// Starts it, and waits for the line that says where it listens.
    pub fn start(mut serve: Command) -> Result<Self> {
        let child = serve.stdout(Stdio::piped()).spawn()?;
        let mut proxy = Self { child, origin: String::new() };
        let output = proxy.child.stdout.take().context("no standard output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let origin = line.trim().strip_prefix("listening on ");
        origin.with_context(|| format!("no ready line but {line:?}"))?.clone_into(&mut proxy.origin);
        Ok(proxy)
    }

    /// Sends it a signal of this name, as in `TERM`.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }
}

impl Drop for ServingProxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
