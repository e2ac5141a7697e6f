//! The demo's data folder: the state of both servers, the configuration and a webhook secret.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf, absolute};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const SECRET_BYTES: usize = 32;

/// An open data folder; no second demo can open it meanwhile.
#[derive(Debug)]
pub(crate) struct Data {
    folder: PathBuf,
    webhook_secret: String,
    lock: File,
}

impl Data {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let folder =
            absolute(folder).context("the data folder's path is not usable: name another with `--data`")?;
        let unusable =
            || format!("the data folder {} cannot be written: name another with `--data`", folder.display());
        fs::create_dir_all(folder.join("proxy")).with_context(unusable)?;
        let lock = File::create(folder.join("demo.lock")).with_context(unusable)?;
        refuse_second(&lock, &folder)?;
        let webhook_secret = webhook_secret(&folder.join("webhook-secret")).with_context(unusable)?;
        Ok(Self { folder, webhook_secret, lock })
    }

    pub(crate) fn write_config(&self, text: &str) -> Result<()> {
        fs::write(self.config(), text)
            .with_context(|| format!("{} cannot be written", self.config().display()))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.join("proxy.toml")
    }

    pub(crate) fn proxy_store(&self) -> PathBuf {
        self.folder.join("proxy")
    }

    pub(crate) fn sandbox_state(&self) -> PathBuf {
        self.folder.join("sandbox.json")
    }

    /// Kept, so that tablets keep trusting the demo.
    pub(crate) fn certificates(&self) -> PathBuf {
        self.folder.join("tls")
    }

    pub(crate) fn webhook_secret(&self) -> &str {
        &self.webhook_secret
    }
}

impl Drop for Data {
    /// A program that is being started holds a copy of the file for a moment, which would keep the lock.
    fn drop(&mut self) {
        let _ = self.lock.unlock();
    }
}

fn refuse_second(lock: &File, folder: &Path) -> Result<()> {
    match lock.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => bail!(
            "another demo uses the data folder {}: stop it, or name another folder with `--data`",
            folder.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).context("the data folder cannot be locked"),
    }
}

/// Kept in the folder, since the sandbox's state and the proxy's configuration must agree at the next start.
fn webhook_secret(file: &Path) -> Result<String> {
    if let Ok(known) = fs::read_to_string(file)
        && STANDARD.decode(known.trim()).is_ok_and(|bytes| bytes.len() == SECRET_BYTES)
    {
        return Ok(known.trim().to_owned());
    }
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).context("this system gives no random bytes")?;
    let secret = STANDARD.encode(bytes);
    fs::write(file, &secret)?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("scantill-demo-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn the_secret_survives_a_restart_and_differs_between_folders() {
        let (one, two) = (scratch("one"), scratch("two"));
        let first = Data::open(&one).unwrap().webhook_secret().to_owned();
        assert_eq!(Data::open(&one).unwrap().webhook_secret(), first);
        assert_ne!(Data::open(&two).unwrap().webhook_secret(), first);
        fs::remove_dir_all(&one).unwrap();
        fs::remove_dir_all(&two).unwrap();
    }

    #[test]
    fn a_second_demo_on_the_same_folder_is_refused() {
        let folder = scratch("twice");
        let first = Data::open(&folder).unwrap();
        let error = Data::open(&folder).unwrap_err().to_string();
        assert!(error.contains("another demo") && error.contains("`--data`"), "{error}");
        let copy = first.lock.try_clone().unwrap();
        drop(first);
        Data::open(&folder).unwrap();
        drop(copy);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn an_impossible_folder_is_refused_with_the_option_that_helps() {
        let file = scratch("file");
        fs::write(&file, "").unwrap();
        let error = Data::open(&file.join("below")).unwrap_err().to_string();
        assert!(error.contains("`--data`"), "{error}");
        fs::remove_file(&file).unwrap();
    }
}
