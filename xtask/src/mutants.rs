//! `cargo xtask mutants`: changes every money rule, the till's machine and the scan detection a little; a
//! test must notice each change. It takes hours, so it runs outside CI.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::tools;
use crate::workspace::Workspace;

/// Fewer than the usual thousands: a person checks a mutant that survives these.
const PROPERTY_CASES: &str = "64";

/// The mutated code. Other code has tests too, but this code decides about money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Area {
    /// The rules of the money
    Payment,
    /// What a cashier sees and does
    Till,
    /// What is a scan
    Scan,
    /// What is a payer's code
    PayerCode,
}

impl Area {
    fn package(self) -> &'static str {
        match self {
            Self::Payment => "scantill-payment",
            Self::Till | Self::Scan => "scantill-till",
            Self::PayerCode => "scantill-types",
        }
    }

    fn files(self) -> &'static [&'static str] {
        match self {
            Self::Payment => &["crates/payment/src/**/*.rs"],
            Self::Till => {
                &["crates/till/src/*.rs", "crates/till/src/{checkout,key_router,scanner_panel}/**/*.rs"]
            }
            Self::Scan => &["crates/till/src/scan/**/*.rs"],
            Self::PayerCode => &["crates/types/src/payer_code.rs", "crates/types/src/payer_code/**/*.rs"],
        }
    }
}

/// Which part to change.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// One area alone
    #[arg(long)]
    area: Option<Area>,
    /// One part of several, as in 1/4
    #[arg(long)]
    shard: Option<String>,
    /// How many at once
    #[arg(long, default_value_t = 2)]
    jobs: u8,
    /// Further arguments of cargo-mutants, as in `-- --re parked`
    #[arg(last = true)]
    more: Vec<String>,
}

/// Prints the mutants that no test noticed. The exit code tells whether there were any.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let areas = options.area.map_or_else(|| Area::value_variants().to_vec(), |area| vec![area]);
    let mut are_noticed = true;
    for area in areas {
        are_noticed &= change(&workspace, area, options)?;
    }
    Ok(if are_noticed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether the tests of an area noticed each of its mutants.
fn change(workspace: &Workspace, area: Area, options: &Options) -> Result<bool> {
    let mut command = workspace.command(tools::ensure_mutants(workspace)?);
    command.args(["mutants", "--package", area.package(), "--profile", "mutants", "--timeout", "60"]);
    command.arg("--jobs").arg(options.jobs.to_string());
    for file in area.files() {
        command.args(["--file", file]);
    }
    if let Some(shard) = &options.shard {
        command.args(["--shard", shard]);
    }
    command.args(&options.more);
    let name = format!("mutants-{area:?}").to_lowercase();
    command.arg("--output").arg(workspace.target.join(name));
    command.args(["--", "--lib"]).env("PROPTEST_CASES", PROPERTY_CASES);
    Ok(command.status()?.success())
}
