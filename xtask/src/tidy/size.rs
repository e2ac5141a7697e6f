//! The till's first load: the files that a tablet fetches before the first screen, compressed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Outcome;
use crate::programs::step;
use crate::progress::Progress;
use crate::till::names;
use crate::workspace::Workspace;
use crate::{dist, till};

/// After brotli at its best.
const FIRST_LOAD_BYTES_MAX: usize = 134_500;

/// Modules that are loaded on demand are not part of the first load. Each has a bound, including its glue.
const LATER: [(&str, usize); 4] =
    [("scanners", 86_500), ("office", 110_000), ("app", 2_000), ("customer", 28_500)];

/// A further language of the till.
const LANGUAGE_BYTES_MAX: usize = 5_000;

/// Prints each file of the first load, and compares their sum with the bound.
pub(crate) fn check(workspace: &Workspace) -> Result<Outcome> {
    let till = dist::build(workspace, &mut Progress::of(dist::plan(workspace)?))?;
    step("The till's first load (raw, after brotli 11)");
    let (mut raw_bytes, mut sent_bytes) = (0, 0);
    for file in first_load(&till)? {
        let (raw, sent) = (length(&file)?, compressed(&file)?);
        println!("{raw:>9} {sent:>9}  {}", file.strip_prefix(&till)?.display());
        raw_bytes += raw;
        sent_bytes += sent;
    }
    println!("{raw_bytes:>9} {sent_bytes:>9}  in all; at most {FIRST_LOAD_BYTES_MAX} may travel");
    let mut outcome = verdict(raw_bytes, sent_bytes);
    outcome.note = format!("{}; {} more when the camera opens", outcome.note, camera_bytes(&till)?);
    for (name, bytes_max) in LATER {
        let sent = module_bytes(&till, name)?;
        println!("{:>9} {sent:>9}  {name}, loaded later; at most {bytes_max} may travel", "");
        outcome.findings.extend(too_much(name, sent, bytes_max));
    }
    for (tag, sent) in other_languages(&till)? {
        println!("{:>9} {sent:>9}  in the language {tag}; at most {LANGUAGE_BYTES_MAX} may travel", "");
        outcome.findings.extend(too_much(&tag, sent, LANGUAGE_BYTES_MAX));
    }
    Ok(outcome)
}

/// The compressed size of a module of the till's folder and its glue.
fn module_bytes(till: &Path, name: &str) -> Result<usize> {
    let is_its = |file: &PathBuf| {
        let file_name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        is_loaded(file) && file_name.starts_with(name)
    };
    let files = till::files_below(till)?.into_iter();
    files.filter(is_its).map(|file| compressed(&file)).sum()
}

fn too_much(name: &str, sent: usize, bytes_max: usize) -> Option<String> {
    (bytes_max < sent).then(|| format!("{name}: {sent} bytes after brotli, more than {bytes_max}"))
}

/// The size of the camera's decoder, for a browser without one.
fn camera_bytes(till: &Path) -> Result<usize> {
    let files = till::files_below(&till.join(till::DECODER))?.into_iter();
    files.filter(|file| is_loaded(file)).map(|file| compressed(&file)).sum()
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

/// The page, its styles, the program and its glue: what the till's own page loads is named by its content.
fn is_loaded_first(file: &Path) -> bool {
    let Some(plain) = names::without_hash(file) else { return file == Path::new("index.html") };
    let name = plain.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    is_loaded(file)
        && !file.starts_with(till::DECODER)
        && !LATER.iter().any(|(later, _)| name.starts_with(later))
}

/// Whether a browser fetches it, apart from pages. Of the languages it fetches one: English is counted, each
/// other one has a bound of its own.
fn is_loaded(file: &Path) -> bool {
    matches!(extension(file), "css" | "js" | "wasm") || language(file).as_deref() == Some("en")
}

/// The language of a file of texts.
fn language(file: &Path) -> Option<String> {
    let name = file.file_name()?.to_str()?.strip_suffix(".txt")?;
    name.split_once('.').map(|(_, tag)| tag.to_owned())
}

/// The compressed size of each further language of the till itself.
fn other_languages(till: &Path) -> Result<Vec<(String, usize)>> {
    let mut sizes = Vec::new();
    for file in till::files_below(till)? {
        let is_tills = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("till"));
        if let Some(tag) = language(&file).filter(|tag| is_tills && tag != "en") {
            sizes.push((tag, compressed(&file)?));
        }
    }
    Ok(sizes)
}

fn extension(file: &Path) -> &str {
    file.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

fn length(file: &Path) -> Result<usize> {
    let metadata = fs::metadata(file).with_context(|| file.display().to_string())?;
    Ok(usize::try_from(metadata.len())?)
}

/// What travels: the file that the build compressed, or the file itself where that is shorter.
fn compressed(file: &Path) -> Result<usize> {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    let compressed = PathBuf::from(name);
    length(if compressed.is_file() { &compressed } else { file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_load_is_page_styles_program_and_glue() {
        let loaded = |file: &str| is_loaded_first(Path::new(file));
        assert!(loaded("index.html") && loaded("page-0123456789ab.css") && loaded("page-0123456789ab.js"));
        assert!(loaded("pkg/scantill_bg-0123456789ab.wasm") && loaded("pkg/scantill-0123456789ab.js"));
        assert!(!loaded("embed.html") && !loaded("embed.css") && !loaded("embed.js"));
        assert!(!loaded("pkg/scantill.js"), "only other pages load it by this name");
        assert!(!loaded("app-0123456789ab.js") && !loaded("service-worker.js"));
        assert!(!loaded("decoder/decoder-0123456789ab.js"));
        assert!(!loaded("pkg/scanners_bg-0123456789ab.wasm") && !loaded("pkg/scanners-0123456789ab.js"));
        assert!(!loaded("pkg/office-0123456789ab.js") && !loaded("pkg/office-0123456789ab.js.br"));
        assert!(!loaded("customer.html") && !loaded("customer-0123456789ab.css"));
        assert!(!loaded("pkg/customer_bg-0123456789ab.wasm"));
        assert!(!loaded("pkg/scantill.d.ts") && !loaded("sounds/paid.ogg"));
    }

    #[test]
    fn one_byte_over_the_bound_fails() {
        assert!(verdict(1, FIRST_LOAD_BYTES_MAX).findings.is_empty());
        assert_eq!(verdict(1, FIRST_LOAD_BYTES_MAX + 1).findings.len(), 1);
        assert_eq!(too_much("office", 2, 2), None);
        assert!(too_much("office", 3, 2).is_some());
    }
}
