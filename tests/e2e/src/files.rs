//! The names of the till's files. A build puts the hash of a file's content into its name.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const DIGITS: usize = 12;

/// The path without the hash in the name of its file.
pub(crate) fn without_hash(path: &str) -> String {
    let (folder, file) =
        path.rsplit_once('/').map_or(("", path), |(folder, file)| (&path[..=folder.len()], file));
    let plain = file.split_once('.').and_then(|(stem, end)| {
        let (plain, hash) = stem.rsplit_once('-')?;
        let is_hash = hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| format!("{folder}{plain}.{end}"))
    });
    plain.unwrap_or_else(|| path.to_owned())
}

/// The path of a file such as `/pkg/office.js` as this build of the till has it.
pub(crate) fn with_hash(till: &Path, path: &str) -> Result<String> {
    let (folder, _) = path.rsplit_once('/').context("a path begins with a slash")?;
    for entry in fs::read_dir(till.join(folder.trim_start_matches('/')))? {
        let name = entry?.file_name();
        let built = format!("{folder}/{}", name.to_str().unwrap_or_default());
        if built != path && without_hash(&built) == path {
            return Ok(built);
        }
    }
    Ok(path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_taken_out_of_a_name_and_nothing_else() {
        assert_eq!(without_hash("/pkg/scantill_bg-0123456789ab.wasm"), "/pkg/scantill_bg.wasm");
        assert_eq!(without_hash("/page-0123456789ab.js"), "/page.js");
        for path in ["/", "/pkg/scantill.js", "/v1/payments/0190-0123456789ab/cancel", "/a-0123.js"] {
            assert_eq!(without_hash(path), path);
        }
    }
}
