//! Installs Debian packages if that is clearly allowed: on Debian, as root.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::programs;

pub(crate) fn may_install() -> bool {
    Path::new("/etc/debian_version").exists() && nix::unistd::geteuid().is_root()
}

pub(crate) fn install(packages: &[&str]) -> Result<()> {
    programs::step(&format!("Installing {} from Debian", packages.join(", ")));
    let sentence = format!("apt-get failed: install the packages {} yourself", packages.join(", "));
    apt_get(&["update"], &sentence)?;
    let install = ["install", "--yes", "--no-install-recommends"];
    apt_get(&[&install, packages].concat(), &sentence)
}

fn apt_get(arguments: &[&str], sentence: &str) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
    programs::run(command, sentence)
}
