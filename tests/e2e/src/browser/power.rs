//! A power cut: every process of one browser ends at once, and writes nothing more.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::patience::until;

type Pid = u32;

/// Kills all processes of the browser with this profile, and waits until they are gone.
pub(super) async fn cut(profile: &Path) -> Result<()> {
    let doomed = processes_of(profile)?;
    ensure!(!doomed.is_empty(), "no browser has the profile {}", profile.display());
    let mut command = Command::new("kill");
    command.arg("-KILL").args(doomed.iter().map(Pid::to_string)).stderr(Stdio::null());
    command.status().context("`kill` cannot be started")?;
    until("the browser is dead", async || {
        // Once the first is dead, its children are not found by its profile any more.
        let mut all = doomed.iter().copied().chain(processes_of(profile)?);
        Ok(all.all(|pid| !is_alive(pid)).then_some(()))
    })
    .await
}

/// The browser, which alone is started with its profile, and all that it started in turn.
fn processes_of(profile: &Path) -> Result<Vec<Pid>> {
    let folder = profile.to_string_lossy().into_owned();
    let (mut found, mut children) = (Vec::new(), HashMap::<Pid, Vec<Pid>>::new());
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // A process may end while it is looked at.
        let Some(parent) = parent_of(pid) else { continue };
        children.entry(parent).or_default().push(pid);
        let started_with = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&started_with).contains(&folder) {
            found.push(pid);
        }
    }
    let mut index = 0;
    while let Some(pid) = found.get(index) {
        let more = children.remove(pid).unwrap_or_default();
        let new: Vec<Pid> = more.into_iter().filter(|child| !found.contains(child)).collect();
        found.extend(new);
        index += 1;
    }
    Ok(found)
}

/// What follows the program's name in brackets is the state and the parent's number.
fn parent_of(pid: Pid) -> Option<Pid> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// What has ended and waits for its parent holds nothing any more.
fn is_alive(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_power_cut_ends_a_program_and_its_children() {
        let folder = tempfile::TempDir::new().unwrap();
        let script = folder.path().join("browser.sh");
        fs::write(&script, "sleep 1000 & wait").unwrap();
        let mut shell = Command::new("sh").arg(&script).spawn().unwrap();
        let started =
            until("two", async || Ok(Some(processes_of(folder.path())?).filter(|all| all.len() == 2)));
        let processes = started.await.unwrap();
        cut(folder.path()).await.unwrap();
        assert!(processes.iter().all(|pid| !is_alive(*pid)));
        shell.wait().unwrap();
    }
}
