//! The allowed dependencies between packages.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::programs;
use crate::workspace::Workspace;

/// The allowed dependencies of one package.
struct Rule {
    package: &'static str,
    /// Allowed packages of this workspace, in the shipped code.
    ours: &'static [&'static str],
    /// Further ones in its tests.
    ours_in_tests: &'static [&'static str],
}

/// What the browser's modules are made of. The catalogues are read while they are built.
const WEB: &[&str] = &["scantill-catalogues", "scantill-till", "scantill-types"];

const RULES: [Rule; 15] = [
    // The browser's code does not know the payment's machine: a change of a money rule does not rebuild it.
    Rule { package: "scantill", ours: WEB, ours_in_tests: &[] },
    Rule { package: "scantill-office", ours: WEB, ours_in_tests: &[] },
    Rule { package: "scantill-customer", ours: WEB, ours_in_tests: &[] },
    Rule { package: "scantill-scanners", ours: WEB, ours_in_tests: &[] },
    Rule { package: "scantill-till", ours: &["scantill-types"], ours_in_tests: &["scantill-testkit"] },
    Rule { package: "scantill-payment", ours: &["scantill-types"], ours_in_tests: &["scantill-testkit"] },
    Rule { package: "scantill-types", ours: &[], ours_in_tests: &[] },
    // The client knows Omise, and not what a payment is to us.
    Rule { package: "scantill-omise", ours: &["scantill-types"], ours_in_tests: &[] },
    // Its tests talk to the sandbox over HTTP, and give the parsers of the till wrong bytes too.
    Rule {
        package: "scantill-proxy",
        ours: &["scantill-omise", "scantill-payment", "scantill-types"],
        ours_in_tests: &["scantill-sandbox", "scantill-testkit", "scantill-till"],
    },
    // What suites share. With its feature `proxy` it starts the proxy and the sandbox; no shipped code knows it.
    Rule {
        package: "scantill-testkit",
        ours: &["scantill-proxy", "scantill-sandbox", "scantill-types"],
        ours_in_tests: &[],
    },
    // One misreading of the provider's API must not hide on both sides.
    Rule { package: "scantill-sandbox", ours: &[], ours_in_tests: &[] },
    Rule { package: "scantill-decoder", ours: &["scantill-catalogues"], ours_in_tests: &[] },
    Rule { package: "scantill-e2e", ours: &["scantill-testkit"], ours_in_tests: &[] },
    // It runs while the project is built, and is part of nothing that is shipped.
    Rule { package: "scantill-catalogues", ours: &[], ours_in_tests: &[] },
    Rule { package: "xtask", ours: &["scantill-catalogues"], ours_in_tests: &[] },
];

/// Crates that a package must not reach, directly or indirectly, in shipped code.
struct Pure {
    package: &'static str,
    target: Option<&'static str>,
    never: &'static [&'static str],
}

const TABLET: &str = "wasm32-unknown-unknown";
const SERVERS: &[&str] =
    &["axum", "chrono", "hyper", "jiff", "regex", "reqwest", "rusqlite", "rxing", "sqlx", "tokio", "utoipa"];

/// Crates that use a network, a disk, a browser, a clock or randomness.
const EFFECTS: &[&str] = &[
    "async-std",
    "axum",
    "chrono",
    "fastrand",
    "futures",
    "getrandom",
    "gloo-net",
    "gloo-timers",
    "hyper",
    "jiff",
    "js-sys",
    "rand",
    "reqwest",
    "rusqlite",
    "sqlx",
    "time",
    "tokio",
    "wasm-bindgen",
    "web-sys",
    "web-time",
    "yew",
];

const PURE: [Pure; 6] = [
    Pure { package: "scantill-types", target: None, never: EFFECTS },
    Pure { package: "scantill-payment", target: None, never: EFFECTS },
    Pure { package: "scantill-till", target: None, never: EFFECTS },
    // A tablet must not load server code.
    Pure { package: "scantill", target: Some(TABLET), never: SERVERS },
    Pure { package: "scantill-customer", target: Some(TABLET), never: SERVERS },
    Pure { package: "scantill-office", target: Some(TABLET), never: SERVERS },
];

/// Dependencies between the workspace's packages that are not allowed.
pub(crate) fn direction(workspace: &Workspace) -> Result<Vec<String>> {
    let members = members(&workspace.metadata)?;
    Ok(wrong_ways(&members))
}

/// Forbidden crates that a pure package reaches.
pub(crate) fn purity(workspace: &Workspace) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for pure in &PURE {
        let reached = reached(workspace, pure)?;
        let wrong = pure.never.iter().filter(|name| reached.contains(**name));
        findings.extend(wrong.map(|name| {
            format!("{} reaches {name}: `cargo tree -p {} -e normal -i {name}`", pure.package, pure.package)
        }));
    }
    Ok(findings)
}

