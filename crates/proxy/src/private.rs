//! What nobody else on the machine may read or change: storage, configuration with secrets, keys. As PostgreSQL and ssh
//! have it, a file of the proxy's own user grants its group nothing either; one that root gives the proxy through its
//! group (systemd's `LoadCredential=`, Docker's secrets) may be readable by that group.

use std::fmt;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

/// What the group and all others may do, in an owner's own file.
const GROUP_AND_OTHERS: u32 = 0o077;
/// What nobody but root may do in a file of root: the group may read it, or search a folder.
const CHANGE_BY_GROUP_AND_OTHERS: u32 = 0o027;
const CHANGE: u32 = 0o022;
const ROOT: u32 = 0;

/// A path that others may read or change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    /// Where it is, symbolic links resolved.
    pub path: PathBuf,
    mends: Mends,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mends {
    /// Group and others get nothing.
    Own,
    /// Others get nothing, and the group must not change it.
    Roots,
    /// Anyone may go on reading it.
    Readable,
}

/// What others may do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// Nothing.
    Secret,
    /// Read it: it holds no secret, and names files and limits that they must not choose.
    Readable,
}

/// All that is exposed, with the commands that mend it.
#[derive(Debug, thiserror::Error)]
pub struct ExposedAll(pub Vec<Exposed>);

/// Files that the proxy makes from now on are its user's alone.
pub fn mask_new_files() {
    rustix::process::umask(Mode::from_bits_truncate(GROUP_AND_OTHERS));
}

/// Whether others may do with the file what they must not. What is not there, or cannot be looked at, exposes nothing.
pub fn exposure(path: &Path, secrecy: Secrecy) -> Option<Exposed> {
    let path = path.canonicalize().ok()?;
    let metadata = fs::metadata(&path).ok()?;
    let mends = judge(&Owned::of(&metadata), secrecy)?;
    Some(Exposed { path, mends })
}

/// The folder and each file in it.
pub fn exposures_in(folder: &Path) -> Vec<Exposed> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = files.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let paths = [folder.to_owned()].into_iter().chain(files.map(|entry| entry.path()));
    paths.filter_map(|path| exposure(&path, Secrecy::Secret)).collect()
}

struct Owned {
    mode: u32,
    is_roots: bool,
}

impl Owned {
    fn of(metadata: &Metadata) -> Self {
        let is_roots = metadata.uid() == ROOT && !rustix::process::geteuid().is_root();
        Self { mode: metadata.mode(), is_roots }
    }
}

fn judge(owned: &Owned, secrecy: Secrecy) -> Option<Mends> {
    let (forbidden, mends) = match (secrecy, owned.is_roots) {
        (Secrecy::Readable, _) => (CHANGE, Mends::Readable),
        (Secrecy::Secret, true) => (CHANGE_BY_GROUP_AND_OTHERS, Mends::Roots),
        (Secrecy::Secret, false) => (GROUP_AND_OTHERS, Mends::Own),
    };
    (owned.mode & forbidden != 0).then_some(mends)
}

impl fmt::Display for ExposedAll {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<_> = self.0.iter().map(|exposed| exposed.path.display().to_string()).collect();
        write!(formatter, "others on this machine may read or change {}; run:", paths.join(", "))?;
        for (mends, command) in
            [(Mends::Own, "chmod go="), (Mends::Roots, "sudo chmod g-wx,o="), (Mends::Readable, "chmod go-w")]
        {
            let mended = self.0.iter().filter(|exposed| exposed.mends == mends);
            let mended: Vec<_> = mended.map(|exposed| quoted(&exposed.path)).collect();
            if !mended.is_empty() {
                write!(formatter, "\n  {command} {}", mended.join(" "))?;
            }
        }
        Ok(())
    }
}

/// As a shell reads it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mends(mode: u32, is_roots: bool, secrecy: Secrecy) -> Option<Mends> {
        judge(&Owned { mode, is_roots }, secrecy)
    }

    #[test]
    fn an_own_secret_grants_neither_group_nor_others_anything() {
        for mode in [0o600, 0o400, 0o700] {
            assert_eq!(mends(mode, false, Secrecy::Secret), None, "{mode:o}");
        }
        for mode in [0o640, 0o604, 0o620, 0o610, 0o644, 0o666, 0o755, 0o701] {
            assert_eq!(mends(mode, false, Secrecy::Secret), Some(Mends::Own), "{mode:o}");
        }
    }

    #[test]
    fn a_secret_of_root_may_be_readable_by_the_group() {
        for mode in [0o640, 0o440, 0o400, 0o750] {
            assert_eq!(mends(mode, true, Secrecy::Secret), None, "{mode:o}");
        }
        for mode in [0o644, 0o444, 0o660, 0o604, 0o755] {
            assert_eq!(mends(mode, true, Secrecy::Secret), Some(Mends::Roots), "{mode:o}");
        }
    }

    #[test]
    fn what_holds_no_secret_may_be_read_but_not_changed() {
        assert_eq!(mends(0o644, false, Secrecy::Readable), None);
        assert_eq!(mends(0o664, false, Secrecy::Readable), Some(Mends::Readable));
        assert_eq!(mends(0o646, true, Secrecy::Readable), Some(Mends::Readable));
    }

    #[test]
    fn each_command_can_be_copied_into_a_shell() {
        let exposed = |path: &str, mends| Exposed { path: path.into(), mends };
        let all = ExposedAll(vec![
            exposed("/srv/shop's books", Mends::Own),
            exposed("/srv/key", Mends::Own),
            exposed("/run/secrets/key", Mends::Roots),
        ]);
        let lines: Vec<_> = all.to_string().lines().skip(1).map(str::to_owned).collect();
        let expected =
            ["  chmod go= '/srv/shop'\\''s books' /srv/key", "  sudo chmod g-wx,o= /run/secrets/key"];
        assert_eq!(lines, expected);
    }
}
