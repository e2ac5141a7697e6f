//! The servers of the demo as child processes: started, awaited, listened to, and stopped together.

use std::io::{IsTerminal, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::programs::{for_each_line, show};

const READY_WAIT: Duration = Duration::from_mins(1);
const STOP_WAIT: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(50);
const READY_LINE: &str = "listening on http";

/// The events that the demo waits for.
#[derive(Debug)]
pub(crate) enum Event {
    /// The user stops the demo.
    Stop,
    /// The server of this name accepts connections.
    Ready(&'static str),
}

/// The running servers. Dropping this value ends them.
#[derive(Debug)]
pub(crate) struct Services {
    events: Receiver<Event>,
    running: Vec<Service>,
    stop_wanted: bool,
}

#[derive(Debug)]
struct Service {
    name: &'static str,
    child: Child,
    forwarders: Vec<JoinHandle<()>>,
}

impl Services {
    pub(crate) fn new(events: Receiver<Event>) -> Self {
        Self { events, running: Vec::new(), stop_wanted: false }
    }

    /// Starts a server and waits until it says that it listens. Does nothing once the user has stopped the
    /// demo.
    pub(crate) fn start(
        &mut self,
        name: &'static str,
        command: Command,
        sender: &Sender<Event>,
    ) -> Result<()> {
        if self.stop_wanted {
            return Ok(());
        }
        self.running.push(Service::spawn(name, command, sender)?);
        let deadline = Instant::now() + READY_WAIT;
        loop {
            match self.next_event()? {
                Some(Event::Ready(ready)) if ready == name => return Ok(()),
                Some(Event::Stop) => return Ok(()),
                Some(Event::Ready(_)) | None => {}
            }
            if Instant::now() > deadline {
                bail!(
                    "the {name} did not say within {} s that it listens: see its words above",
                    READY_WAIT.as_secs()
                );
            }
        }
    }

    pub(crate) fn are_running(&self) -> bool {
        !self.stop_wanted
    }

    /// Returns when the user stopped the demo. A server that ends on its own is an error.
    pub(crate) fn run_until_stopped(&mut self) -> Result<()> {
        while !self.stop_wanted {
            self.next_event()?;
        }
        show("\nStopping.");
        self.stop();
        Ok(())
    }

    fn next_event(&mut self) -> Result<Option<Event>> {
        match self.events.recv_timeout(LOOK_EVERY) {
            Ok(event) => {
                self.stop_wanted |= matches!(event, Event::Stop);
                Ok(Some(event))
            }
            Err(RecvTimeoutError::Timeout) => {
                self.require_all_alive()?;
                Ok(None)
            }
            Err(RecvTimeoutError::Disconnected) => bail!("the demo lost its own signals"),
        }
    }

    fn require_all_alive(&mut self) -> Result<()> {
        for service in &mut self.running {
            if let Some(status) = service.child.try_wait()? {
                service.hear_out();
                bail!(
                    "the {} ended by itself ({status}): its last words stand above; the demo stops with it",
                    service.name
                );
            }
        }
        Ok(())
    }

    /// Asks all servers at once to end. Kills those that still run after the wait or at a second Ctrl-C.
    fn stop(&mut self) {
        for service in &mut self.running {
            service.terminate();
        }
        let deadline = Instant::now() + STOP_WAIT;
        while self.running.iter_mut().any(Service::is_alive) && Instant::now() < deadline {
            if matches!(self.events.recv_timeout(LOOK_EVERY), Ok(Event::Stop)) {
                break;
            }
        }
        for mut service in self.running.drain(..) {
            service.kill_if_alive();
        }
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Service {
    fn spawn(name: &'static str, mut command: Command, sender: &Sender<Event>) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        leave_terminal_signals(&mut command);
        if !std::io::stdout().is_terminal() {
            command.env("NO_COLOR", "1");
        }
        let mut child = command.spawn().with_context(|| format!("the {name} cannot be started"))?;
        let stdout = child.stdout.take().map(|stdout| forward(name, stdout, Some(sender.clone())));
        let stderr = child.stderr.take().map(|stderr| forward(name, stderr, None));
        Ok(Self { name, child, forwarders: stdout.into_iter().chain(stderr).collect() })
    }

    /// Waits until the whole output of an ended server is on the screen.
    fn hear_out(&mut self) {
        for forwarder in self.forwarders.drain(..) {
            let _ = forwarder.join();
        }
    }

    fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn terminate(&mut self) {
        if self.is_alive()
            && let Ok(id) = i32::try_from(self.child.id())
        {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
    }

    fn kill_if_alive(&mut self) {
        if self.is_alive() {
            show(&format!("The {} did not stop by itself and was killed.", self.name));
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
        self.hear_out();
    }
}

/// A Ctrl-C in the terminal reaches only the demo, which then stops its servers in order.
#[cfg(unix)]
fn leave_terminal_signals(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

fn forward(
    name: &'static str,
    source: impl Read + Send + 'static,
    ready: Option<Sender<Event>>,
) -> JoinHandle<()> {
    thread::spawn(move || {
        for_each_line(source, |line| {
            show(&format!("{name:>8} | {line}"));
            if let Some(sender) = ready.as_ref().filter(|_| line.starts_with(READY_LINE)) {
                let _ = sender.send(Event::Ready(name));
            }
        });
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn services() -> (Services, Sender<Event>) {
        let (sender, events) = mpsc::channel();
        (Services::new(events), sender)
    }

    const LISTENS: &str = "echo 'listening on http://127.0.0.1:1'; exec sleep 600";

    #[test]
    fn a_server_is_ready_when_it_says_so_and_ends_when_asked() {
        let (mut services, sender) = services();
        services.start("one", shell(LISTENS), &sender).unwrap();
        let id = Pid::from_raw(i32::try_from(services.running[0].child.id()).unwrap());
        sender.send(Event::Stop).unwrap();
        services.run_until_stopped().unwrap();
        assert!(kill(id, None).is_err(), "the server still runs");
    }

    #[test]
    fn a_server_that_ends_before_it_is_ready_is_named() {
        let (mut services, sender) = services();
        let error = services.start("two", shell("exit 3"), &sender).unwrap_err().to_string();
        assert!(error.contains("the two ended by itself") && error.contains('3'), "{error}");
    }

    #[test]
    fn when_one_server_dies_the_other_is_stopped() {
        let (mut services, sender) = services();
        services.start("one", shell(LISTENS), &sender).unwrap();
        let id = Pid::from_raw(i32::try_from(services.running[0].child.id()).unwrap());
        services.start("two", shell("echo 'listening on http://x'; exit 1"), &sender).unwrap();
        let error = services.run_until_stopped().unwrap_err().to_string();
        drop(services);
        assert!(error.contains("the two ended by itself"), "{error}");
        assert!(kill(id, None).is_err(), "the other server still runs");
    }

    #[test]
    fn a_server_that_refuses_to_end_is_killed_at_the_second_signal() {
        let (mut services, sender) = services();
        let script = "trap '' TERM; echo 'listening on http://x'; exec sleep 600";
        services.start("stubborn", shell(script), &sender).unwrap();
        let id = Pid::from_raw(i32::try_from(services.running[0].child.id()).unwrap());
        sender.send(Event::Stop).unwrap();
        sender.send(Event::Stop).unwrap();
        services.run_until_stopped().unwrap();
        assert!(kill(id, None).is_err(), "the server still runs");
    }

    #[test]
    fn after_a_stop_nothing_more_is_started() {
        let (mut services, sender) = services();
        sender.send(Event::Stop).unwrap();
        services.start("one", shell("exec sleep 600"), &sender).unwrap();
        services.start("two", shell("exec sleep 600"), &sender).unwrap();
        assert_eq!(services.running.len(), 1);
        assert!(!services.are_running());
    }
}
