//! Where the till's folder must not be: what is served to all must not hold what is nobody's.

use std::fs;
use std::path::{Path, PathBuf};

/// The till's folder and something secret lie in one another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the till's folder {till} and {secret} lie in one another, so that secrets could be served to everyone: give the \
     till a folder of its own", till = .till.display(), secret = .secret.display()
)]
pub struct Overlap {
    /// The till's folder.
    pub till: PathBuf,
    /// What it holds, or what holds it.
    pub secret: PathBuf,
}

/// The first of these paths that holds the till's folder or lies in it, whatever symbolic links say.
pub fn overlap<'a>(till: &Path, secrets: impl IntoIterator<Item = &'a Path>) -> Option<Overlap> {
    let till = resolved(till);
    let mut secrets = secrets.into_iter().map(resolved);
    let secret = secrets.find(|secret| secret.starts_with(&till) || till.starts_with(secret))?;
    Some(Overlap { till, secret })
}

/// The path without links and dots. What is not there yet lies where its folder is.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(path) = fs::canonicalize(path) {
        return path;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if parent.as_os_str().is_empty() => resolved(Path::new(".")).join(name),
        (Some(parent), Some(name)) => resolved(parent).join(name),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    #[test]
    fn a_till_beside_storage_and_configuration_is_served() {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("till")).unwrap();
        fs::write(at("scantill.toml"), "").unwrap();
        let secrets = [at("scantill.toml"), at("data"), at("till-keys/new.key")];
        assert_eq!(overlap(&at("till"), secrets.iter().map(PathBuf::as_path)), None);
    }

    #[test]
    fn folders_in_one_another_are_found_in_both_directions() {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("till/deep")).unwrap();
        fs::create_dir(at("data")).unwrap();
        symlink(at("till"), at("link")).unwrap();
        symlink(at("data"), at("till/inner")).unwrap();
        let cases = [
            ("till", "till"),
            ("till", "till/deep/key"),
            ("till/deep", "till"),
            ("link", "till/data"),
            ("till", "link/data"),
            ("till/../till", "till/none/yet"),
            ("till/inner", "data"),
        ];
        // A path that begins nowhere begins in the working folder.
        assert!(overlap(Path::new("."), [Path::new("not-there-yet")]).is_some());
        for (till, secret) in cases {
            assert!(overlap(&at(till), [at(secret).as_path()]).is_some(), "{till} {secret}");
        }
    }
}
