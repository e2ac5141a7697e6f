//! The tools that build and test the till, installed once into the user's cache folder.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::programs;
use crate::progress::Step;
use crate::workspace::Workspace;

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";
const WASM_PACK_VERSION: &str = "0.15.1";
const MUTANTS_VERSION: &str = "27.1.0";
/// The program that makes the till out of compiled modules.
const BUILDER: &str = "scantill-builder";
/// A changed builder is another tool.
const BUILDER_SOURCES: [&str; 3] = [
    include_str!("../tools/builder/src/main.rs"),
    include_str!("../tools/builder/src/compress.rs"),
    include_str!("../tools/builder/Cargo.lock"),
];
/// Installing the builder.
pub(crate) const INSTALLS_BUILDER: Step =
    Step { words: "Installing the tool that makes the till's files (once)", seconds: 50 };

/// The folders of wasm-pack and wasm-bindgen, in the versions that this workspace needs.
#[derive(Debug)]
pub(crate) struct Tools {
    folders: [PathBuf; 2],
}

impl Tools {
    /// wasm-pack, with the right wasm-bindgen first on `PATH`.
    pub(crate) fn wasm_pack(&self, workspace: &Workspace) -> Result<Command> {
        let mut command = workspace.command(self.folders[0].join("wasm-pack"));
        command.env("PATH", self.path()?);
        unexport_flags(&mut command);
        Ok(command)
    }

    fn path(&self) -> Result<OsString> {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = self.folders.iter().cloned().chain(env::split_paths(&inherited));
        env::join_paths(folders).context("the cache folder's name must have no colon: set XDG_CACHE_HOME")
    }
}

/// Installs what the tests in a browser lack.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Tools> {
    ensure_target(workspace)?;
    let version = bindgen_version(workspace)?;
    let pack = Tool { package: "wasm-pack", program: "wasm-pack", version: WASM_PACK_VERSION, ours: None };
    let bindgen = Tool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: &version,
        ours: Some("xtask/tools/wasm-bindgen"),
    };
    Ok(Tools { folders: [pack.announced(workspace)?, bindgen.announced(workspace)?] })
}

/// The program that makes the till out of compiled modules; `announce` is called if it must be installed.
pub(crate) fn ensure_builder(workspace: &Workspace, announce: impl FnOnce()) -> Result<PathBuf> {
    ensure_target(workspace)?;
    let version = builder_version(workspace)?;
    Ok(builder(&version).ensure(workspace, announce)?.join(BUILDER))
}

/// Whether the builder of this workspace is installed.
pub(crate) fn has_builder(workspace: &Workspace) -> Result<bool> {
    let version = builder_version(workspace)?;
    let builder = builder(&version);
    Ok(builder.is_in(workspace, &builder.root()?))
}

fn builder(version: &str) -> Tool<'_> {
    Tool { package: BUILDER, program: BUILDER, version, ours: Some("xtask/tools/builder") }
}

/// The version of wasm-bindgen that the builder has, and a hash of what is ours in it.
fn builder_version(workspace: &Workspace) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    BUILDER_SOURCES.hash(&mut hasher);
    Ok(format!("{}-{:016x}", bindgen_version(workspace)?, hasher.finish()))
}