/// A package of the workspace and its declared dependencies.
struct Member {
    name: String,
    dependencies: Vec<(String, Kind)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Shipped,
    Tests,
}

fn members(metadata: &Value) -> Result<Vec<Member>> {
    let Some(packages) = metadata["packages"].as_array() else { bail!("cargo metadata lists no packages") };
    Ok(packages.iter().map(member).collect())
}

fn member(package: &Value) -> Member {
    let declared = package["dependencies"].as_array().into_iter().flatten();
    let dependencies = declared.map(|dependency| {
        let kind = if dependency["kind"] == "dev" { Kind::Tests } else { Kind::Shipped };
        (text(&dependency["name"]), kind)
    });
    Member { name: text(&package["name"]), dependencies: dependencies.collect() }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn wrong_ways(members: &[Member]) -> Vec<String> {
    let ours: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let mut findings = Vec::new();
    for member in members {
        let Some(rule) = RULES.iter().find(|rule| rule.package == member.name) else {
            findings.push(format!("{} has no rule yet: say what it may know", member.name));
            continue;
        };
        let known = member.dependencies.iter().filter(|(name, _)| ours.contains(name.as_str()));
        let wrong = known.filter(|(name, kind)| !allows(rule, name, *kind));
        findings.extend(wrong.map(|(name, _)| format!("{} must not depend on {name}", member.name)));
    }
    findings
}

fn allows(rule: &Rule, name: &str, kind: Kind) -> bool {
    rule.ours.contains(&name) || (kind == Kind::Tests && rule.ours_in_tests.contains(&name))
}

/// Names of all crates in the package's own tree, with all its features. Features of other members do not
/// count.
fn reached(workspace: &Workspace, pure: &Pure) -> Result<BTreeSet<String>> {
    let mut command = workspace.cargo();
    command.args(["tree", "--locked", "--package", pure.package, "--edges", "normal", "--all-features"]);
    command.args(["--prefix", "none", "--format", "{p}"]);
    if let Some(target) = pure.target {
        command.args(["--target", target]);
    }
    let tree = programs::output(command, "`cargo tree` failed: see above")?;
    Ok(tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, dependencies: &[(&str, Kind)]) -> Member {
        let dependencies = dependencies.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
        Member { name: name.to_owned(), dependencies }
    }

    fn check(name: &str, other: &str, kind: Kind, expected: &[&str]) {
        let members = [member(name, &[(other, kind), ("serde", Kind::Shipped)]), member(other, &[])];
        assert_eq!(wrong_ways(&members), expected, "{name} -> {other}");
    }

    #[test]
    fn dependencies_go_the_right_way() {
        assert_eq!(direction(&Workspace::find().unwrap()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn pure_packages_reach_nothing_forbidden() {
        assert_eq!(purity(&Workspace::find().unwrap()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_dependency_against_the_direction_is_found() {
        check("scantill", "scantill-till", Kind::Shipped, &[]);
        check("scantill-till", "scantill", Kind::Shipped, &["scantill-till must not depend on scantill"]);
        check(
            "scantill",
            "scantill-payment",
            Kind::Shipped,
            &["scantill must not depend on scantill-payment"],
        );
        check("scantill", "scantill-omise", Kind::Shipped, &["scantill must not depend on scantill-omise"]);
        check("xtask", "scantill-types", Kind::Tests, &["xtask must not depend on scantill-types"]);
    }

    #[test]
    fn the_sandbox_is_known_to_the_proxys_tests_alone() {
        check("scantill-proxy", "scantill-sandbox", Kind::Tests, &[]);
        check(
            "scantill-proxy",
            "scantill-sandbox",
            Kind::Shipped,
            &["scantill-proxy must not depend on scantill-sandbox"],
        );
    }

    #[test]
    fn a_package_without_a_rule_is_found() {
        check(
            "newcomer",
            "scantill-types",
            Kind::Shipped,
            &["newcomer has no rule yet: say what it may know"],
        );
    }

    #[test]
    fn metadata_tells_tests_from_shipped_code() {
        let metadata = serde_json::json!({ "packages": [{ "name": "a", "dependencies": [
            { "name": "b", "kind": null }, { "name": "c", "kind": "dev" }, { "name": "d", "kind": "build" },
        ] }] });
        let members = members(&metadata).unwrap();
        let kinds: Vec<bool> = members[0].dependencies.iter().map(|(_, kind)| *kind == Kind::Tests).collect();
        assert_eq!(kinds, [false, true, false]);
    }
}
