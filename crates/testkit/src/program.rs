//! The proxy as a process of its own, which a test may stop, starve and kill.

use std::fs::File;
use std::ops::Deref;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::world::{Settings, World};
use crate::{LOOK_AGAIN, ServingProxy, proxy_command, until_ok};

/// Longer than the proxy may take to finish what is under way.
const END_LIMIT: Duration = Duration::from_secs(40);
const LOG_LINES_SHOWN: usize = 30;

/// A sandbox and the proxy's program, with its log in a file beside the storage.
#[derive(Debug)]
pub struct Program {
    world: World,
    serving: Option<ServingProxy>,
}

impl Program {
    /// Starts both, and pairs a till.
    pub async fn start_with(settings: Settings) -> Self {
        Self::start_armed(settings, "").await
    }

    /// Starts both, and tells the proxy where it shall die in this run.
    pub async fn start_armed(settings: Settings, crash_at: &str) -> Self {
        Self::start_among(settings, &[("SCANTILL_FAILPOINT", crash_at)]).await
    }

    /// Starts both, with these variables in the proxy's environment.
    pub async fn start_among(settings: Settings, variables: &[(&str, &str)]) -> Self {
        let world = World::without_proxy(settings).await;
        let mut program = Self { world, serving: None };
        let mut serve = program.serve();
        serve.envs(variables.iter().copied());
        program.run(serve).await;
        program.world.token = program.world.pair("till-1").await.token;
        program
    }

    /// Starts the proxy on its storage.
    pub async fn start(&mut self) {
        self.run(self.serve()).await;
    }

    async fn run(&mut self, serve: Command) {
        // The sandbox must go on meanwhile, on the same thread.
        let started = tokio::task::spawn_blocking(|| ServingProxy::start(serve)).await.unwrap();
        let serving = started.unwrap_or_else(|error| panic!("{error}: {}", self.log()));
        self.world.proxy.clone_from(&serving.origin);
        self.serving = Some(serving);
        self.world.lead_webhooks().await;
    }

    /// A call of `serve` on this storage.
    pub fn serve(&self) -> Command {
        // Reading the configuration writes it.
        let _ = self.world.config();
        let folder = self.world.folder.path();
        let log = File::options().create(true).append(true).open(folder.join("proxy.log")).unwrap();
        let program = proxy_command(folder, &["serve"]);
        // The limit on a file's size shall be an error to the program, as a full disk is, and not its end.
        let mut command = Command::new("sh");
        command.args(["-c", r#"trap "" XFSZ; exec "$@""#, "sh"]);
        command.arg(program.get_program()).args(program.get_args());
        command.stderr(log);
        command
    }

    /// Another command of the program, about this storage.
    pub fn command(&self, arguments: &[&str]) -> Command {
        proxy_command(self.world.folder.path(), arguments)
    }

    /// Sends it a signal.
    pub fn send(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Its process.
    pub fn pid(&self) -> Pid {
        let serving = self.serving.as_ref().expect("the proxy runs");
        Pid::from_raw(i32::try_from(serving.child.id()).unwrap()).unwrap()
    }

    /// Waits until the process is gone.
    pub async fn ended(&mut self) -> ExitStatus {
        let serving = self.serving.as_mut().expect("the proxy runs");
        let look = || std::future::ready(serving.child.try_wait().unwrap().ok_or(()));
        let ended = until_ok(END_LIMIT, LOOK_AGAIN, look).await;
        let status = ended.unwrap_or_else(|_| panic!("the proxy does not end: {}", self.log()));
        self.serving = None;
        status
    }

    /// Kills it as a power cut would.
    pub async fn kill(&mut self) {
        self.send(Signal::KILL);
        self.ended().await;
    }

    /// All that it logged, in all its runs.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.world.folder.path().join("proxy.log")).unwrap_or_default()
    }
}

impl Deref for Program {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The log is read when the process has written its last line.
        drop(self.serving.take());
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            show(&lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n"));
        }
    }
}

#[expect(clippy::print_stderr, reason = "a failed test shows what was printed")]
fn show(lines: &str) {
    eprintln!("the end of the proxy's log:\n{lines}");
}
