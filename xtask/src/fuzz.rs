//! `cargo xtask fuzz`: runs the fuzz targets for longer than the few seconds that they get in the tests.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::programs;
use crate::test::counts::Counts;
use crate::workspace::Workspace;

/// Which target, and for how long.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Seconds for each target; two run at once on two cores
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// A target alone, such as `http_requests`; without one all of them
    target: Option<String>,
}

/// Runs the targets. A failing input is stored as a file, and its name is printed.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let mut command = workspace.cargo();
    command.args(["test", "--locked", "--package", "scantill-proxy", "--test", "fuzz", "--"]);
    command.args(&options.target).arg("--nocapture").args(["--skip", "tests::", "--skip", "engine::"]);
    command.env("SCANTILL_FUZZ_SECONDS", options.seconds.to_string());
    let mut counts = Counts::default();
    let succeeded = programs::watch(command, |line| {
        if let Some(more) = Counts::of_line(line) {
            counts += more;
        }
    })?;
    if let Some(target) = options.target.as_ref().filter(|_| succeeded && counts.passed == 0) {
        bail!("no target has {target} in its name: without a name all of them run, and print theirs");
    }
    Ok(if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
