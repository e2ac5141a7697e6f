//! The whole state in one JSON file: read at the start, written as a whole and put in place in one step.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::model::state::State;
use crate::model::switches::Switches;
use crate::options::Options;
use crate::shared::Shared;

const FORMAT: u32 = 1;

/// A state file that was found readable, or is yet to be written.
#[derive(Clone, Debug)]
pub struct StateFile {
    path: PathBuf,
    text: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    #[error("the state file {path} cannot be read: {cause}")]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error("the state file {path} is not a sandbox's state ({cause}); move it away to start anew")]
    Malformed { path: PathBuf, cause: String },
    #[error("the folder of the state file {path} cannot be written: {cause}")]
    Unwritable { path: PathBuf, cause: io::Error },
}

#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    state: &'a State,
}

#[derive(Deserialize)]
struct Read {
    format: u32,
    state: State,
}

impl StateFile {
    /// Checks the file now, so that a bad one is one clear sentence before anything starts.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StateFileError> {
        let path = path.into();
        match fs::read_to_string(&path) {
            Ok(text) => match parse(&text) {
                Ok(_) => Ok(Self { path, text: Some(text) }),
                Err(cause) => Err(StateFileError::Malformed { path, cause }),
            },
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Self::begin(path),
            Err(cause) => Err(StateFileError::Unreadable { path, cause }),
        }
    }

    fn begin(path: PathBuf) -> Result<Self, StateFileError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        match folder.map_or(Ok(()), fs::create_dir_all) {
            Ok(()) => Ok(Self { path, text: None }),
            Err(cause) => Err(StateFileError::Unwritable { path, cause }),
        }
    }

    /// The state of the file, or a new state if the file is new.
    pub(crate) fn state(&mut self, options: &Options) -> State {
        let stored = self.text.take().and_then(|text| parse(&text).ok());
        let mut state = stored.unwrap_or_else(|| State::new(options));
        state.faults = State::faults(options);
        if options.switches != Switches::default() {
            state.switches = options.switches.clone();
        }
        if options.webhook.is_some() {
            state.webhooks.set_target(None, options.webhook.clone());
        }
        state
    }
}

/// Writes the state soon after it changed, and once more at the end.
pub(crate) async fn save_changes(shared: Arc<Shared>, stop: CancellationToken) {
    let Some(file) = shared.options.state_file.clone() else { return };
    let pause = Duration::from_millis(shared.options.timing.save_every_ms);
    while !stop.is_cancelled() {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            () = shared.state_changed.notified() => {}
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
        }
        save(&shared, &file.path).await;
    }
}

pub(crate) async fn save_now(shared: &Arc<Shared>) {
    if let Some(file) = &shared.options.state_file {
        save(shared, &file.path.clone()).await;
    }
}

async fn save(shared: &Arc<Shared>, path: &Path) {
    let (shared, path) = (Arc::clone(shared), path.to_owned());
    let saving = tokio::task::spawn_blocking(move || {
        let text = shared
            .read(|transaction| serde_json::to_vec(&Written { format: FORMAT, state: transaction.state }))?;
        write_in_one_step(&path, &text)
    });
    match saving.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "the state file could not be written"),
        Err(error) => tracing::error!(%error, "writing the state file broke off"),
    }
}

/// A crash leaves the old file or the new one, never a half.
fn write_in_one_step(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let draft = path.with_file_name(name);
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(&draft)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

/// The file holds payer codes and a webhook secret: for its owner alone.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn parse(text: &str) -> Result<State, String> {
    let read: Read = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match read.format {
        FORMAT => Ok(read.state),
        other => Err(format!("format {other} is unknown")),
    }
}
