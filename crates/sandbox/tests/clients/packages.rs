//! Where the clients' packages are: in the user's cache folder, put there by `cargo xtask test`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of one client's packages, if its packages match this file.
pub(crate) fn folder(client: &str, list: &str, wanted: &str) -> PathBuf {
    let folder = cache().join(client);
    let installed = fs::read_to_string(folder.join(list)).unwrap_or_default();
    assert!(
        installed == wanted,
        "the official {client} client is not installed in {}: run `cargo xtask test`, which installs it{}",
        folder.display(),
        env::var("SCANTILL_CLIENTS_TROUBLE")
            .map_or_else(|_| String::new(), |trouble| format!(" ({trouble})"))
    );
    folder
}

pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}

fn cache() -> PathBuf {
    let named = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    named.or_else(home).expect("XDG_CACHE_HOME or HOME names a folder").join("scantill/clients")
}
