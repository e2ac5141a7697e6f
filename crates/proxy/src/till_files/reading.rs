//! Reading the folder, once.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use axum::http::HeaderValue;
use sha2::{Digest, Sha256};

use super::list::{self, Listed};
use super::{BYTES_MAX, Coding, FILES_MAX, Keeping, LIST, Listing, TillError, TillFile, TillFiles, Variant};
use crate::secrets::hex;

impl TillFiles {
    /// Reads what the build's list names, and refuses a file that differs from it. A folder without a list is read whole,
    /// where it may be.
    pub fn read(folder: &Path, listing: Listing) -> Result<Self, TillError> {
        let folder = &folder.canonicalize().map_err(|error| unreadable(folder, error))?;
        let listed = listed(folder)?;
        if listed.is_none() && listing == Listing::Required {
            return Err(TillError::Unlisted(folder.clone()));
        }
        if listed.is_none() {
            tracing::warn!(folder = %folder.display(), "the till has no {LIST}: all files of its folder are served, unchecked");
        }
        let names = match &listed {
            Some(listed) => listed.iter().map(|file| file.name.clone()).collect(),
            None => names_below(folder)?,
        };
        let mut contents = Contents::default();
        for name in names {
            contents.take(folder, name)?;
        }
        for file in listed.into_iter().flatten() {
            contents.check(folder, &file)?;
        }
        Ok(contents.served())
    }
}

/// A worker that a browser has is removed by no other means than by a worker in its place.
const NO_WORKER: &str = include_str!("no_worker.js");

impl TillFiles {
    /// The same files, and no worker that keeps them.
    #[must_use]
    pub fn without_worker(mut self) -> Self {
        if let Some(worker) = self.0.get_mut("/service-worker.js") {
            let bytes = Bytes::from_static(NO_WORKER.as_bytes());
            let sha256 = hex(&Sha256::digest(&bytes));
            (worker.plain, worker.compressed) = (variant(bytes, &sha256), Vec::new());
        }
        self
    }
}

fn listed(folder: &Path) -> Result<Option<Vec<Listed>>, TillError> {
    let path = folder.join(LIST);
    match fs::read_to_string(&path) {
        Ok(text) => list::parse(&text).map(Some).map_err(|line| TillError::BadList { path, line }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(&path, error)),
    }
}

/// All files below the folder, by their names from there.
fn names_below(folder: &Path) -> Result<Vec<String>, TillError> {
    let (mut names, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).map_err(|error| unreadable(&next, error))? {
            let path = entry.map_err(|error| unreadable(&next, error))?.path();
            let inside = inside(folder, &path)?;
            if !inside.is_dir() {
                names.extend(path.strip_prefix(folder).ok().and_then(Path::to_str).map(str::to_owned));
            } else if path.is_symlink() {
                // Its files have names already, and it may hold itself.
                continue;
            } else {
                folders.push(path);
            }
            if FILES_MAX < names.len() {
                return Err(TillError::TooMuch(folder.to_owned()));
            }
        }
    }
    names.sort();
    Ok(names)
}

/// Where the path is in truth: in the folder, or it is refused.
fn inside(folder: &Path, path: &Path) -> Result<PathBuf, TillError> {
    let real = path.canonicalize().map_err(|error| unreadable(path, error))?;
    if real.starts_with(folder) { Ok(real) } else { Err(TillError::LeadsOut(path.to_owned())) }
}

fn unreadable(path: &Path, error: std::io::Error) -> TillError {
    TillError::Unreadable { path: path.to_owned(), error }
}

/// What was read so far, each file with its SHA-256.
#[derive(Default)]
struct Contents {
    files: HashMap<String, (Bytes, String)>,
    bytes: u64,
}

impl Contents {
    fn take(&mut self, folder: &Path, name: String) -> Result<(), TillError> {
        let path = inside(folder, &folder.join(&name))?;
        let length = fs::metadata(&path).map_err(|error| unreadable(&path, error))?.len();
        self.bytes = self.bytes.saturating_add(length);
        if BYTES_MAX < self.bytes || FILES_MAX <= self.files.len() {
            return Err(TillError::TooMuch(folder.to_owned()));
        }
        let bytes = fs::read(&path).map_err(|error| unreadable(&path, error))?;
        let sha256 = hex(&Sha256::digest(&bytes));
        self.files.insert(name, (bytes.into(), sha256));
        Ok(())
    }

    fn check(&self, folder: &Path, listed: &Listed) -> Result<(), TillError> {
        let is_same = self.files.get(&listed.name).is_some_and(|(_, sha256)| *sha256 == listed.sha256);
        if is_same { Ok(()) } else { Err(TillError::Changed(folder.join(&listed.name))) }
    }

    fn served(mut self) -> TillFiles {
        let compressed: Vec<_> = self.files.keys().filter_map(|name| self.plain_name(name)).collect();
        let mut variants: HashMap<String, Vec<(Coding, Variant)>> = HashMap::new();
        for (coding, plain) in compressed {
            if let Some((bytes, sha256)) = self.files.remove(&format!("{plain}{}", coding.suffix())) {
                variants.entry(plain).or_default().push((coding, variant(bytes, &sha256)));
            }
        }
        let files = self.files.into_iter().filter(|(name, _)| name != LIST).map(|(name, (bytes, sha256))| {
            let mut compressed = variants.remove(&name).unwrap_or_default();
            compressed.sort_by_key(|(_, variant)| variant.bytes.len());
            let file = TillFile {
                content_type: media_type(&name),
                keeping: Keeping::of(&name, &sha256),
                plain: variant(bytes, &sha256),
                compressed,
            };
            (format!("/{name}"), file)
        });
        TillFiles(files.collect())
    }

    /// Of which file this is the compressed one, if that is there.
    fn plain_name(&self, name: &str) -> Option<(Coding, String)> {
        let plain = |coding: Coding| Some((coding, name.strip_suffix(coding.suffix())?.to_owned()));
        Coding::ALL.into_iter().filter_map(plain).find(|(_, plain)| self.files.contains_key(plain))
    }
}

fn variant(bytes: Bytes, sha256: &str) -> Variant {
    let etag = HeaderValue::from_str(&format!("\"{sha256}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    Variant { bytes, etag }
}

fn media_type(name: &str) -> HeaderValue {
    // Not every list of types has it, and a browser takes no other.
    if name.ends_with(".webmanifest") {
        return HeaderValue::from_static("application/manifest+json");
    }
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    HeaderValue::from_str(kind.essence_str()).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
