//! Subresource integrity: each file of the till contains the hashes of the files that it loads, so that a
//! browser runs only files of the same build.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::files_below;

const PLACEHOLDER: &str = "SCANTILL_SHA256";

/// The placeholder of a file's hash in a source; the file is named by its path from the till's folder.
pub(super) fn placeholder(file: &str) -> String {
    format!("{PLACEHOLDER}({file})")
}

/// Replaces each placeholder by a hash.
pub(super) fn write(till: &Path) -> Result<()> {
    let named = |file: &Path| file.strip_prefix(till).ok()?.to_str().map(placeholder);
    write_hashes(till, &tokens(till, named)?)
}

/// Replaces the hashes of another folder, whose files were changed for this one.
pub(crate) fn rewrite(till: &Path, old: &Path) -> Result<()> {
    let hashed = |file: &Path| Some(integrity(&fs::read(old.join(file.strip_prefix(till).ok()?)).ok()?));
    write_hashes(till, &tokens(till, hashed)?)
}

/// The hash in the form of HTML and `fetch`.
fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(bytes)))
}

/// The files of the folder, by the text that their hash replaces.
type Tokens = BTreeMap<String, PathBuf>;

fn tokens(till: &Path, token: impl Fn(&Path) -> Option<String>) -> Result<Tokens> {
    Ok(files_below(till)?.into_iter().filter_map(|file| Some((token(&file)?, file))).collect())
}

/// A file's hash is known once every hash in it is written: files without hashes come first.
fn write_hashes(till: &Path, tokens: &Tokens) -> Result<()> {
    let mut open = BTreeMap::new();
    for file in files_below(till)?.into_iter().filter(|file| is_text(file)) {
        let text = fs::read_to_string(&file)?;
        let named: Vec<&String> = tokens.keys().filter(|token| text.contains(*token)).collect();
        if !named.is_empty() {
            open.insert(file, (text, named));
        }
    }
    while !open.is_empty() {
        let is_ready = |(_, named): &(String, Vec<&String>)| {
            named.iter().all(|token| tokens.get(*token).is_some_and(|file| !open.contains_key(file)))
        };
        let ready: Vec<PathBuf> =
            open.iter().filter(|(_, entry)| is_ready(entry)).map(|(file, _)| file.clone()).collect();
        ensure!(
            !ready.is_empty(),
            "files of the till name each other's hashes in a circle: {:?}",
            open.keys()
        );
        for file in ready {
            let Some((mut text, named)) = open.remove(&file) else { continue };
            for token in named {
                text = text.replace(token, &integrity(&fs::read(&tokens[token])?));
            }
            ensure!(!text.contains(PLACEHOLDER), "{} names a file that is not built", file.display());
            fs::write(&file, text)?;
        }
    }
    Ok(())
}

fn is_text(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "js" || extension == "html")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf abc | openssl dgst -sha256 -binary | base64`
    const ABC: &str = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";

    fn till(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("scantill-integrity-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("pkg")).unwrap();
        for (file, text) in files {
            fs::write(folder.join(file), text).unwrap();
        }
        folder
    }

    #[test]
    fn each_file_names_the_hashes_of_what_it_loads() {
        let page = "<script integrity=\"SCANTILL_SHA256(pkg/a.js)\">";
        let glue = "'SCANTILL_SHA256(pkg/a_bg.wasm)'";
        let folder = till("chain", &[("index.html", page), ("pkg/a.js", glue), ("pkg/a_bg.wasm", "abc")]);
        write(&folder).unwrap();
        let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
        assert_eq!(read("pkg/a.js"), format!("'{ABC}'"));
        let of_glue = integrity(format!("'{ABC}'").as_bytes());
        assert_eq!(read("index.html"), format!("<script integrity=\"{of_glue}\">"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_copy_whose_files_were_changed_gets_their_hashes() {
        let (page, glue) = ("SCANTILL_SHA256(pkg/a.js)", "/* */ 'SCANTILL_SHA256(pkg/a_bg.wasm)'");
        let plain = till("plain", &[("index.html", page), ("pkg/a.js", glue), ("pkg/a_bg.wasm", "long")]);
        write(&plain).unwrap();
        let small = fs::read_to_string(plain.join("pkg/a.js")).unwrap().replace("/* */ ", "");
        let page = fs::read_to_string(plain.join("index.html")).unwrap();
        let dist = till("small", &[("index.html", &page), ("pkg/a.js", &small), ("pkg/a_bg.wasm", "abc")]);
        rewrite(&dist, &plain).unwrap();
        let glue = fs::read_to_string(dist.join("pkg/a.js")).unwrap();
        assert_eq!(glue, format!("'{ABC}'"));
        assert_eq!(fs::read_to_string(dist.join("index.html")).unwrap(), integrity(glue.as_bytes()));
        fs::remove_dir_all(&plain).unwrap();
        fs::remove_dir_all(&dist).unwrap();
    }

    #[test]
    fn a_circle_and_a_file_that_is_not_there_are_told() {
        let circle = till("circle", &[("a.js", "SCANTILL_SHA256(b.js)"), ("b.js", "SCANTILL_SHA256(a.js)")]);
        assert!(write(&circle).unwrap_err().to_string().contains("circle"));
        let absent = "SCANTILL_SHA256(a.js) SCANTILL_SHA256(none.js)";
        let lacking = till("lacking", &[("a.js", "1"), ("b.js", absent)]);
        assert!(write(&lacking).unwrap_err().to_string().contains("not built"));
        fs::remove_dir_all(&circle).unwrap();
        fs::remove_dir_all(&lacking).unwrap();
    }
}
