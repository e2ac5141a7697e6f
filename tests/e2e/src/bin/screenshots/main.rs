//! Pictures of every screen of the till, in the sizes of a desk, a tablet and a phone:
//! `cargo run -p scantill-e2e --bin screenshots -- --out DIR`.
#![allow(clippy::print_stderr, reason = "a command line speaks by printing")]

mod album;
mod camera;
mod doubt;
mod endings;
mod pages;
mod sale;
mod scanner;
mod supervisor;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use scantill_e2e::programs::Programs;

use album::Album;

#[derive(Debug, Parser)]
#[command(about = "Takes pictures of every screen of the till")]
struct Arguments {
    /// The folder of the pictures; it is made where it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Only the pictures whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    // What is missing is said once, and not for each walk.
    Programs::find()?;
    let mut album = Album::open(arguments.out, arguments.only);
    sale::take(&mut album).await;
    scanner::take(&mut album).await;
    camera::take(&mut album).await;
    endings::take(&mut album).await;
    doubt::take(&mut album).await;
    supervisor::take(&mut album).await;
    pages::take(&mut album).await;
    album.close()
}
