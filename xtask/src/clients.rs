//! Omise's official clients for the sandbox's tests, installed once into the user's cache folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{debian, programs, tools};

/// Programs and the Debian packages that bring them; pip is a module of Python's.
const PYTHON: &str = "python3";
const PROGRAMS: [(&str, &str); 3] = [(PYTHON, "python3"), ("node", "nodejs"), ("npm", "npm")];
const PIP_PACKAGE: &str = "python3-pip";

/// A client's folder in the cache, and the list that says what is to be in it.
struct Client {
    folder: PathBuf,
    wanted: PathBuf,
    list: &'static str,
}

/// Installs what is missing: the programs where that is plainly allowed, and the packages that the lists name.
pub(crate) fn ensure(workspace: &Workspace) -> Result<()> {
    let lists = workspace.root.join("crates/sandbox/tests/clients");
    let cache = tools::cache_folder()?.join("clients");
    let client =
        |name: &str, list: &'static str| Client { folder: cache.join(name), wanted: lists.join(list), list };
    let (python, node) = (client("python", "requirements.txt"), client("node", "package.json"));
    ensure_programs()?;
    if !python.is_installed()? {
        programs::step("Installing Omise's Python client for the sandbox's tests");
        python.install(pip_install)?;
    }
    if !node.is_installed()? {
        programs::step("Installing Omise's Node client for the sandbox's tests");
        node.install(npm_install)?;
    }
    Ok(())
}

impl Client {
    fn is_installed(&self) -> Result<bool> {
        let wanted =
            fs::read(&self.wanted).with_context(|| format!("{} cannot be read", self.wanted.display()))?;
        Ok(fs::read(self.folder.join(self.list)).is_ok_and(|installed| installed == wanted))
    }

    /// Into a folder beside it first, so that a broken installation is never taken for a whole one.
    fn install(&self, installation: impl Fn(&Path, &Path) -> Command) -> Result<()> {
        let draft = self.folder.with_extension("new");
        for folder in [&draft, &self.folder] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        fs::create_dir_all(&draft)?;
        let list = draft.join(self.list);
        fs::copy(&self.wanted, &list)?;
        programs::run(
            installation(&draft, &list),
            "Omise's client could not be installed: mend what stands above, then run this again",
        )?;
        fs::rename(&draft, &self.folder)?;
        Ok(())
    }
}

fn pip_install(folder: &Path, list: &Path) -> Command {
    let mut command = pip();
    command.args(["install", "--quiet", "--disable-pip-version-check", "--no-warn-script-location"]);
    command.arg("--target").arg(folder).arg("--requirement").arg(list);
    command
}

fn npm_install(folder: &Path, _list: &Path) -> Command {
    let mut command = Command::new("npm");
    command
        .args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
        .arg(folder);
    command
}

fn pip() -> Command {
    let mut command = Command::new(PYTHON);
    command.args(["-m", "pip"]);
    command
}

fn ensure_programs() -> Result<()> {
    let lacking = missing_packages();
    if lacking.is_empty() {
        return Ok(());
    }
    if debian::may_install() {
        debian::install(&lacking)?;
    }
    let lacking = missing_packages();
    if !lacking.is_empty() {
        bail!("{} missing: install with `sudo apt-get install {}`", is_or_are(&lacking), lacking.join(" "));
    }
    Ok(())
}

fn missing_packages() -> Vec<&'static str> {
    let mut lacking: Vec<&str> = PROGRAMS
        .into_iter()
        .filter(|(program, _)| programs::find(&[program]).is_none())
        .map(|(_, package)| package)
        .collect();
    let mut asked = pip();
    asked.arg("--version");
    if !programs::succeeds(asked) {
        lacking.push(PIP_PACKAGE);
    }
    lacking
}

fn is_or_are(lacking: &[&str]) -> String {
    let verb = if lacking.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", lacking.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_exactly_what_is_missing() {
        assert_eq!(is_or_are(&["npm"]), "npm is");
        assert_eq!(is_or_are(&["nodejs", "npm"]), "nodejs, npm are");
    }

    #[test]
    fn a_broken_installation_is_not_taken_for_a_whole_one() {
        let folder = std::env::temp_dir().join(format!("scantill-clients-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("list.txt"), "wanted").unwrap();
        let client =
            Client { folder: folder.join("client"), wanted: folder.join("list.txt"), list: "list.txt" };
        assert!(!client.is_installed().unwrap());
        let failing = |_: &Path, _: &Path| {
            let mut command = Command::new("sh");
            command.args(["-c", "exit 1"]);
            command
        };
        assert!(client.install(failing).is_err() && !client.is_installed().unwrap());
        let working = |folder: &Path, _: &Path| {
            let mut command = Command::new("touch");
            command.arg(folder.join("package"));
            command
        };
        client.install(working).unwrap();
        assert!(client.is_installed().unwrap() && folder.join("client/package").is_file());
        fs::remove_dir_all(&folder).unwrap();
    }
}
