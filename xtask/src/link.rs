//! The linker of the till's modules: it removes the texts of panics from the code, and then calls Rust's own
//! linker.
//!
//! A panic in a browser ends as a trap, with a text or without one. The texts, with the code that formats
//! them, are a sixteenth of what a tablet loads. Cargo finds this program under its own name, as a copy of
//! xtask.

mod object;
mod panics;
mod places;
mod unused;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

const NAME: &str = "scantill-linker-";
/// `rustc` puts the folder of this program on `PATH` for a linker.
const LINKER: &str = "rust-lld";
/// A changed program gets another name, so that cargo links anew.
const SOURCES: [&str; 5] = [
    include_str!("link.rs"),
    include_str!("link/object.rs"),
    include_str!("link/panics.rs"),
    include_str!("link/places.rs"),
    include_str!("link/unused.rs"),
];

/// The arguments of a linker, if this program was called as one.
pub(crate) fn arguments() -> Option<Vec<OsString>> {
    let mut arguments = env::args_os();
    let program = PathBuf::from(arguments.next()?);
    program.file_name()?.to_str()?.starts_with(NAME).then(|| arguments.collect())
}

/// Links.
pub(crate) fn run(arguments: &[OsString]) -> Result<ExitCode> {
    let unused = unused::of(arguments);
    let objects =
        arguments.iter().map(Path::new).filter(|file| file.extension().is_some_and(|end| end == "o"));
    for object in objects {
        let plain = fs::read(object).with_context(|| object.display().to_string())?;
        let smaller = panics::without_words(&plain, unused)
            .and_then(|smaller| places::without_names(&smaller))
            .with_context(|| object.display().to_string())?;
        fs::write(object, smaller)?;
    }
    let status = Command::new(LINKER).args(arguments).status();
    let status = status.with_context(|| format!("{LINKER} is missing: install Rust with rustup"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// This program under its name as a linker.
pub(crate) fn ensure(target: &Path) -> Result<PathBuf> {
    let mut hasher = DefaultHasher::new();
    SOURCES.hash(&mut hasher);
    let linker = target.join(format!("{NAME}{:016x}{}", hasher.finish(), env::consts::EXE_SUFFIX));
    if !linker.is_file() {
        let draft = linker.with_extension("new");
        fs::copy(env::current_exe()?, &draft).context("xtask cannot be copied for the linker")?;
        fs::rename(&draft, &linker)?;
    }
    Ok(linker)
}
