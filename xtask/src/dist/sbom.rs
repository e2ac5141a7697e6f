//! The bill of materials: what the till and the proxy are made of, as `CycloneDX` 1.6.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::SHRINKERS;
use crate::supply::{self, Package};
use crate::workspace::Workspace;

/// Writes it beside the till's folder.
pub(crate) fn write(workspace: &Workspace) -> Result<PathBuf> {
    let file = workspace.target.join("dist").join("scantill.cdx.json");
    let text = serde_json::to_string_pretty(&bill(workspace)?)?;
    fs::write(&file, text + "\n").with_context(|| file.display().to_string())?;
    Ok(file)
}

fn bill(workspace: &Workspace) -> Result<Value> {
    let packages = supply::cargo_packages(workspace)?;
    let lock = workspace.root.join(SHRINKERS).join("package-lock.json");
    let tools = supply::npm_packages(&fs::read_to_string(&lock).context("package-lock.json")?)?;
    let ours = packages.iter().find(|package| package.name == "scantill").context("no package scantill")?;
    let crates = packages.iter().map(|package| component(package, "cargo", "SHA-256"));
    // They shape what a tablet runs, and are no part of it.
    let tools = tools.iter().map(|tool| {
        let mut component = component(tool, "npm", "SHA-512");
        component["scope"] = json!("excluded");
        component
    });
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": {
            "type": "application", "bom-ref": "scantill", "name": "scantill", "version": ours.version,
        } },
        "components": crates.chain(tools).collect::<Vec<_>>(),
    }))
}

fn component(package: &Package, kind: &str, algorithm: &str) -> Value {
    let Package { name, version, checksum, licence, .. } = package;
    let url = format!("pkg:{kind}/{}@{version}", name.replace('@', "%40"));
    let mut component =
        json!({ "type": "library", "bom-ref": url, "name": name, "version": version, "purl": url });
    if let Some(hash) = checksum {
        component["hashes"] = json!([{ "alg": algorithm, "content": hash }]);
    }
    if let Some(licence) = licence {
        // An older way of writing OR is no SPDX expression.
        component["licenses"] =
            json!([{ "expression": licence.replace(" / ", " OR ").replace('/', " OR ") }]);
    }
    component
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_bill_names_each_package_of_the_lock_files_once_with_its_hash() {
        let workspace = Workspace::find().unwrap();
        let bill = bill(&workspace).unwrap();
        assert_eq!(
            (bill["bomFormat"].as_str(), bill["specVersion"].as_str()),
            (Some("CycloneDX"), Some("1.6"))
        );
        let components = bill["components"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let billed: Vec<(String, String, String)> = components
            .iter()
            .map(|part| (text(&part["name"]), text(&part["version"]), text(&part["hashes"][0]["content"])))
            .collect();
        let lock = fs::read_to_string(workspace.root.join("Cargo.lock")).unwrap();
        // By hand, so that one misreading does not hide on both sides.
        let locked: BTreeSet<(String, String, String)> =
            lock.split("[[package]]").skip(1).map(entry).collect();
        let billed_crates: BTreeSet<_> = billed.iter().take(locked.len()).cloned().collect();
        assert_eq!(billed_crates, locked);
        let npm: Vec<&str> = billed.iter().skip(locked.len()).map(|part| part.0.as_str()).collect();
        assert!(npm.contains(&"binaryen") && npm.contains(&"terser"), "{npm:?}");
        let references: BTreeSet<&str> =
            components.iter().filter_map(|component| component["bom-ref"].as_str()).collect();
        assert_eq!(references.len(), components.len());
        let foreign = components.iter().filter(|component| !component["hashes"].is_null());
        assert!(foreign.clone().all(|component| component["licenses"][0]["expression"].is_string()));
        assert!(400 < foreign.count());
    }

    fn entry(text: &str) -> (String, String, String) {
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} = \"")));
            line.map_or(String::new(), |line| line.trim_end_matches('"').to_owned())
        };
        (value("name"), value("version"), value("checksum"))
    }
}
