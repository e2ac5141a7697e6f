//! The paths of the workspace and of its build products, and commands that run there.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::programs;
use crate::progress::{Progress, Step};

/// Building the proxy and the sandbox.
pub(crate) const BUILDS_SERVERS: Step = Step { words: "Building the proxy and the sandbox", seconds: 120 };

/// The checkout and its target folder.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    /// The output of `cargo metadata --no-deps`.
    pub(crate) metadata: Value,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let root = root();
        let mut command = cargo_in(&root);
        command.args(["metadata", "--locked", "--no-deps", "--format-version", "1"]);
        let text = programs::output(command, "`cargo metadata` failed: mend Cargo.toml as it says above")?;
        let metadata: Value = serde_json::from_str(&text)?;
        let target =
            metadata["target_directory"].as_str().context("cargo metadata names no target folder")?;
        Ok(Self { root, target: PathBuf::from(target), metadata })
    }

    /// The folder of the built till, as the proxy serves it.
    pub(crate) fn till(&self) -> PathBuf {
        self.target.join("till")
    }

    /// A binary of the development profile.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// The file's path from the root, for messages.
    pub(crate) fn relative(&self, file: &str) -> String {
        Path::new(file).strip_prefix(&self.root).map_or(file, |name| name.to_str().unwrap_or(file)).to_owned()
    }

    pub(crate) fn cargo(&self) -> Command {
        cargo_in(&self.root)
    }

    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        command_in(&self.root, program)
    }
}

/// Builds the proxy and the sandbox, with cargo's own progress.
pub(crate) fn build_servers(workspace: &Workspace, progress: &mut Progress) -> Result<()> {
    progress.begin(BUILDS_SERVERS);
    let mut command = workspace.cargo();
    command.args(["build", "--locked", "--package", "scantill-proxy", "--package", "scantill-sandbox"]);
    programs::run(
        command,
        "the proxy and the sandbox did not build: mend what the compiler says above, then run this again",
    )
}

fn root() -> PathBuf {
    // cargo sets it at each run: two checkouts may share one target folder, and with it this program.
    let here = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = PathBuf::from(here);
    here.parent().map_or_else(|| here.clone(), Path::to_path_buf)
}

fn cargo_in(root: &Path) -> Command {
    command_in(root, env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Without the variables that `cargo run` set for xtask: some build scripts read them and would rebuild their
/// crates.
fn command_in(root: &Path, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(tells_of_xtask) {
            command.env_remove(name);
        }
    }
    command
}

fn tells_of_xtask(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_lock_file() {
        assert!(root().join("Cargo.lock").is_file());
    }

    #[test]
    fn children_do_not_inherit_the_package_of_xtask() {
        let command = cargo_in(&root());
        let removed = |name: &str| command.get_envs().any(|(key, value)| key == name && value.is_none());
        assert!(removed("CARGO_PKG_NAME") && removed("CARGO_MANIFEST_DIR"));
        assert!(!removed("CARGO_HOME") && !removed("PATH"));
    }
}