fn bindgen_version(workspace: &Workspace) -> Result<String> {
    let lock = fs::read_to_string(workspace.root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    locked_version(&lock, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")
}

/// The mutation tester `cargo-mutants`.
pub(crate) fn ensure_mutants(workspace: &Workspace) -> Result<PathBuf> {
    let mutants =
        Tool { package: "cargo-mutants", program: "cargo-mutants", version: MUTANTS_VERSION, ours: None };
    Ok(mutants.announced(workspace)?.join("cargo-mutants"))
}

/// Adds the WebAssembly target if rustup can.
pub(crate) fn ensure_target(workspace: &Workspace) -> Result<()> {
    let mut probe = workspace.command("rustc");
    probe.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    let folder = programs::output(probe, "rustc does not know WebAssembly: install Rust with rustup")?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    if programs::find(&["rustup"]).is_none() {
        bail!(
            "Rust's {WASM_TARGET} target is missing, and there is no rustup to add it: install it as your Rust was installed"
        );
    }
    programs::step("Adding Rust's WebAssembly target");
    let mut command = workspace.command("rustup");
    command.args(["target", "add", WASM_TARGET]);
    programs::run(
        command,
        "the target was not added: run `rustup target add wasm32-unknown-unknown` yourself",
    )
}

/// An exported `RUSTFLAGS` would override `.cargo/config.toml` and hide the browser's WebHID.
pub(crate) fn unexport_flags(command: &mut Command) {
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
}

/// Installs one of rustup's components if `cargo NAME` is missing.
pub(crate) fn ensure_component(workspace: &Workspace, name: &str) -> Result<()> {
    let mut probe = workspace.cargo();
    probe.args([name, "--version"]);
    if programs::succeeds(probe) {
        return Ok(());
    }
    let component = if name == "fmt" { "rustfmt" } else { name };
    let mut command = workspace.command("rustup");
    command.args(["component", "add", component]);
    programs::run(
        command,
        &format!("{component} is missing: install it with `rustup component add {component}`"),
    )
}

struct Tool<'a> {
    package: &'a str,
    program: &'a str,
    version: &'a str,
    /// Our package that pins the tool's dependencies. `None` means the tool's own lock file.
    ours: Option<&'static str>,
}

impl Tool<'_> {
    /// Installs it if it is missing, and says so.
    fn announced(&self, workspace: &Workspace) -> Result<PathBuf> {
        let words = format!("Installing {} {} (once, some minutes)", self.package, self.version);
        self.ensure(workspace, || programs::step(&words))
    }

    fn ensure(&self, workspace: &Workspace, announce: impl FnOnce()) -> Result<PathBuf> {
        let root = self.root()?;
        if !self.is_in(workspace, &root) {
            announce();
            self.install(workspace, &root)?;
        }
        Ok(root.join("bin"))
    }

    fn root(&self) -> Result<PathBuf> {
        Ok(cache_folder()?.join("tools").join(format!("{}-{}", self.program, self.version)))
    }

    fn is_in(&self, workspace: &Workspace, root: &Path) -> bool {
        let mut command = workspace.command(root.join("bin").join(self.program));
        // A cargo subcommand is called as cargo calls it.
        command.args(self.program.strip_prefix("cargo-")).arg("--version");
        programs::succeeds(command)
    }

    fn install(&self, workspace: &Workspace, root: &Path) -> Result<()> {
        let (package, version) = (self.package, self.version);
        let mut command = workspace.cargo();
        command.args(["install", "--locked", "--root"]).arg(root);
        match self.ours {
            Some(folder) => {
                command.arg("--path").arg(workspace.root.join(folder));
                command.arg("--target-dir").arg(workspace.target.join("tools"))
            }
            None => command.args([package, "--version", &format!("={version}")]),
        };
        programs::run(
            command,
            &format!(
                "{package} {version} was not installed: see above; crates.io must be reachable, then run this again"
            ),
        )
    }
}

/// The folder of the installed tools, which later runs find again.
pub(crate) fn cache_folder() -> Result<PathBuf> {
    let named = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = named.or_else(|| env::home_dir().map(|home| home.join(".cache")));
    let folder = folder.context("there is no home folder for the tools: set XDG_CACHE_HOME")?;
    Ok(folder.join("scantill"))
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";

    #[test]
    fn the_locked_version_is_that_of_the_very_package() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm-bindgen-futures").as_deref(), Some("0.4.80"));
    }

    #[test]
    fn wasm_bindgens_programs_are_those_of_the_workspaces_library() {
        let root = Workspace::find().unwrap().root;
        let read = |file: &str| fs::read_to_string(root.join(file)).unwrap();
        let library = locked_version(&read("Cargo.lock"), "wasm-bindgen");
        let tools = [("wasm-bindgen", "wasm-bindgen-cli"), ("builder", "wasm-bindgen-cli-support")];
        for (tool, package) in tools {
            let lock = read(&format!("xtask/tools/{tool}/Cargo.lock"));
            assert_eq!(locked_version(&lock, package), library, "{tool}");
        }
    }

    #[test]
    fn a_package_that_is_not_locked_has_no_version() {
        assert_eq!(locked_version(LOCK, "wasm"), None);
        assert_eq!(locked_version("", "wasm-bindgen"), None);
    }
}
