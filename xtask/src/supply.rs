//! The packages of the programs, from `Cargo.lock` and npm's lock files.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::programs;
use crate::workspace::Workspace;

/// A package of others, or one of this workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Its source; `None` for a package of this workspace.
    pub(crate) source: Option<String>,
    /// Its hash, in hexadecimal digits.
    pub(crate) checksum: Option<String>,
    /// An SPDX expression, as its author wrote it.
    pub(crate) licence: Option<String>,
}

/// All packages of `Cargo.lock`, with the licences that they declare.
pub(crate) fn cargo_packages(workspace: &Workspace) -> Result<Vec<Package>> {
    let lock = fs::read_to_string(workspace.root.join("Cargo.lock")).context("Cargo.lock")?;
    let mut command = workspace.cargo();
    command.args(["metadata", "--locked", "--all-features", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&programs::output(command, "`cargo metadata` failed")?)?;
    let mut packages = locked_packages(&lock)?;
    let licences = licences(&metadata);
    for package in &mut packages {
        let key = (package.name.clone(), package.version.clone());
        package.licence = licences.get(&key).cloned();
    }
    Ok(packages)
}

/// All packages of a `Cargo.lock`.
pub(crate) fn locked_packages(lock: &str) -> Result<Vec<Package>> {
    let lock: toml::Table = lock.parse().context("Cargo.lock is no TOML")?;
    let packages =
        lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock has no packages")?;
    Ok(packages
        .iter()
        .map(|package| {
            let text = |name: &str| package.get(name)?.as_str().map(str::to_owned);
            Package {
                name: text("name").unwrap_or_default(),
                version: text("version").unwrap_or_default(),
                source: text("source"),
                checksum: text("checksum"),
                licence: None,
            }
        })
        .collect())
}

fn licences(metadata: &Value) -> BTreeMap<(String, String), String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .filter_map(|package| {
            let key = (text(&package["name"])?, text(&package["version"])?);
            Some((key, text(&package["license"])?))
        })
        .collect()
}

/// All packages of a `package-lock.json`. Only a SHA-512 hash counts.
pub(crate) fn npm_packages(lock: &str) -> Result<Vec<Package>> {
    let lock: Value = serde_json::from_str(lock).context("package-lock.json is no JSON")?;
    let packages = lock["packages"].as_object().context("package-lock.json has no packages")?;
    let packages = packages.iter().filter(|(path, _)| !path.is_empty());
    Ok(packages
        .map(|(path, package)| {
            let text = |name: &str| package[name].as_str().map(str::to_owned);
            Package {
                name: path.rsplit("node_modules/").next().unwrap_or(path).to_owned(),
                version: text("version").unwrap_or_default(),
                source: Some("npm".to_owned()),
                checksum: text("integrity").and_then(|hash| hex_of_integrity(&hash)),
                licence: text("license"),
            }
        })
        .collect())
}

fn hex_of_integrity(integrity: &str) -> Option<String> {
    STANDARD.decode(integrity.strip_prefix("sha512-")?).ok().map(|bytes| hex(&bytes))
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_both_kinds_of_lock_files_are_read() {
        let cargo = "[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
            source = \"registry\"\nchecksum = \"00ff\"\n";
        let packages = locked_packages(cargo).unwrap();
        assert_eq!((packages[0].name.as_str(), &packages[0].source), ("ours", &None));
        assert_eq!(packages[1].checksum.as_deref(), Some("00ff"));
        let npm = r#"{"packages": {"": {}, "node_modules/@b/c": {"version": "2.0.0", "integrity": "sha512-AP8=",
            "license": "MIT"}, "node_modules/d": {"version": "1.0.0", "integrity": "sha1-AP8="}}}"#;
        let packages = npm_packages(npm).unwrap();
        assert_eq!((packages[0].name.as_str(), packages[0].checksum.as_deref()), ("@b/c", Some("00ff")));
        assert_eq!(packages[1].checksum, None);
    }
}
