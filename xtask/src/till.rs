//! Builds the till into `target/till` if one of its sources has changed.

pub(crate) mod build_id;
mod bundle;
pub(crate) mod integrity;
pub(crate) mod list;

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
const SOURCES: [&str; 16] = [
    "build.rs",
    "src",
    "www",
    "index.html",
    "crates/decoder",
    "crates/office",
    "crates/scanners",
    "crates/till",
    "crates/types",
    "xtask/src/imports.rs",
    "xtask/src/link",
    "xtask/src/link.rs",
    "xtask/src/till",
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

const MODULES: [Module; 4] = [
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

/// What building the till takes now.
pub(crate) fn plan(workspace: &Workspace) -> Result<Vec<Step>> {
    let stamp = workspace.target.join("till.stamp");
    if is_current(&workspace.till(), &stamp, &fingerprint(workspace)?) {
        return Ok(Vec::new());
    }
    let tool = (!tools::has_builder(workspace)?).then_some(tools::INSTALLS_BUILDER);
    Ok(tool.into_iter().chain(MODULES.iter().map(|module| module.building)).collect())
}

/// Builds the till if it is out of date, and returns its folder.
pub(crate) fn build(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let till = workspace.till();
    // A second build at the same time waits here, and then finds the till up to date.
    let turn = File::create(workspace.target.join("till.lock"))?;
    turn.lock()?;
    let stamp = workspace.target.join("till.stamp");
    let fingerprint = fingerprint(workspace)?;
    if is_current(&till, &stamp, &fingerprint) {
        programs::step("The till is up to date");
        return Ok(till);
    }
    let builder = tools::ensure_builder(workspace, || progress.begin(tools::INSTALLS_BUILDER))?;
    forget(&till, &stamp)?;
    for module in &MODULES {
        progress.begin(module.building);
        compile(workspace, module)?;
        make_glue(workspace, &builder, module, &till)?;
    }
    copy_pages(workspace, &till).context("the till's pages could not be copied into target/till")?;
    bundle::inline(&till)?;
    bundle::append_worker(&till.join(DECODER).join("decoder.js"), &workspace.root.join(WORKER))?;
    build_id::stamp(&till)?;
    integrity::write(&till)?;
    list::write(&till)?;
    fs::write(&stamp, fingerprint)?;
    Ok(till)
}

/// The hash of the sources of the till in the folder.
pub(crate) fn stamp(workspace: &Workspace) -> Result<String> {
    fs::read_to_string(workspace.target.join("till.stamp")).context("the till has no stamp")
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
    let pages = workspace.root.join("www");
    for file in files_below(&pages)? {
        let copy = till.join(file.strip_prefix(&pages)?);
        fs::create_dir_all(copy.parent().unwrap_or(till))?;
        fs::copy(&file, &copy).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// The folder must keep no page that was deleted, and no build that failed.
pub(crate) fn forget(till: &Path, stamp: &Path) -> Result<()> {
    for path in [stamp, till] {
        let gone = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        if path.exists() {
            gone.with_context(|| format!("{} cannot be removed", path.display()))?;
        }
    }
    Ok(())
}

fn is_current(till: &Path, stamp: &Path, fingerprint: &str) -> bool {
    let built = MODULES
        .iter()
        .flat_map(|module| [".js", "_bg.wasm"].map(|end| format!("{}/{}{end}", module.folder, module.name)));
    built.chain(["index.html".to_owned()]).all(|file| till.join(file).is_file())
        && fs::read_to_string(stamp).is_ok_and(|known| known == fingerprint)
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
    fn a_till_without_its_files_is_not_current() {
        let folder = scratch("current");
        let stamp = folder.join("stamp");
        fs::write(&stamp, "1").unwrap();
        assert!(!is_current(&folder, &stamp, "1"));
        fs::create_dir_all(folder.join("pkg")).unwrap();
        fs::create_dir_all(folder.join("decoder")).unwrap();
        let modules = ["pkg/scantill", "pkg/scanners", "pkg/office", "decoder/decoder"];
        let modules = modules.map(|module| [format!("{module}.js"), format!("{module}_bg.wasm")]);
        for file in ["index.html".to_owned()].into_iter().chain(modules.into_iter().flatten()) {
            assert!(!is_current(&folder, &stamp, "1"));
            fs::write(folder.join(&file), "").unwrap();
            fs::write(&stamp, "1").unwrap();
        }
        assert!(is_current(&folder, &stamp, "1"));
        assert!(!is_current(&folder, &stamp, "2"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
