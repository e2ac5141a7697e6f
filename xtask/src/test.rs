//! `cargo xtask test`: native, browser and end-to-end tests, and a table of the tests that ran.

pub(crate) mod counts;
mod report;
pub(crate) mod suites;

use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::programs::{show, step};
use crate::workspace::Workspace;
use report::{Report, Row};
use suites::Suite;

/// Which tests to run.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Run one suite alone
    #[arg(long)]
    only: Option<Suite>,
    /// Run only the tests whose name contains this
    filter: Option<String>,
}

/// Runs the suites one after another, each to its end, and reports the counts that they printed.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let kept = workspace.target.join("test-report.txt");
    let _ = fs::remove_file(&kept);
    let suites = options.only.map_or_else(|| Suite::value_variants().to_vec(), |suite| vec![suite]);
    let filter = options.filter.as_deref();
    let rows = suites.iter().map(|suite| run_suite(&workspace, *suite, filter)).collect();
    let report = Report { rows, filtered: filter.is_some() };
    let text = report.to_string();
    show(&format!("\n{text}"));
    fs::write(&kept, format!("{text}\n"))?;
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A suite that cannot begin becomes a failed row, so that the others still run.
fn run_suite(workspace: &Workspace, suite: Suite, filter: Option<&str>) -> Row {
    step(&format!("Tests: {suite}"));
    let begin = Instant::now();
    let outcome = suites::run(workspace, suite, filter);
    let took = begin.elapsed();
    match outcome {
        Ok((counts, succeeded)) => Row { suite, counts, succeeded, trouble: None, took },
        Err(error) => {
            let trouble = Some(format!("{error:#}"));
            Row { suite, counts: counts::Counts::default(), succeeded: false, trouble, took }
        }
    }
}
