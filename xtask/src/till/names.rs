//! Names and hashes of the till's files. A file that another one loads is named by its content, so that a browser keeps
//! it for ever, and its hash stands where it is loaded, so that a browser runs only files of the same build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::files_below;
use crate::supply;

/// The endings of the files in which names and hashes may stand.
const TEXTS: [&str; 3] = ["js", "html", "webmanifest"];
/// How a source names a file's hash and a file's name, by its path from the till's folder.
const HASH: &str = "SCANTILL_SHA256(";
const NAME: &str = "SCANTILL_NAME(";
/// The place of the names of all files that are named by their content, from the till's folder.
const ALL: &str = "SCANTILL_FILES";
/// So many digits of its SHA-256 are in a file's name. The proxy looks for as many.
const DIGITS: usize = 12;
/// Pages of other origins name this file: it keeps its name too.
const ENTRY: &str = "pkg/scantill.js";

/// The place of a file's hash.
pub(super) fn hash_of(file: &str) -> String {
    format!("{HASH}{file})")
}

/// The place of a file's name, without its folder.
pub(super) fn name_of(file: &str) -> String {
    format!("{NAME}{file})")
}

/// The path without the hash in its name; `None` if there is none.
pub(crate) fn without_hash(file: &Path) -> Option<PathBuf> {
    let (stem, end) = file.file_name()?.to_str()?.split_once('.')?;
    let (plain, hash) = stem.rsplit_once('-')?;
    let is_hash = hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| file.with_file_name(format!("{plain}.{end}")))
}

/// Writes names and hashes into the files of the folder, and gives the files these names.
pub(super) fn write(till: &Path) -> Result<()> {
    let mut files = read(till)?;
    let named: BTreeSet<String> = files.values().flat_map(|file| file.names.clone()).collect();
    for file in files.values_mut().filter(|file| file.lists_all) {
        file.names.extend(named.iter().cloned());
    }
    let mut sums = BTreeMap::new();
    // A file's own hash is known once every hash in it is written: files without hashes come first.
    while !files.is_empty() {
        let is_ready =
            |file: &File| file.names.iter().chain(&file.hashes).all(|named| sums.contains_key(named));
        let ready: Vec<String> =
            files.iter().filter(|(_, file)| is_ready(file)).map(|(path, _)| path.clone()).collect();
        ensure!(
            !ready.is_empty(),
            "files of the till name each other in a circle, or one that is not there: {:?}",
            files.keys()
        );
        for path in ready {
            let Some(file) = files.remove(&path) else { continue };
            let bytes = file.filled(&sums);
            sums.insert(path.clone(), Sum::of(&path, &bytes)?);
            fs::write(till.join(&path), bytes)?;
        }
    }
    named.iter().try_for_each(|path| rename(till, path, &sums[path]))
}

fn rename(till: &Path, path: &str, sum: &Sum) -> Result<()> {
    let old = till.join(path);
    let new = old.with_file_name(&sum.name);
    if path == ENTRY {
        fs::copy(old, new)?;
        return Ok(());
    }
    fs::rename(&old, new).with_context(|| old.display().to_string())
}

/// The hash of a file's last form, and the name that it gets.
struct Sum {
    name: String,
    integrity: String,
}

impl Sum {
    fn of(path: &str, bytes: &[u8]) -> Result<Self> {
        let sum = Sha256::digest(bytes);
        let file_name = path.rsplit('/').next().unwrap_or(path);
        let (stem, end) = file_name.split_once('.').with_context(|| format!("{path} has no ending"))?;
        let name = format!("{stem}-{}.{end}", &supply::hex(&sum)[..DIGITS]);
        Ok(Self { name, integrity: format!("sha256-{}", STANDARD.encode(sum)) })
    }
}

impl Sum {
    /// The path that the file gets.
    fn beside(&self, path: &str) -> String {
        path.rsplit_once('/').map_or(self.name.clone(), |(folder, _)| format!("{folder}/{}", self.name))
    }
}

/// A file, and the paths of those whose hash or name it lacks.
struct File {
    bytes: Vec<u8>,
    hashes: BTreeSet<String>,
    names: BTreeSet<String>,
    /// It names every file that is named by its content.
    lists_all: bool,
}

impl File {
    fn of(bytes: Vec<u8>, path: &Path) -> Self {
        let is_text = path.extension().is_some_and(|extension| TEXTS.iter().any(|text| extension == *text));
        let text = if is_text { String::from_utf8_lossy(&bytes) } else { "".into() };
        let of = |sign: &str| places(&text, sign).collect();
        let (hashes, names) = (of(HASH), of(NAME));
        let lists_all = text.contains(ALL);
        Self { bytes, hashes, names, lists_all }
    }

