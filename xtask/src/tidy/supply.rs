//! Packages of others: each has a known source, a hash, and a licence that `deny.toml` allows. Every call of
//! a tool that fetches packages uses the lock files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use spdx::{Expression, ParseMode};
use toml::Value;

use super::{Outcome, sources};
use crate::supply::{self, Package};
use crate::workspace::Workspace;

/// Files in which people read commands.
const PAGES: &[&str] = &["md", "toml", "sh"];
/// Commands that fetch and build.
const BUILDS: [&str; 7] =
    ["cargo build", "cargo run", "cargo test", "cargo bench", "cargo install", "cargo clippy", "cargo check"];

pub(crate) fn check(workspace: &Workspace) -> Result<Outcome> {
    let rules = fs::read_to_string(workspace.root.join("deny.toml")).context("deny.toml")?;
    let rules = Rules::parse(&rules)?;
    let packages = supply::cargo_packages(workspace)?;
    let mut findings: Vec<String> = packages.iter().filter_map(|package| rules.objection(package)).collect();
    findings.extend(sources::each(workspace, &["json"], |name, text| npm_findings(workspace, name, text))?);
    findings.extend(sources::each(workspace, PAGES, unlocked)?);
    let note = format!("{} crates, {} of them in several versions", packages.len(), repeated(&packages));
    Ok(Outcome { findings, note })
}

/// The part of `deny.toml` that needs no network.
struct Rules {
    licences: BTreeSet<String>,
    banned: BTreeSet<String>,
    registries: BTreeSet<String>,
}

impl Rules {
    fn parse(text: &str) -> Result<Self> {
        let rules: toml::Table = text.parse().context("deny.toml is no TOML")?;
        let list = |section: &str, name: &str| -> Result<Vec<Value>> {
            let list = rules.get(section).and_then(|section| section.get(name)).and_then(Value::as_array);
            list.cloned().with_context(|| format!("deny.toml has no {section}.{name}"))
        };
        let texts = |list: Vec<Value>| list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let banned = list("bans", "deny")?;
        Ok(Self {
            licences: texts(list("licenses", "allow")?),
            banned: banned.iter().filter_map(|ban| ban.get("crate")?.as_str().map(str::to_owned)).collect(),
            registries: texts(list("sources", "allow-registry")?),
        })
    }

    /// Why the package is not allowed.
    fn objection(&self, package: &Package) -> Option<String> {
        let Package { name, version, source, checksum, licence } = package;
        if self.banned.contains(name) {
            return Some(format!("{name} {version} is banned"));
        }
        // A package of this workspace.
        let source = source.as_ref()?;
        let registry = source.strip_prefix("registry+");
        if !registry.is_some_and(|registry| self.registries.contains(registry)) {
            return Some(format!("{name} {version} comes from {source}"));
        }
        if checksum.is_none() {
            return Some(format!("{name} {version} has no checksum in Cargo.lock"));
        }
        let licence = licence.as_deref().unwrap_or_default();
        (!self.allows(licence)).then(|| format!("{name} {version} is under {licence:?}"))
    }

    fn allows(&self, licence: &str) -> bool {
        let expression = Expression::parse_mode(licence, ParseMode::LAX);
        expression
            .is_ok_and(|expression| expression.evaluate(|wanted| self.licences.contains(&wanted.to_string())))
    }
}

fn repeated(packages: &[Package]) -> usize {
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    for package in packages {
        *versions.entry(&package.name).or_default() += 1;
    }
    versions.values().filter(|count| 1 < **count).count()
}

/// Each of npm's lists has a lock file beside it, with a hash for each package.
fn npm_findings(workspace: &Workspace, name: &str, text: &str) -> Vec<String> {
    if let Some(folder) = name.strip_suffix("package.json") {
        let lock = format!("{folder}package-lock.json");
        return if workspace.root.join(&lock).is_file() {
            Vec::new()
        } else {
            vec![format!("{lock} is missing")]
        };
    }
    if !name.ends_with("package-lock.json") {
        return Vec::new();
    }
    let Ok(packages) = supply::npm_packages(text) else { return vec![format!("{name} cannot be read")] };
    let bare = packages.iter().filter(|package| package.checksum.is_none());
    bare.map(|package| format!("{name}: {} has no hash", package.name)).collect()
}

fn unlocked(name: &str, text: &str) -> Vec<String> {
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| {
            let is_loose = |call: &str| line.split(call).skip(1).any(|rest| !is_locked(rest));
            BUILDS.iter().any(|call| is_loose(call)) || line.contains("npm install ")
        })
        .map(|(index, _)| format!("{name}:{}: a build without --locked, or npm without `npm ci`", index + 1))
        .collect()
}

/// Whether the command contains `--locked`.
fn is_locked(rest: &str) -> bool {
    let command = rest.split(['`', '#', '\n']).next().unwrap_or_default();
    command.contains("--locked") || !command.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "[licenses]\nallow = [\"MIT\", \"Apache-2.0\"]\n[bans]\ndeny = [{ crate = \"bad\" }]\n\
        [sources]\nallow-registry = [\"https://good\"]\n";

    fn package(name: &str, source: &str, checksum: Option<&str>, licence: &str) -> Package {
        Package {
            name: name.into(),
            version: "1.0.0".into(),
            source: Some(source.into()),
            checksum: checksum.map(str::to_owned),
            licence: Some(licence.into()),
        }
    }

    #[test]
    fn a_stranger_a_banned_one_and_a_wrong_licence_are_found() {
        let rules = Rules::parse(RULES).unwrap();
        let said = |package: &Package| rules.objection(package).unwrap_or_default();
        let good = "registry+https://good";
        assert_eq!(said(&package("a", good, Some("00"), "MIT/GPL-3.0-only")), "");
        assert_eq!(said(&package("a", good, Some("00"), "(MIT OR ISC) AND Apache-2.0")), "");
        assert!(said(&package("a", good, Some("00"), "MIT AND GPL-3.0-only")).contains("is under"));
        assert!(said(&package("a", good, Some("00"), "Apache-2.0 WITH LLVM-exception")).contains("is under"));
        assert!(said(&package("a", good, Some("00"), "")).contains("is under"));
        assert!(said(&package("a", good, None, "MIT")).contains("no checksum"));
        assert!(said(&package("a", "registry+https://other", Some("00"), "MIT")).contains("comes from"));
        assert!(said(&package("a", "git+https://good", Some("00"), "MIT")).contains("comes from"));
        assert!(said(&package("bad", good, Some("00"), "MIT")).contains("banned"));
        assert_eq!(said(&Package { source: None, ..package("ours", good, None, "") }), "");
    }

    #[test]
    fn a_call_that_may_change_the_lock_file_is_found() {
        let call = |rest: &str| format!("type `{}{rest}`", "cargo build");
        assert_eq!(unlocked("a.md", &call(" --release")).len(), 1);
        assert_eq!(unlocked("a.md", &call(" --release --locked")), Vec::<String>::new());
        assert_eq!(unlocked("a.md", &call("")), Vec::<String>::new(), "the name of a command alone");
        assert_eq!(unlocked("a.sh", "npm install left-pad").len(), 1);
    }

    #[test]
    fn nothing_here_breaks_the_rules() {
        assert_eq!(check(&Workspace::find().unwrap()).unwrap().findings, Vec::<String>::new());
    }
}
