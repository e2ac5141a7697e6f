//! `cargo xtask dist`: the shipped till in `target/dist/till`: optimised, with short names and no comments.

mod checksums;
mod names;
mod order;
pub(crate) mod sbom;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::npm::{LISTS, Packages, npm_ci};
use crate::progress::{Progress, Step};
use crate::till::Built;
use crate::till::build_id::{self, Pair};
use crate::workspace::Workspace;
use crate::{debian, programs, till, tools};

/// The features of every browser of the last four years. `--all-features` makes modules that some browsers
/// refuse.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Flattening first leaves fewer code patterns, which compress better. For the same reason a long function
/// with one caller is not inlined. Rust's stack is below all data, so that no value has the lowest addresses,
/// and its memory begins as zeros. Who made the module and with which features is nothing that a browser reads.
const PASSES: [&str; 9] = [
    "--low-memory-unused",
    "--zero-filled-memory",
    "--one-caller-inline-max-function-size=15",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--strip-producers",
    "--strip-target-features",
];

/// Tells the user of an old browser which one is needed, so its syntax must stay old.
const START: &str = "start.js";
/// The page's other script of the first load.
const PAGE: &str = "page.js";
/// A change of these files makes the till anew.
const MADE_BY: [&str; 5] = [
    include_str!("dist.rs"),
    include_str!("dist/names.rs"),
    include_str!("dist/order.rs"),
    include_str!("dist/package.json"),
    include_str!("dist/package-lock.json"),
];
/// The folder with the lists of wasm-opt and terser.
pub(crate) const SHRINKERS: &str = "xtask/src/dist";
/// Making the till smaller.
const SHRINKS: Step = Step { words: "Making the till small for its travel", seconds: 60 };
const SENTENCE: &str = "the till could not be made smaller: mend the error above, then run this again";

/// Builds it and says where it is.
pub(crate) fn run() -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let till = build(&workspace, &mut Progress::of(plan(&workspace)?))?;
    let bill = sbom::write(&workspace)?;
    let sums = checksums::write(&workspace.target.join("dist"), &[till.clone(), bill.clone()])?;
    programs::show(&format!("The till is in {}", till.display()));
    programs::show(&format!(
        "What it and the proxy are made of: {}; checksums: {}",
        bill.display(),
        sums.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// What building the shipped till takes, if it is out of date.
pub(crate) fn plan(workspace: &Workspace) -> Result<Vec<Step>> {
    Ok(till::plan_of_parts(workspace)?.into_iter().chain([SHRINKS]).collect())
}

/// Builds the shipped till if it is out of date, and returns its folder.
pub(crate) fn build(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let parts = till::parts(workspace, progress)?;
    let folder = workspace.target.join("dist");
    fs::create_dir_all(&folder)?;
    let turn = fs::File::create(folder.join("lock"))?;
    turn.lock()?;
    let dist = Built::in_folder(folder.join("till"));
    let wanted = till::stamp(workspace)? + &MADE_BY.concat();
    if dist.is_current(&wanted) {
        return Ok(dist.folder);
    }
    progress.begin(SHRINKS);
    let shrinkers = ensure_shrinkers(workspace)?;
    dist.forget()?;
    till::copy(&parts, &dist.folder)?;
    for pair in build_id::pairs(&dist.folder)? {
        shrink(&shrinkers, &pair)?;
    }
    minify(&shrinkers, &dist.folder.join(START), &[])?;
    minify(&shrinkers, &dist.folder.join(PAGE), &["--module"])?;
    till::finish(workspace, &dist.folder)?;
    fs::write(&dist.stamp, wanted)?;
    Ok(dist.folder)
}

fn shrink(shrinkers: &Path, module: &Pair) -> Result<()> {
    let mut optimise = Command::new(shrinkers.join("wasm-opt"));
    optimise.args(FEATURES).args(PASSES).arg(&module.wasm).arg("-o").arg(&module.wasm);
    programs::run(optimise, SENTENCE)?;
    minify(shrinkers, &module.glue, &["--module"])?;
    let glue = fs::read_to_string(&module.glue)?;
    let (wasm, glue) = names::shorten(&fs::read(&module.wasm)?, &glue)?;
    fs::write(&module.wasm, order::by_likeness(&wasm)?)?;
    fs::write(&module.glue, glue)?;
    Ok(())
}

fn minify(shrinkers: &Path, script: &Path, kind: &[&str]) -> Result<()> {
    let mut minify = Command::new(shrinkers.join("terser"));
    minify.args(kind).args(["--compress", "--mangle", "--output"]).arg(script).arg(script);
    programs::run(minify, SENTENCE)
}

/// Installs wasm-opt and terser from npm, in the versions and with the hashes of the lists beside this file.
fn ensure_shrinkers(workspace: &Workspace) -> Result<PathBuf> {
    let packages = Packages {
        folder: tools::cache_folder()?.join("tools").join("shrinkers"),
        wanted: workspace.root.join(SHRINKERS),
        lists: LISTS,
    };
    let lacks_npm = || programs::find(&["npm"]).is_none();
    if lacks_npm() && debian::may_install() {
        debian::install(&["nodejs", "npm"])?;
    }
    if lacks_npm() {
        bail!("npm is missing: install it with `sudo apt-get install nodejs npm`");
    }
    if !packages.is_installed()? {
        programs::step("Installing wasm-opt and terser (once)");
        packages.install(npm_ci)?;
    }
    Ok(packages.folder.join("node_modules").join(".bin"))
}
