//! Builds the till into `target/till` if one of its sources has changed: its parts first, with the names of the sources
//! (`target/till-parts`), then its files as the proxy serves them.

pub(crate) mod build_id;
mod bundle;
mod list;
pub(crate) mod names;
mod texts;

use std::env;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::progress::{Progress, Step};
use crate::tools::{self, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{link, programs};

/// The till's sources, from the root.
const SOURCES: [&str; 21] = [
    "build.rs",
    "src",
    "texts",
    "www",
    "index.html",
    "crates/catalogues",
    "crates/customer",
    "crates/decoder",
    "crates/office",
    "crates/scanners",
    "crates/till",
    "crates/types",
    "xtask/src/imports.rs",
    "xtask/src/link",
    "xtask/src/link.rs",
    "xtask/src/till",
    "xtask/src/till.rs",
    "xtask/tools/builder",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
];

/// A WebAssembly module of the till.
struct Module {
    package: &'static str,
    profile: &'static str,
    /// The folder and the name of its files in the till's folder.
    folder: &'static str,
    name: &'static str,
    building: Step,
}

const MODULES: [Module; 5] = [
    Module {
        package: "scantill",
        profile: "wasm-release",
        folder: "pkg",
        name: "scantill",
        building: Step { words: "Building the till", seconds: 80 },
    },
    Module {
        package: "scantill-scanners",
        profile: "wasm-release",
        folder: "pkg",
        name: "scanners",
        building: Step { words: "Building the till's scanners", seconds: 20 },
    },
    Module {
        package: "scantill-office",
        profile: "wasm-release",
        folder: "pkg",
        name: "office",
        building: Step { words: "Building the supervisor's sheet", seconds: 20 },
    },
    Module {
        package: "scantill-customer",
        profile: "wasm-release",
        folder: "pkg",
        name: "customer",
        building: Step { words: "Building the customer's screen", seconds: 15 },
    },
    Module {
        package: "scantill-decoder",
        profile: "wasm-decoder",
        folder: DECODER,
        name: "decoder",
        building: Step { words: "Building the camera's decoder", seconds: 40 },
    },
];

/// The folder of the decoder, which is loaded when the camera opens.
pub(crate) const DECODER: &str = "decoder";
/// The source of the worker in which the decoder runs.
const WORKER: &str = "crates/decoder/src/worker.js";

/// Naming and compressing the till's files.
const FINISHES: Step = Step { words: "Naming and compressing the till's files", seconds: 10 };

/// What building the till takes now.
pub(crate) fn plan(workspace: &Workspace) -> Result<Vec<Step>> {
    let built = Built::till(workspace);
    if built.is_current(&fingerprint(workspace)?) {
        return Ok(Vec::new());
    }
    Ok(plan_of_parts(workspace)?.into_iter().chain([FINISHES]).collect())
}

/// What building its parts takes now.
pub(crate) fn plan_of_parts(workspace: &Workspace) -> Result<Vec<Step>> {
    if Built::parts(workspace).is_current(&fingerprint(workspace)?) {
        return Ok(Vec::new());
    }
    let tool = (!tools::has_builder(workspace)?).then_some(tools::INSTALLS_BUILDER);
    Ok(tool.into_iter().chain(MODULES.iter().map(|module| module.building)).collect())
}

/// Builds the till if it is out of date, and returns its folder.
pub(crate) fn build(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let parts = parts(workspace, progress)?;
    let _turn = turn(workspace)?;
    let (till, fingerprint) = (Built::till(workspace), stamp(workspace)?);
    if !till.is_current(&fingerprint) {
        progress.begin(FINISHES);
        till.forget()?;
        copy(&parts, &till.folder)?;
        finish(workspace, &till.folder)?;
        fs::write(&till.stamp, fingerprint)?;
    }
    Ok(till.folder)
}

/// Builds the till's parts if they are out of date, and returns their folder.
pub(crate) fn parts(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let _turn = turn(workspace)?;
    let (parts, fingerprint) = (Built::parts(workspace), fingerprint(workspace)?);
    if parts.is_current(&fingerprint) {
        programs::step("The till is up to date");
        return Ok(parts.folder);
    }
    let builder = tools::ensure_builder(workspace, || progress.begin(tools::INSTALLS_BUILDER))?;
    parts.forget()?;
    let folder = &parts.folder;
    for module in &MODULES {
        progress.begin(module.building);
        compile(workspace, module)?;
        make_glue(workspace, &builder, module, folder)?;
    }
    copy_pages(workspace, folder).context("the till's pages could not be copied")?;
    bundle::inline(folder)?;
    bundle::append_worker(&folder.join(DECODER).join("decoder.js"), &workspace.root.join(WORKER))?;
    texts::write(&workspace.root.join("texts"), &folder.join("pkg"))?;
    build_id::stamp(folder)?;
    fs::write(&parts.stamp, fingerprint)?;
    Ok(parts.folder)
}

/// Makes a copy of the parts what the proxy serves: named by their content, compressed and listed.
pub(crate) fn finish(workspace: &Workspace, till: &Path) -> Result<()> {
    names::write(till)?;
    let mut command = workspace.command(tools::ensure_builder(workspace, || ())?);
    command.arg("compress").arg(till);
    programs::run(command, "the till's files were not compressed: see above")?;
    list::write(till)
}

/// The hash of the sources of the parts that were built last.
pub(crate) fn stamp(workspace: &Workspace) -> Result<String> {
    fs::read_to_string(Built::parts(workspace).stamp).context("the till has no stamp")
}

/// Copies all files of a folder.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files_below(from)? {
        let copy = to.join(file.strip_prefix(from)?);
        fs::create_dir_all(copy.parent().unwrap_or(to))?;
        fs::copy(&file, &copy).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// A second build at the same time waits here, and then finds the till up to date.
fn turn(workspace: &Workspace) -> Result<File> {
    let turn = File::create(workspace.target.join("till.lock"))?;
    turn.lock()?;
    Ok(turn)
}

/// A folder that was built, and the file that tells from which sources.
pub(crate) struct Built {
    pub(crate) folder: PathBuf,
    pub(crate) stamp: PathBuf,
}

impl Built {
    fn parts(workspace: &Workspace) -> Self {
        Self::in_folder(workspace.target.join("till-parts"))
    }

    fn till(workspace: &Workspace) -> Self {
        Self::in_folder(workspace.till())
    }

    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self { stamp: folder.with_extension("stamp"), folder }
    }

    /// The stamp is written last, when the whole folder is there.
    pub(crate) fn is_current(&self, wanted: &str) -> bool {
        self.folder.join("index.html").is_file()
            && fs::read_to_string(&self.stamp).is_ok_and(|known| known == wanted)
    }

    /// The folder must keep no page that was deleted, and no build that failed.
    pub(crate) fn forget(&self) -> Result<()> {
        for path in [&self.stamp, &self.folder] {
            let gone = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            if path.exists() {
                gone.with_context(|| format!("{} cannot be removed", path.display()))?;
            }
        }
        Ok(())
    }
}

