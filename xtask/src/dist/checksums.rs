//! SHA-256 sums of the files of `dist`, for `sha256sum --check`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{supply, till};

/// Writes `SHA256SUMS` into the folder, for these files and all files below these folders.
pub(crate) fn write(folder: &Path, parts: &[PathBuf]) -> Result<PathBuf> {
    let mut lines = Vec::new();
    for part in parts {
        for file in till::files_below(part)? {
            let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
            let sum = supply::hex(&Sha256::digest(bytes));
            let name = file.strip_prefix(folder).unwrap_or(&file);
            lines.push(format!("{sum}  {}\n", name.display()));
        }
    }
    let sums = folder.join("SHA256SUMS");
    fs::write(&sums, lines.concat()).with_context(|| sums.display().to_string())?;
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_has_its_sum_by_its_name_from_the_folder() {
        let folder = std::env::temp_dir().join(format!("scantill-sums-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("till")).unwrap();
        fs::write(folder.join("till/a"), "abc").unwrap();
        fs::write(folder.join("bill"), "").unwrap();
        let sums = write(&folder, &[folder.join("till"), folder.join("bill")]).unwrap();
        assert_eq!(
            fs::read_to_string(sums).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  till/a\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  bill\n"
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
