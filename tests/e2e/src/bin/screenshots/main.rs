//! Pictures of every screen of the till, at four sizes, at night, zoomed, with large text and in forced colours:
//! `cargo run -p scantill-e2e --bin screenshots -- --out DIR`.
#![allow(clippy::print_stderr, reason = "a command line speaks by printing")]

mod album;
mod beside;
mod camera;
mod doubt;
mod endings;
mod pages;
mod refusals;
mod sale;
mod scanner;
mod supervisor;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, ValueEnum};
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
    /// Only this part of all pictures
    #[arg(long)]
    part: Option<Part>,
}

/// The parts, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Sale,
    Scanner,
    Camera,
    Endings,
    Doubt,
    Supervisor,
    Refusals,
    Beside,
    Pages,
}

impl Part {
    async fn take(self, album: &mut Album) {
        match self {
            Self::Sale => sale::take(album).await,
            Self::Scanner => scanner::take(album).await,
            Self::Camera => camera::take(album).await,
            Self::Endings => endings::take(album).await,
            Self::Doubt => doubt::take(album).await,
            Self::Supervisor => supervisor::take(album).await,
            Self::Refusals => refusals::take(album).await,
            Self::Beside => beside::take(album).await,
            Self::Pages => pages::take(album).await,
        }
    }
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
    let wanted = arguments.part;
    for part in Part::value_variants().iter().filter(|part| wanted.is_none_or(|wanted| wanted == **part)) {
        part.take(&mut album).await;
    }
    album.close()
}
