//! The bill of materials: the packages of the till and the proxy, as `CycloneDX` 1.6.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::SHRINKERS;
use crate::supply::{self, Package};
use crate::workspace::Workspace;

const SCHEMA: &str = "http://cyclonedx.org/schema/bom-1.6.schema.json";

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
    // These tools shape the shipped code, but are not part of it.
    let tools = tools.iter().map(|tool| {
        let mut component = component(tool, "npm", "SHA-512");
        component["scope"] = json!("excluded");
        component
    });
    Ok(json!({
        "$schema": SCHEMA,
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
        // This older form of OR is no SPDX expression.
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
    fn the_bill_names_each_locked_package_once_with_its_hash() {
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
        // Parsed separately, so that one misreading does not hide on both sides.
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

    /// The parts of the schema of `CycloneDX` 1.6 that our bill needs. `docs/security.md` says how to check
    /// the bill against the schema itself.
    #[test]
    fn the_bill_has_the_form_of_cyclonedx() {
        let bill = bill(&Workspace::find().unwrap()).unwrap();
        has_only(&bill, &["$schema", "bomFormat", "specVersion", "version", "metadata", "components"]);
        assert_eq!((&bill["version"], &bill["$schema"]), (&json!(1), &json!(SCHEMA)));
        has_only(&bill["metadata"], &["component"]);
        has_only(&bill["metadata"]["component"], &["type", "bom-ref", "name", "version"]);
        assert_eq!(bill["metadata"]["component"]["type"], "application");
        for component in bill["components"].as_array().unwrap() {
            has_only(
                component,
                &["type", "bom-ref", "name", "version", "purl", "hashes", "licenses", "scope"],
            );
            assert_eq!(component["type"], "library");
            for text in ["bom-ref", "name", "version", "purl"] {
                assert!(component[text].as_str().is_some_and(|text| !text.is_empty()), "{component}");
            }
            assert_ne!(component["bom-ref"], bill["metadata"]["component"]["bom-ref"]);
            assert!(
                ["required", "optional", "excluded"]
                    .contains(&component["scope"].as_str().unwrap_or("required"))
            );
            for hash in component["hashes"].as_array().into_iter().flatten() {
                has_only(hash, &["alg", "content"]);
                let (digits, content) = match hash["alg"].as_str() {
                    Some("SHA-256") => (64, hash["content"].as_str().unwrap()),
                    Some("SHA-512") => (128, hash["content"].as_str().unwrap()),
                    other => panic!("{other:?} is no algorithm of ours"),
                };
                assert!(content.len() == digits && content.bytes().all(|byte| byte.is_ascii_hexdigit()));
            }
            if let Some(licences) = component["licenses"].as_array() {
                assert_eq!(licences.len(), 1, "an expression stands alone");
                has_only(&licences[0], &["expression"]);
                let expression = licences[0]["expression"].as_str().unwrap();
                assert!(spdx::Expression::parse(expression).is_ok(), "{expression} is no SPDX expression");
            }
        }
    }

    fn has_only(object: &Value, names: &[&str]) {
        let unknown = object.as_object().unwrap().keys().find(|name| !names.contains(&name.as_str()));
        assert_eq!(unknown, None);
    }

    fn entry(text: &str) -> (String, String, String) {
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} = \"")));
            line.map_or(String::new(), |line| line.trim_end_matches('"').to_owned())
        };
        (value("name"), value("version"), value("checksum"))
    }
}
