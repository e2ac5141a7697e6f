//! Formatting and clippy. Their own output appears above the summary.

use std::process::Command;

use anyhow::Result;

use super::{Options, Outcome};
use crate::programs::step;
use crate::test::suites::FAILPOINTS;
use crate::tools;
use crate::workspace::Workspace;

pub(crate) fn formatting(workspace: &Workspace, options: &Options) -> Result<Outcome> {
    tools::ensure_component(workspace, "fmt")?;
    let mut command = workspace.cargo();
    command.args(["fmt", "--all"]);
    if options.write {
        let written = command.status()?.success();
        return Ok(outcome(written, "cargo fmt cannot format this"));
    }
    command.args(["--check", "--", "--files-with-diff"]);
    let output = command.output()?;
    if output.status.success() {
        return Ok(Outcome::default());
    }
    let files = String::from_utf8_lossy(&output.stdout);
    let mut findings: Vec<String> = files.lines().map(|file| workspace.relative(file)).collect();
    findings.extend(String::from_utf8_lossy(&output.stderr).lines().map(str::to_owned));
    findings.dedup();
    Ok(Outcome::of(findings))
}

/// Every package and target, as this machine builds them.
pub(crate) fn native(workspace: &Workspace) -> Result<Outcome> {
    step("Clippy, native");
    clippy(workspace, &["--workspace", "--all-targets", "--features", FAILPOINTS], |_| ())
}

/// The browser's packages, and the till without views, as a host page with its own views uses it.
pub(crate) fn wasm(workspace: &Workspace) -> Result<Outcome> {
    step("Clippy, WebAssembly");
    tools::ensure_target(workspace)?;
    let arguments = [
        "--package",
        "scantill",
        "--package",
        "scantill-scanners",
        "--package",
        "scantill-office",
        "--package",
        "scantill-customer",
        "--target",
        tools::WASM_TARGET,
        "--all-targets",
    ];
    let whole = clippy(workspace, &arguments, tools::unexport_flags)?;
    let headless = ["--package", "scantill", "--no-default-features", "--target", tools::WASM_TARGET];
    let headless = clippy(workspace, &headless, tools::unexport_flags)?;
    Ok(Outcome::of([whole.findings, headless.findings].concat()))
}

fn clippy(workspace: &Workspace, arguments: &[&str], prepare: fn(&mut Command)) -> Result<Outcome> {
    tools::ensure_component(workspace, "clippy")?;
    let mut command = workspace.cargo();
    command.args(["clippy", "--locked", "--keep-going"]).args(arguments).args(["--", "--deny", "warnings"]);
    prepare(&mut command);
    Ok(outcome(command.status()?.success(), "see clippy's own words above"))
}

fn outcome(succeeded: bool, finding: &str) -> Outcome {
    if succeeded { Outcome::default() } else { Outcome::of(vec![finding.to_owned()]) }
}
