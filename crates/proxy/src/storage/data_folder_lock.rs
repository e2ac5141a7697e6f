//! One process serves the storage: a second one would read and send beside the first.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::Path;

use super::StorageError;
use super::sqlite::make_folder;

const FILE: &str = "scantill.lock";

/// The right to serve the storage of a folder. The system takes it back when the process ends, however it ends.
#[derive(Debug)]
pub struct DataFolderLock {
    file: File,
}

impl DataFolderLock {
    /// Takes the right, and leaves a note of who has it.
    pub fn take(folder: &Path, address: SocketAddr) -> Result<Self, StorageError> {
        let path = folder.join(FILE);
        let unusable = |error: std::io::Error| StorageError::unusable(&path, &error);
        make_folder(folder).map_err(unusable)?;
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StorageError::InUse { folder: folder.to_owned(), holder: holder(&mut file) });
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        // The note is for people; on a full disk the lock holds without it.
        let note = format!("process {} at {address}", std::process::id());
        let _ = file.set_len(0).and_then(|()| file.write_all(note.as_bytes()));
        Ok(Self { file })
    }
}

impl Drop for DataFolderLock {
    /// A program that is just being started has a copy of the file for a moment, and would keep the right.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

fn holder(file: &mut File) -> String {
    let mut note = String::new();
    match file.read_to_string(&mut note) {
        Ok(length) if 0 < length => note,
        _ => "an unknown process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(folder: &Path, port: u16) -> Result<DataFolderLock, StorageError> {
        DataFolderLock::take(folder, SocketAddr::from(([127, 0, 0, 1], port)))
    }

    #[test]
    fn the_second_learns_who_is_first_and_follows_afterwards() {
        let folder = tempfile::TempDir::new().unwrap();
        let first = take(folder.path(), 7001).unwrap();
        let refused = take(folder.path(), 7002).unwrap_err().to_string();
        let note = format!("process {} at 127.0.0.1:7001", std::process::id());
        assert!(refused.contains(&note) && refused.contains("stop that one"), "{refused}");
        let copy = first.file.try_clone().unwrap();
        drop(first);
        take(folder.path(), 7002).unwrap();
        drop(copy);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("data");
        std::fs::write(&file, "").unwrap();
        let refused = take(&file, 7001).unwrap_err().to_string();
        assert!(refused.contains(&file.display().to_string()), "{refused}");
    }
}
