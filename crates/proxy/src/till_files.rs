//! The till's files, read once at start. No request opens a file, and what was not built is not served.

mod keeping;
mod list;
mod place;
mod reading;

use std::collections::HashMap;
use std::path::PathBuf;

use axum::body::Bytes;
use axum::http::HeaderValue;

pub use place::{Overlap, overlap};

/// The build's list of its files, each with its SHA-256 (`sha256sum --check` reads it too).
pub(crate) const LIST: &str = "files.sha256";
/// More files are no till.
const FILES_MAX: usize = 1_024;
/// All of them together, in memory.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why the till's files cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    /// A file or folder cannot be read.
    #[error("{path} of the till cannot be read: {error}", path = .path.display())]
    Unreadable {
        /// What cannot be read.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A symbolic link, or an entry of the list, names something outside the folder.
    #[error("{path} of the till leads out of its folder: serve a copy, or take it away", path = .0.display())]
    LeadsOut(PathBuf),
    /// Nothing tells which files were built.
    #[error(
        "{path} of the till has no {LIST}, so that changed files would be served: build the till (cargo xtask dist) and \
         copy its whole folder", path = .0.display()
    )]
    Unlisted(PathBuf),
    /// A file is not the one that was built.
    #[error(
        "{path} is not the file that was built (its SHA-256 differs from {LIST}): build the till anew (cargo xtask \
         dist) and copy its whole folder", path = .0.display()
    )]
    Changed(PathBuf),
    /// The list cannot be read as one.
    #[error("{path}, line {line}: a line is a SHA-256 of 64 digits, two spaces and a name", path = .path.display())]
    BadList {
        /// The list.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// The folder is not a till's.
    #[error("the folder of the till {path} holds more than {FILES_MAX} files or {BYTES_MAX} bytes: is it the right one?", path = .0.display())]
    TooMuch(PathBuf),
}

/// Whether a till's folder needs its build's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// No till is served without it.
    Required,
    /// A till that is being worked on has none.
    Optional,
}

/// The files by the path under which they are asked for.
#[derive(Debug, Default)]
pub struct TillFiles(HashMap<String, TillFile>);

/// A file, as it is sent.
#[derive(Debug)]
pub struct TillFile {
    /// Its media type.
    pub content_type: HeaderValue,
    /// How long a browser may keep it.
    pub keeping: Keeping,
    /// As it was built.
    pub plain: Variant,
    /// The same in fewer bytes, the fewest first.
    pub compressed: Vec<(Coding, Variant)>,
}

/// How long a browser may keep a file without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// For ever: its name holds its hash, so that another content has another name.
    Forever,
    /// Not at all: its next content has the same name.
    UntilAsked,
}

/// One way to send a file.
#[derive(Debug)]
pub struct Variant {
    /// What is sent.
    pub bytes: Bytes,
    /// Its name in a cache, from its hash.
    pub etag: HeaderValue,
}

/// How bytes were made fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
}

impl Coding {
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in a header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// How the file beside the plain one ends.
    fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }
}

impl TillFiles {
    /// The file of a path such as `/pkg/scantill.js`; `/` is the till's page, `/customer` the customer's.
    pub fn get(&self, path: &str) -> Option<&TillFile> {
        self.0.get(match path {
            "/" => "/index.html",
            "/customer" => "/customer.html",
            path => path,
        })
    }
}