    fn filled(self, sums: &BTreeMap<String, Sum>) -> Vec<u8> {
        if self.hashes.is_empty() && self.names.is_empty() {
            return self.bytes;
        }
        let mut text = String::from_utf8_lossy(&self.bytes).into_owned();
        for file in &self.hashes {
            text = text.replace(&hash_of(file), &sums[file].integrity);
        }
        for file in &self.names {
            text = text.replace(&name_of(file), &sums[file].name);
        }
        if self.lists_all {
            let names: Vec<String> = self.names.iter().map(|file| sums[file].beside(file)).collect();
            text = text.replace(ALL, &names.join(" "));
        }
        text.into_bytes()
    }
}

fn places(text: &str, sign: &str) -> impl Iterator<Item = String> {
    text.split(sign).skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()))
}

fn read(till: &Path) -> Result<BTreeMap<String, File>> {
    let files = files_below(till)?.into_iter().map(|path| {
        let name = path.strip_prefix(till)?.to_str().context("a file's name must be UTF-8")?;
        Ok((name.to_owned(), File::of(fs::read(&path)?, &path)))
    });
    files.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf abc | openssl dgst -sha256 -binary | base64`
    const ABC: &str = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    /// The name of a file `a_bg.wasm` of the same bytes.
    const NAMED_ABC: &str = "a_bg-ba7816bf8f01.wasm";

    fn till(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("scantill-names-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("pkg")).unwrap();
        for (file, text) in files {
            fs::write(folder.join(file), text).unwrap();
        }
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let files = files_below(folder).unwrap().into_iter();
        files.map(|file| file.strip_prefix(folder).unwrap().to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn each_file_has_the_names_and_hashes_of_what_it_loads() {
        let page = "<script src=\"./pkg/SCANTILL_NAME(pkg/a.js)\" integrity=\"SCANTILL_SHA256(pkg/a.js)\">";
        let glue = "'SCANTILL_NAME(pkg/a_bg.wasm)' 'SCANTILL_SHA256(pkg/a_bg.wasm)'";
        let folder = till("chain", &[("index.html", page), ("pkg/a.js", glue), ("pkg/a_bg.wasm", "abc")]);
        write(&folder).unwrap();
        let glue = format!("'{NAMED_ABC}' '{ABC}'");
        let sum = Sum::of("pkg/a.js", glue.as_bytes()).unwrap();
        assert_eq!(
            names(&folder),
            ["index.html".to_owned(), format!("pkg/{}", sum.name), format!("pkg/{NAMED_ABC}")]
        );
        let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
        assert_eq!(read(&format!("pkg/{}", sum.name)), glue);
        assert_eq!(
            read("index.html"),
            format!("<script src=\"./pkg/{}\" integrity=\"{}\">", sum.name, sum.integrity)
        );
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_worker_lists_every_file_that_is_named_by_its_content() {
        let page = "SCANTILL_NAME(pkg/a_bg.wasm) SCANTILL_NAME(b.js)";
        let worker = "'SCANTILL_FILES' 'SCANTILL_SHA256(index.html)'";
        let files = [("index.html", page), ("pkg/a_bg.wasm", "abc"), ("b.js", "abc"), ("worker.js", worker)];
        let folder = till("all", &files);
        write(&folder).unwrap();
        let text = fs::read_to_string(folder.join("worker.js")).unwrap();
        assert!(text.starts_with(&format!("'b-ba7816bf8f01.js pkg/{NAMED_ABC}' 'sha256-")), "{text}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_other_pages_name_keeps_its_name_too() {
        let page = "SCANTILL_NAME(pkg/scantill.js)";
        let folder = till("entry", &[("index.html", page), ("pkg/scantill.js", "abc"), ("embed.js", "1")]);
        write(&folder).unwrap();
        assert_eq!(
            names(&folder),
            ["embed.js", "index.html", "pkg/scantill-ba7816bf8f01.js", "pkg/scantill.js"]
        );
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_circle_and_a_file_that_is_not_there_are_told() {
        let circle = till("circle", &[("a.js", "SCANTILL_SHA256(b.js)"), ("b.js", "SCANTILL_NAME(a.js)")]);
        assert!(write(&circle).unwrap_err().to_string().contains("circle"));
        let absent = "SCANTILL_SHA256(a.js) SCANTILL_NAME(none.js)";
        let lacking = till("lacking", &[("a.js", "1"), ("b.js", absent)]);
        assert!(write(&lacking).unwrap_err().to_string().contains("not there"));
        fs::remove_dir_all(&circle).unwrap();
        fs::remove_dir_all(&lacking).unwrap();
    }

    #[test]
    fn a_hash_is_taken_out_of_a_name() {
        let plain = |file: &str| without_hash(Path::new(file)).map(|file| file.to_str().unwrap().to_owned());
        assert_eq!(plain("pkg/a_bg-ba7816bf8f01.wasm").as_deref(), Some("pkg/a_bg.wasm"));
        assert_eq!(plain("a-ba7816bf8f01.js.br").as_deref(), Some("a.js.br"));
        assert_eq!(plain("pkg/a_bg.wasm"), None);
        assert_eq!(plain("pkg/a-ba78.js"), None);
    }
}
