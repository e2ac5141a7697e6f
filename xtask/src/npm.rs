//! Packages from npm, installed once into the user's cache folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::programs;

/// A folder of packages in the cache, and the list that says what is to be in it.
#[derive(Debug)]
pub(crate) struct Packages {
    pub(crate) folder: PathBuf,
    pub(crate) wanted: PathBuf,
    pub(crate) list: &'static str,
}

impl Packages {
    pub(crate) fn is_installed(&self) -> Result<bool> {
        let wanted =
            fs::read(&self.wanted).with_context(|| format!("{} cannot be read", self.wanted.display()))?;
        Ok(fs::read(self.folder.join(self.list)).is_ok_and(|installed| installed == wanted))
    }

    /// Into a folder beside it first, so that a broken installation is never taken for a whole one.
    pub(crate) fn install(&self, installation: impl Fn(&Path, &Path) -> Command) -> Result<()> {
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
            "the packages could not be installed: mend what stands above, then run this again",
        )?;
        fs::rename(&draft, &self.folder)?;
        Ok(())
    }
}

/// npm's own installation of what the list in the folder names.
pub(crate) fn npm_install(folder: &Path, _list: &Path) -> Command {
    let mut command = Command::new("npm");
    command
        .args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
        .arg(folder);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_installation_is_not_taken_for_a_whole_one() {
        let folder = std::env::temp_dir().join(format!("scantill-packages-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("list.txt"), "wanted").unwrap();
        let packages =
            Packages { folder: folder.join("packages"), wanted: folder.join("list.txt"), list: "list.txt" };
        assert!(!packages.is_installed().unwrap());
        let failing = |_: &Path, _: &Path| {
            let mut command = Command::new("sh");
            command.args(["-c", "exit 1"]);
            command
        };
        assert!(packages.install(failing).is_err() && !packages.is_installed().unwrap());
        let working = |folder: &Path, _: &Path| {
            let mut command = Command::new("touch");
            command.arg(folder.join("package"));
            command
        };
        packages.install(working).unwrap();
        assert!(packages.is_installed().unwrap() && packages.folder.join("package").is_file());
        fs::remove_dir_all(&folder).unwrap();
    }
}
