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

/// In a folder with this bit (such as /tmp) nobody renames or removes what is another's.
const STICKY: u32 = 0o1000;

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
    /// It is neither the proxy's own nor root's.
    Owner,
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

impl FromIterator<Exposed> for ExposedAll {
    fn from_iter<T: IntoIterator<Item = Exposed>>(all: T) -> Self {
        let mut once: Vec<Exposed> = Vec::new();
        for exposed in all {
            if !once.contains(&exposed) {
                once.push(exposed);
            }
        }
        Self(once)
    }
}

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

/// Folders above the path in which others may put something else in its place.
pub fn exposed_parents(path: &Path) -> Vec<Exposed> {
    let Ok(path) = path.canonicalize() else { return Vec::new() };
    let exposed = |folder: &Path| {
        let mends = judge_parent(&Owned::of(&fs::metadata(folder).ok()?))?;
        Some(Exposed { path: folder.to_owned(), mends })
    };
    path.ancestors().skip(1).filter_map(exposed).collect()
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
    owner: Owner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// The user whose proxy it is; root where that runs as root.
    Own,
    Root,
    Other,
}

impl Owned {
    fn of(metadata: &Metadata) -> Self {
        let owner = match metadata.uid() {
            uid if uid == rustix::process::geteuid().as_raw() => Owner::Own,
            ROOT => Owner::Root,
            _ => Owner::Other,
        };
        Self { mode: metadata.mode(), owner }
    }
}

fn judge(owned: &Owned, secrecy: Secrecy) -> Option<Mends> {
    let (forbidden, mends) = match (secrecy, owned.owner) {
        // The owner of a file can give himself every right.
        (_, Owner::Other) => return Some(Mends::Owner),
        (Secrecy::Readable, _) => (CHANGE, Mends::Readable),
        (Secrecy::Secret, Owner::Root) => (CHANGE_BY_GROUP_AND_OTHERS, Mends::Roots),
        (Secrecy::Secret, Owner::Own) => (GROUP_AND_OTHERS, Mends::Own),
    };
    (owned.mode & forbidden != 0).then_some(mends)
}

fn judge_parent(owned: &Owned) -> Option<Mends> {
    if owned.owner == Owner::Other {
        return Some(Mends::Owner);
    }
    let may_be_renamed_in = owned.mode & CHANGE != 0 && owned.mode & STICKY == 0;
    may_be_renamed_in.then_some(Mends::Readable)
}

impl fmt::Display for ExposedAll {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<_> = self.0.iter().map(|exposed| exposed.path.display().to_string()).collect();
        write!(formatter, "others on this machine may read or change {}; run:", paths.join(", "))?;
        for (mends, command) in [
            (Mends::Owner, "sudo chown \"$(id -un)\""),
            (Mends::Own, "chmod go="),
            (Mends::Roots, "sudo chmod g-wx,o="),
            (Mends::Readable, "chmod go-w"),
        ] {
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
        judge(&Owned { mode, owner: if is_roots { Owner::Root } else { Owner::Own } }, secrecy)
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
    fn what_another_user_owns_is_exposed_whatever_its_mode() {
        for mode in [0o600, 0o400, 0o700] {
            for secrecy in [Secrecy::Secret, Secrecy::Readable] {
                assert_eq!(judge(&Owned { mode, owner: Owner::Other }, secrecy), Some(Mends::Owner));
            }
        }
    }

    #[test]
    fn a_folder_above_is_not_writable_by_others_unless_it_is_sticky() {
        let judged = |mode, owner| judge_parent(&Owned { mode, owner });
        for (mode, mends) in [
            (0o755, None),
            (0o711, None),
            (0o1777, None),
            (0o775, Some(Mends::Readable)),
            (0o757, Some(Mends::Readable)),
        ] {
            assert_eq!((judged(mode, Owner::Own), judged(mode, Owner::Root)), (mends, mends), "{mode:o}");
            assert_eq!(judged(mode, Owner::Other), Some(Mends::Owner));
        }
    }

    #[test]
    fn each_command_can_be_copied_into_a_shell() {
        let exposed = |path: &str, mends| Exposed { path: path.into(), mends };
        let all = ExposedAll(vec![
            exposed("/srv/shop's data", Mends::Own),
            exposed("/srv/key", Mends::Own),
            exposed("/run/secrets/key", Mends::Roots),
        ]);
        let lines: Vec<_> = all.to_string().lines().skip(1).map(str::to_owned).collect();
        let expected =
            ["  chmod go= '/srv/shop'\\''s data' /srv/key", "  sudo chmod g-wx,o= /run/secrets/key"];
        assert_eq!(lines, expected);
    }
}
