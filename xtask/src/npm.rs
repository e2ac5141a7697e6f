//! Packages from npm, installed once into the user's cache folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::programs;

/// npm's list of packages, and its lock file with each package's version and hash.
pub(crate) const LISTS: &[&str] = &["package.json", "package-lock.json"];

/// A folder of packages in the cache, and the lists of its packages.
#[derive(Debug)]
pub(crate) struct Packages {
    pub(crate) folder: PathBuf,
    /// The folder of the lists.
    pub(crate) wanted: PathBuf,
    pub(crate) lists: &'static [&'static str],
}

impl Packages {
    pub(crate) fn is_installed(&self) -> Result<bool> {
        for list in self.lists {
            let file = self.wanted.join(list);
            let wanted = fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            if !fs::read(self.folder.join(list)).is_ok_and(|installed| installed == wanted) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Installs into a temporary folder first, so that a broken installation never looks complete.
    pub(crate) fn install(&self, installation: impl Fn(&Path) -> Command) -> Result<()> {
        let draft = self.folder.with_extension("new");
        for folder in [&draft, &self.folder] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        fs::create_dir_all(&draft)?;
        for list in self.lists {
            fs::copy(self.wanted.join(list), draft.join(list))?;
        }
        programs::run(
            installation(&draft),
            "the packages could not be installed: mend the error above, then run this again",
        )?;
        fs::rename(&draft, &self.folder)?;
        Ok(())
    }
}

/// Installs exactly the packages of the folder's lock file, without their scripts.
pub(crate) fn npm_ci(folder: &Path) -> Command {
    let mut command = Command::new("npm");
    command.args(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(folder);
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
        fs::write(folder.join("lock.txt"), "of version 1").unwrap();
        let packages = Packages {
            folder: folder.join("packages"),
            wanted: folder.clone(),
            lists: &["list.txt", "lock.txt"],
        };
        assert!(!packages.is_installed().unwrap());
        let failing = |_: &Path| {
            let mut command = Command::new("sh");
            command.args(["-c", "exit 1"]);
            command
        };
        assert!(packages.install(failing).is_err() && !packages.is_installed().unwrap());
        let working = |folder: &Path| {
            let mut command = Command::new("touch");
            command.arg(folder.join("package"));
            command
        };
        packages.install(working).unwrap();
        assert!(packages.is_installed().unwrap() && packages.folder.join("package").is_file());
        fs::write(folder.join("lock.txt"), "of version 2").unwrap();
        assert!(!packages.is_installed().unwrap(), "another lock file asks for an installation");
        fs::remove_dir_all(&folder).unwrap();
    }
}
