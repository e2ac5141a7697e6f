//! The whole state in one JSON file: read at the start, written as a whole and put in place in one step.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::setup::Setup;
use crate::model::state::State;
use crate::model::switches::Switches;

const FORMAT: u32 = 1;

/// A state file that was checked, or that will be created.
#[derive(Clone, Debug)]
pub struct StateFile {
    pub(crate) path: PathBuf,
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
    /// Checks the file before anything starts, so that a bad file gives one clear error.
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
    pub(crate) fn state(&mut self, setup: &Setup) -> State {
        let stored = self.text.take().and_then(|text| parse(&text).ok());
        let mut state = stored.unwrap_or_else(|| State::new(setup));
        state.faults = State::faults(setup);
        if setup.switches != Switches::default() {
            state.switches = setup.switches.clone();
        }
        if setup.webhook.is_some() {
            state.webhooks.set_target(None, setup.webhook.clone());
        }
        state
    }
}

/// Replaces the file: a crash leaves the old file or the new one, never a half.
pub(crate) fn save(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let draft = path.with_file_name(name);
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(&draft)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

/// The file holds payer codes and a webhook secret: only its owner may read it.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

pub(crate) fn write(state: &State) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Written { format: FORMAT, state })
}

fn parse(text: &str) -> Result<State, String> {
    let read: Read = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match read.format {
        FORMAT => Ok(read.state),
        other => Err(format!("format {other} is unknown")),
    }
}
