//! The entry point for working on Scantill: `demo`, `test`, `dist`, `screenshots`, `tidy`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks by printing")]

mod browser;
mod clients;
mod debian;
mod demo;
mod dist;
mod fuzz;
mod imports;
mod link;
mod mutants;
mod npm;
mod programs;
mod progress;
mod screenshots;
mod supply;
mod test;
mod tidy;
mod till;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", about = "Runs, tests and checks Scantill")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the till, the proxy and a simulated payment provider on this machine
    Demo(demo::Options),
    /// Run the tests: native, in a browser, and end to end
    Test(test::Options),
    /// Take pictures of every screen, at four sizes, zoomed, with large text and in forced colours
    Screenshots(screenshots::Options),
    /// Give the parsers of what comes from outside bytes that are wrong in every way
    Fuzz(fuzz::Options),
    /// Change the rules of the money a little, and see whether a test notices (an hour)
    Mutants(mutants::Options),
    /// Build the till as it travels: optimised, with short names
    Dist,
    /// Check the form of the code and what is generated from it
    Tidy(tidy::Options),
}

fn main() -> ExitCode {
    if let Some(arguments) = link::arguments() {
        return shown(link::run(&arguments));
    }
    shown(match Arguments::parse().command {
        Task::Demo(options) => demo::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Screenshots(options) => screenshots::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Mutants(options) => mutants::run(&options),
        Task::Dist => dist::run(),
        Task::Tidy(options) => tidy::run(&options),
    })
}

fn shown(outcome: anyhow::Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        eprintln!("\nerror: {error:#}");
        ExitCode::FAILURE
    })
}
