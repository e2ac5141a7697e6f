//! Each file in fewer bytes, beside the file itself.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Compresses each file of the folder, and of those in it.
pub(crate) fn below(folder: &Path) -> Result<()> {
    let files = files_below(folder)?;
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let started: Vec<_> = (0..workers)
            .map(|worker| {
                let mut own = files.iter().skip(worker).step_by(workers);
                scope.spawn(move || own.try_for_each(|file| compress(file)))
            })
            .collect();
        for worker in started {
            match worker.join() {
                Ok(outcome) => outcome?,
                Err(_) => bail!("a file could not be compressed"),
            }
        }
        Ok(())
    })
}

/// The longest first, so that all workers end at about the same time.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| next.display().to_string())? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                files.push((u64::MAX - entry.metadata()?.len(), entry.path()));
            }
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, file)| file).collect())
}

fn compress(file: &Path) -> Result<()> {
    let plain = fs::read(file).with_context(|| file.display().to_string())?;
    for (end, bytes) in [("br", brotli(&plain)?), ("gz", gzip(&plain)?)] {
        if bytes.len() < plain.len() {
            let mut name = file.as_os_str().to_owned();
            name.push(".");
            name.push(end);
            fs::write(&name, bytes).with_context(|| name.display().to_string())?;
        }
    }
    Ok(())
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality: 11, size_hint: plain.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(plain)?;
    Ok(writer.finish()?)
}
