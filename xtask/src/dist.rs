//! `cargo xtask dist`: the till as it travels, in `target/dist/till`: optimised, with short names and no comments.

mod names;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::npm::{Packages, npm_install};
use crate::workspace::Workspace;
use crate::{debian, programs, till, tools};

/// What every browser of the last four years can do; `--all-features` makes modules that some refuse.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Flattened first, the code falls into fewer patterns, which travel smaller. Rust's stack stands below all data, so that
/// no value lives at the lowest addresses, and its memory begins as zeros.
const PASSES: [&str; 6] =
    ["--low-memory-unused", "--zero-filled-memory", "--flatten", "--rereloop", "-Oz", "-Oz"];

/// Builds it and says where it is.
pub(crate) fn run() -> Result<ExitCode> {
    let till = build(&Workspace::find()?)?;
    programs::show(&format!("The till is in {}", till.display()));
    Ok(ExitCode::SUCCESS)
}

/// Builds the till for travelling where it is out of date and returns its folder.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let plain = till::build(workspace)?;
    let folder = workspace.target.join("dist");
    fs::create_dir_all(&folder)?;
    let turn = fs::File::create(folder.join("lock"))?;
    turn.lock()?;
    let (dist, stamp) = (folder.join("till"), folder.join("stamp"));
    let wanted = till::stamp(workspace)? + include_str!("dist/package.json") + &PASSES.join(" ");
    if dist.is_dir() && fs::read_to_string(&stamp).is_ok_and(|known| known == wanted) {
        return Ok(dist);
    }
    programs::step("Making the till small for its travel");
    let shrinkers = ensure_shrinkers(workspace)?;
    till::forget(&dist, &stamp)?;
    for file in till::files_below(&plain)? {
        let copy = dist.join(file.strip_prefix(&plain)?);
        fs::create_dir_all(copy.parent().unwrap_or(&dist))?;
        fs::copy(&file, &copy).with_context(|| file.display().to_string())?;
    }
    for module in modules(&dist)? {
        shrink(&shrinkers, &module)?;
    }
    fs::write(&stamp, wanted)?;
    Ok(dist)
}

/// A WebAssembly module and the glue that loads it.
struct Module {
    wasm: PathBuf,
    glue: PathBuf,
}

fn modules(till: &Path) -> Result<Vec<Module>> {
    let files = till::files_below(till)?.into_iter();
    let modules = files.filter_map(|wasm| {
        let name = wasm.file_name()?.to_str()?.strip_suffix("_bg.wasm")?.to_owned();
        Some(Module { glue: wasm.with_file_name(format!("{name}.js")), wasm })
    });
    Ok(modules.collect())
}

fn shrink(shrinkers: &Path, module: &Module) -> Result<()> {
    let sentence = "the till could not be made smaller: mend what stands above, then run this again";
    let mut optimise = Command::new(shrinkers.join("wasm-opt"));
    optimise.args(FEATURES).args(PASSES).arg(&module.wasm).arg("-o").arg(&module.wasm);
    programs::run(optimise, sentence)?;
    let mut minify = Command::new(shrinkers.join("terser"));
    minify.args(["--module", "--compress", "--mangle", "--output"]).arg(&module.glue).arg(&module.glue);
    programs::run(minify, sentence)?;
    let glue = fs::read_to_string(&module.glue)?;
    let (wasm, glue) = names::shorten(&fs::read(&module.wasm)?, &glue)?;
    fs::write(&module.wasm, wasm)?;
    fs::write(&module.glue, glue)?;
    Ok(())
}

/// wasm-opt and terser, from npm in the versions that the list beside this file names.
fn ensure_shrinkers(workspace: &Workspace) -> Result<PathBuf> {
    let packages = Packages {
        folder: tools::cache_folder()?.join("tools").join("shrinkers"),
        wanted: workspace.root.join("xtask/src/dist/package.json"),
        list: "package.json",
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
        packages.install(npm_install)?;
    }
    Ok(packages.folder.join("node_modules").join(".bin"))
}