/// The file, or all files below the folder, in a fixed order; empty if neither exists.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut entries: Vec<PathBuf> =
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_below(&entry)?);
    }
    Ok(files)
}

const DOES_NOT_BUILD: &str = "the till did not build: mend what stands above, then run this again";

fn compile(workspace: &Workspace, module: &Module) -> Result<()> {
    let mut command = workspace.cargo();
    tools::unexport_flags(&mut command);
    command.args(["build", "--locked", "--lib", "--package", module.package]);
    command.args(["--target", WASM_TARGET, "--profile", module.profile]);
    command.args(["--config", &without_home()?]);
    if !keeps_panic_words() {
        let linker = link::ensure(&workspace.target)?;
        let linker = linker.to_str().context("the target folder's name must be UTF-8")?;
        command.args(["--config", &format!("target.{WASM_TARGET}.linker={linker:?}")]);
    }
    programs::run(command, DOES_NOT_BUILD)
}

/// Puts the module and its JavaScript into the till's folder.
fn make_glue(workspace: &Workspace, builder: &Path, module: &Module, till: &Path) -> Result<()> {
    let compiled = workspace.target.join(WASM_TARGET).join(module.profile);
    let compiled = compiled.join(module.package.replace('-', "_")).with_extension("wasm");
    let mut command = workspace.command(builder);
    command.arg("glue").arg(compiled).arg(till.join(module.folder)).arg(module.name);
    programs::run(command, DOES_NOT_BUILD)
}

/// Keeps the texts of panics, to find the cause of one. A shipped till has none.
fn keeps_panic_words() -> bool {
    env::var_os("SCANTILL_PANIC_WORDS").is_some()
}

/// The texts of panics contain paths below cargo's folder: the same till would be larger with a longer home
/// path.
fn without_home() -> Result<String> {
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = cargo.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let cargo = cargo.context("neither HOME nor CARGO_HOME is set: set one, then run this again")?;
    let remap = format!("--remap-path-prefix={}=", cargo.join("registry").join("src").display());
    Ok(format!("target.{WASM_TARGET}.rustflags=[{remap:?}]"))
}

fn copy_pages(workspace: &Workspace, till: &Path) -> Result<()> {
    fs::copy(workspace.root.join("index.html"), till.join("index.html")).context("index.html")?;
    copy(&workspace.root.join("www"), till)
}

fn fingerprint(workspace: &Workspace) -> Result<String> {
    let mut command = workspace.command("rustc");
    command.arg("--version");
    let compiler = programs::output(command, "`rustc --version` failed: install Rust with rustup")?;
    let sources = SOURCES.map(|source| workspace.root.join(source));
    let words = if keeps_panic_words() { "words " } else { "" };
    Ok(format!("{:016x} {words}{compiler}", hash_files(&sources)?))
}

fn hash_files(sources: &[PathBuf]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for source in sources {
        for file in files_below(source)? {
            file.hash(&mut hasher);
            fs::read(&file)?.hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("scantill-xtask-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("deep/er")).unwrap();
        folder
    }

    #[test]
    fn any_change_of_content_or_name_changes_the_hash() {
        let folder = scratch("hash");
        let file = folder.join("deep/er/a.rs");
        let hash = || hash_files(std::slice::from_ref(&folder)).unwrap();
        fs::write(&file, "one").unwrap();
        let before = hash();
        assert_eq!(hash(), before);
        fs::write(&file, "two").unwrap();
        let changed = hash();
        assert_ne!(changed, before);
        fs::rename(&file, folder.join("deep/b.rs")).unwrap();
        assert_ne!(hash(), changed);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn only_a_whole_folder_of_these_sources_is_current() {
        let folder = scratch("current");
        let built = Built::in_folder(folder.join("till"));
        assert!(!built.is_current("1"));
        fs::create_dir_all(&built.folder).unwrap();
        fs::write(&built.stamp, "1").unwrap();
        assert!(!built.is_current("1"));
        fs::write(built.folder.join("index.html"), "").unwrap();
        assert!(built.is_current("1"));
        assert!(!built.is_current("2"));
        built.forget().unwrap();
        assert!(!built.folder.exists() && !built.stamp.exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
