//! The list of a till's files with their hashes. The proxy serves only these files, and only if they match.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::files_below;

/// The name that the proxy expects. `sha256sum --check` reads the file too.
const NAME: &str = "files.sha256";

/// Writes the list of all files of the folder.
pub(super) fn write(till: &Path) -> Result<()> {
    let list = till.join(NAME);
    let mut text = String::new();
    for file in files_below(till)?.into_iter().filter(|file| *file != list) {
        let name = file.strip_prefix(till)?.to_str().context("a file's name must be UTF-8")?;
        for byte in Sha256::digest(fs::read(&file)?) {
            write!(text, "{byte:02x}")?;
        }
        writeln!(text, "  {name}")?;
    }
    fs::write(&list, text).with_context(|| list.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_each_file_but_itself() {
        let till = std::env::temp_dir().join(format!("scantill-xtask-{}-list", std::process::id()));
        let _ = fs::remove_dir_all(&till);
        fs::create_dir_all(till.join("pkg")).unwrap();
        fs::write(till.join("index.html"), "").unwrap();
        fs::write(till.join("pkg/a.js"), "abc").unwrap();
        write(&till).unwrap();
        write(&till).unwrap();
        let text = fs::read_to_string(till.join(NAME)).unwrap();
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(text, format!("{of_nothing}  index.html\n{of_abc}  pkg/a.js\n"));
        fs::remove_dir_all(&till).unwrap();
    }
}
