//! Which files a browser may keep.

use super::Keeping;

/// So many digits of its SHA-256 are in the name of a file that is named by its content.
const DIGITS: usize = 12;

impl Keeping {
    /// Of a file such as `pkg/scantill-0123456789ab.js`. A name that holds another hash than the file's own says nothing.
    pub(super) fn of(name: &str, sha256: &str) -> Self {
        let is_its = |(_, hash): (&str, &str)| hash.len() == DIGITS && sha256.starts_with(hash);
        let file_name = name.rsplit('/').next().unwrap_or(name);
        let stem = file_name.split('.').next().unwrap_or(file_name);
        if stem.rsplit_once('-').is_some_and(is_its) { Self::Forever } else { Self::UntilAsked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_with_the_files_own_hash_is_kept_forever() {
        let sha256 = "0123456789abcdef";
        let kept = |name| Keeping::of(name, sha256) == Keeping::Forever;
        assert!(kept("pkg/scantill-0123456789ab.js") && kept("page-0123456789ab.css"));
        for name in [
            "pkg/scantill.js",
            "index.html",
            "a-0123456789ac.js",
            "a-0123.js",
            "a0123456789ab.js",
            "0123456789ab-1/a.js",
        ] {
            assert!(!kept(name), "{name}");
        }
    }
}
