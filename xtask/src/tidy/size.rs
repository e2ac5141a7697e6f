//! The till's first load: what a tablet fetches before the first screen, as it travels.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use brotli::CompressorWriter;

use super::Outcome;
use crate::programs::step;
use crate::workspace::Workspace;
use crate::{dist, till};

/// After brotli at its best; see the table of costs in the design.
const FIRST_LOAD_BYTES_MAX: usize = 130_000;
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW_BITS: u32 = 22;

/// The host page for trying the module is no part of a till, and what is loaded later is no part of its beginning.
const LATER: [&str; 2] = ["embed", "scanners"];

/// Prints each file of the first load and holds their sum against the bound.
pub(crate) fn check(workspace: &Workspace) -> Result<Outcome> {
    let till = dist::build(workspace)?;
    step("The till's first load (raw, after brotli 11)");
    let (mut raw_bytes, mut sent_bytes) = (0, 0);
    for file in first_load(&till)? {
        let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
        let sent = compressed(&bytes)?;
        println!("{:>9} {:>9}  {}", bytes.len(), sent, file.strip_prefix(&till)?.display());
        raw_bytes += bytes.len();
        sent_bytes += sent;
    }
    println!("{raw_bytes:>9} {sent_bytes:>9}  in all; at most {FIRST_LOAD_BYTES_MAX} may travel");
    let mut outcome = verdict(raw_bytes, sent_bytes);
    outcome.note = format!("{}; {} more when the camera opens", outcome.note, camera_bytes(&till)?);
    Ok(outcome)
}

/// What the camera's decoder adds where the browser has none.
fn camera_bytes(till: &Path) -> Result<usize> {
    let files = till::files_below(&till.join(till::DECODER))?.into_iter();
    files.filter(|file| is_loaded(file)).map(|file| compressed(&fs::read(file)?)).sum()
}

fn verdict(raw_bytes: usize, sent_bytes: usize) -> Outcome {
    let sizes = format!("{sent_bytes} bytes after brotli, {raw_bytes} raw");
    if sent_bytes > FIRST_LOAD_BYTES_MAX {
        return Outcome::of(vec![format!("{sizes}: more than {FIRST_LOAD_BYTES_MAX}")]);
    }
    Outcome { findings: Vec::new(), note: sizes }
}

fn first_load(till: &Path) -> Result<Vec<PathBuf>> {
    let files = till::files_below(till)?.into_iter();
    Ok(files.filter(|file| file.strip_prefix(till).is_ok_and(is_loaded_first)).collect())
}

/// The page, its styles, the program and its glue.
fn is_loaded_first(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match extension(file) {
        "html" => file == Path::new("index.html"),
        _ => {
            // A snippet stands in a folder of its package's name.
            let folders = file.iter().filter_map(|folder| folder.to_str()?.strip_prefix("scantill-"));
            is_loaded(file)
                && !file.starts_with(till::DECODER)
                && !folders.chain([name]).any(|part| LATER.iter().any(|later| part.starts_with(later)))
        }
    }
}

/// Whether a browser ever fetches it, beside pages.
fn is_loaded(file: &Path) -> bool {
    matches!(extension(file), "css" | "js" | "wasm")
}

fn extension(file: &Path) -> &str {
    file.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

fn compressed(bytes: &[u8]) -> Result<usize> {
    let mut writer = CompressorWriter::new(Vec::new(), 4096, BROTLI_QUALITY, BROTLI_WINDOW_BITS);
    writer.write_all(bytes)?;
    Ok(writer.into_inner().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_load_is_the_page_its_styles_the_program_and_its_glue() {
        let loaded = |file: &str| is_loaded_first(Path::new(file));
        assert!(loaded("index.html") && loaded("page.css") && loaded("page.js"));
        assert!(loaded("pkg/scantill_bg.wasm") && loaded("pkg/scantill.js") && loaded("pkg/snippets/a/b.js"));
        assert!(!loaded("embed.html") && !loaded("embed.css") && !loaded("embed.js"));
        assert!(!loaded("decoder/worker.js") && !loaded("decoder/decoder_bg.wasm"));
        assert!(!loaded("pkg/scanners_bg.wasm") && !loaded("pkg/scanners.js"));
        assert!(loaded("pkg/snippets/scantill-a395/inline0.js"));
        assert!(!loaded("pkg/snippets/scantill-scanners-9364/inline0.js"));
        assert!(!loaded("pkg/scantill.d.ts") && !loaded("sounds/paid.ogg"));
    }

    #[test]
    fn one_byte_over_the_bound_fails() {
        assert!(verdict(1, FIRST_LOAD_BYTES_MAX).findings.is_empty());
        assert_eq!(verdict(1, FIRST_LOAD_BYTES_MAX + 1).findings.len(), 1);
    }

    #[test]
    fn repetition_travels_small() {
        assert!(compressed(&[b'a'; 10_000]).unwrap() < 100);
    }
}
