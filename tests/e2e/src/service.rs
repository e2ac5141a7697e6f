//! A program that runs beside a test: started, awaited, listened to, and ended with the test, whatever its end.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail, ensure};

use crate::patience::until;

/// A running program with all that it started in turn; it ends with this value, or with this process if that is killed.
#[derive(Debug)]
pub struct Service {
    name: &'static str,
    child: Child,
    watchdog: Watchdog,
    log: Log,
}

/// Ends the program's whole group once its pipe is closed, by a drop or by the end of this process.
#[derive(Debug)]
struct Watchdog {
    child: Child,
    pipe: Option<ChildStdin>,
}

type Log = Arc<Mutex<String>>;

impl Service {
    /// Starts a program and collects what it says.
    pub fn start(name: &'static str, mut command: Command) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn().with_context(|| format!("the {name} cannot be started"))?;
        let log = Log::default();
        if let Some(output) = child.stdout.take() {
            listen(output, log.clone());
        }
        if let Some(errors) = child.stderr.take() {
            listen(errors, log.clone());
        }
        let watchdog = Watchdog::over(&child)?;
        Ok(Self { name, child, watchdog, log })
    }

    /// Waits for a line with these words and gives what follows them.
    pub async fn says(&mut self, words: &str) -> Result<String> {
        let what = format!("the {} says {words:?}", self.name);
        until(&what, async || {
            let log = self.log();
            let said = log.split_once(words).and_then(|(_, rest)| rest.split_once('\n'));
            if let Some((rest, _)) = said {
                return Ok(Some(rest.trim().to_owned()));
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the {} ended ({status}) before it was ready:\n{log}", self.name);
            }
            Ok(None)
        })
        .await
    }

    /// Stops it in the middle of whatever it does, or lets it go on.
    pub fn freeze(&self, frozen: bool) -> Result<()> {
        let signal = if frozen { "-STOP" } else { "-CONT" };
        let mut command = Command::new("kill");
        let status = command.arg(signal).arg(self.child.id().to_string()).status()?;
        ensure!(status.success(), "the {} takes no {signal}", self.name);
        Ok(())
    }

    /// All that it said until now, on both of its outputs.
    pub fn log(&self) -> String {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Service {
    /// Killed, as a power cut would: nothing here may depend on a tidy end.
    fn drop(&mut self) {
        self.watchdog.end();
        // Only now may its number be given to another program.
        let _ = self.child.wait();
    }
}

impl Watchdog {
    fn over(watched: &Child) -> Result<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", "read -r _; kill -KILL -\"$0\""]).arg(watched.id().to_string());
        // In a group of its own it outlives a Ctrl-C, and so nothing else does.
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let mut child = command.spawn().context("`sh` cannot be started")?;
        let pipe = child.stdin.take();
        Ok(Self { child, pipe })
    }

    fn end(&mut self) {
        drop(self.pipe.take());
        let _ = self.child.wait();
    }
}

fn listen(output: impl Read + Send + 'static, log: Log) {
    thread::spawn(move || {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|length| 0 < length) {
            log.lock().unwrap_or_else(PoisonError::into_inner).push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Service {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Service::start("shell", command).unwrap()
    }

    #[tokio::test]
    async fn the_words_of_a_program_are_awaited_and_kept() {
        let mut service = shell("echo one >&2; echo ready at 7; read -r _ < /dev/zero");
        assert_eq!(service.says("ready at ").await.unwrap(), "7");
        until("both outputs are kept", async || Ok(service.log().contains("one\n").then_some(())))
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_program_that_ends_early_is_an_error_with_its_words() {
        let error = shell("echo the reason; exit 3").says("ready").await.unwrap_err().to_string();
        assert!(error.contains("before it was ready"), "{error}");
    }

    #[tokio::test]
    async fn a_program_and_what_it_started_end_with_their_service() {
        let mut service = shell("sleep 1000 & echo child $!; wait");
        let processes = [service.says("child ").await.unwrap(), service.child.id().to_string()];
        let alive = |process: &String| {
            let mut command = Command::new("kill");
            command.args(["-0", process]).stderr(Stdio::null()).status().unwrap().success()
        };
        assert!(processes.iter().all(alive));
        drop(service);
        let ended = async || Ok((!processes.iter().any(alive)).then_some(()));
        until("both have ended", ended).await.unwrap();
    }
}
