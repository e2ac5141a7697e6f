//! The folder of the database, and the file in it.

use std::path::{Path, PathBuf};

/// The database holds the keys under which payers' codes are hashed, and their folder the admin socket: they are the proxy's alone.
pub(in crate::storage) fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut made = std::fs::DirBuilder::new();
    made.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut made, 0o700);
    made.create(folder)
}

pub(super) fn database_path(folder: &Path) -> PathBuf {
    folder.join("scantill.sqlite3")
}
