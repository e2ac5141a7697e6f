//! The proxy as a process of its own, which a test may stop, starve and kill.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::Deref;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::world::{Settings, World};

/// Far longer than anything here may take: a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(40);

/// A sandbox and the proxy's program, with its words in a file beside the storage.
pub(crate) struct Program {
    world: World,
    child: Option<Child>,
}

impl Program {
    /// Starts both, and pairs a till.
    pub(crate) async fn start_with(settings: Settings) -> Self {
        Self::start_armed(settings, "").await
    }

    /// Starts both, and tells the proxy where it shall die in this run.
    pub(crate) async fn start_armed(settings: Settings, crash_at: &str) -> Self {
        Self::start_among(settings, &[("SCANTILL_FAILPOINT", crash_at)]).await
    }

    /// Starts both, with these variables in the proxy's environment.
    pub(crate) async fn start_among(settings: Settings, variables: &[(&str, &str)]) -> Self {
        let world = World::without_proxy(settings).await;
        let mut program = Self { world, child: None };
        let mut serve = program.serve();
        serve.envs(variables.iter().copied());
        program.run(serve).await;
        program.world.token = program.world.pair("till-1").await.token;
        program
    }

    /// Starts the proxy on its storage.
    pub(crate) async fn start(&mut self) {
        self.run(self.serve()).await;
    }

    async fn run(&mut self, mut serve: Command) {
        let mut child = serve.stdout(Stdio::piped()).spawn().unwrap();
        let output = child.stdout.take().unwrap();
        self.child = Some(child);
        let first_line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).map(|_| line)
        });
        let line = first_line.await.unwrap().unwrap();
        let address = line.trim().strip_prefix("listening on ");
        let address = address.unwrap_or_else(|| panic!("no ready line but {line:?}: {}", self.log()));
        address.clone_into(&mut self.world.proxy);
        self.world.lead_webhooks().await;
    }

    /// A call of `serve` on this storage.
    pub(crate) fn serve(&self) -> Command {
        // Reading the configuration writes it.
        let _ = self.world.config();
        let folder = self.world.folder.path();
        let log = File::options().create(true).append(true).open(folder.join("proxy.log")).unwrap();
        // The limit on a file's size shall be an error to the program, as a full disk is, and not its end.
        let mut command = Command::new("sh");
        command.args([
            "-c",
            r#"trap "" XFSZ; exec "$@""#,
            "sh",
            env!("CARGO_BIN_EXE_scantill-proxy"),
            "serve",
        ]);
        command.arg("--config").arg(folder.join("scantill.toml"));
        command.stderr(log);
        command
    }

    /// Another command of the program, about this storage.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scantill-proxy"));
        command.args(arguments).arg("--config").arg(self.world.folder.path().join("scantill.toml"));
        command
    }

    pub(crate) fn send(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    pub(crate) fn pid(&self) -> Pid {
        let child = self.child.as_ref().expect("the proxy runs");
        Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap()
    }

    /// Waits until the process is gone.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("the proxy runs");
        let ended = async {
            loop {
                if let Some(status) = child.try_wait().unwrap() {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        if let Ok(status) = tokio::time::timeout(PATIENCE, ended).await {
            return status;
        }
        self.child = Some(child);
        panic!("the proxy does not end: {}", self.log())
    }

    /// Kills it as a power cut would.
    pub(crate) async fn kill(&mut self) {
        self.send(Signal::KILL);
        self.ended().await;
    }

    pub(crate) fn log(&self) -> String {
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
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(30)..];
            show(&last.join("\n"));
        }
    }
}

#[expect(clippy::print_stderr, reason = "a failed test shows what was printed")]
fn show(words: &str) {
    eprintln!("the proxy's last words:\n{words}");
}
