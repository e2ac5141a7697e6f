//! Line 31, F2 as it was found: 1,133 half-sent requests at a proxy that has 1,024 descriptors.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use futures_util::future::join_all;
use scantill_proxy::server::raise_descriptor_limit;

use crate::raw::{HALF_A_HEAD, HEALTH, address, is_healthy, send, until_closed};
use scantill_testkit::world::{Settings, World, until};

struct Limited(Child);

impl Drop for Limited {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program under limits of the shell, its log beside its storage.
fn start(world: &mut World, ulimit: &str) -> Limited {
    let _ = world.config();
    let folder = world.folder.path();
    let log = std::fs::File::create(folder.join("proxy.log")).unwrap();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        &format!("ulimit {ulimit}; exec \"$@\""),
        "sh",
        env!("CARGO_BIN_EXE_scantill-proxy"),
        "serve",
    ]);
    command.arg("--config").arg(folder.join("scantill.toml"));
    let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line.trim().strip_prefix("listening on ").expect(&line).clone_into(&mut world.proxy);
    Limited(child)
}

fn log(world: &World) -> String {
    std::fs::read_to_string(world.folder.path().join("proxy.log")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn half_sent_requests_beyond_its_descriptors_stop_no_payment() {
    raise_descriptor_limit();
    let settings = Settings { webhooks: false, limits: "head_ms = 6000", ..Settings::default() };
    let mut world = World::without_proxy(settings).await;
    let _program = start(&mut world, "-n 1024");
    let paired: scantill_types::api::Paired = world.pair("till-1").await;
    world.token = paired.token;
    // A till that was there before: its connection is kept by the client.
    let (id, charge) = world.pending_charge("01").await;
    let address = address(&world);
    let held = join_all((0..1_133).map(|_| send(&address, HALF_A_HEAD))).await;
    until("the proxy says that it is full", async || log(&world).contains("no place is left")).await;
    // Storage and provider have their descriptors: the payment goes on, and operations are answered.
    world.confirm(&charge).await;
    until("the payment succeeds", async || {
        let of_payment = world.states(&id);
        of_payment.last().is_some_and(|state| state == "successful")
    })
    .await;
    assert_eq!(world.operations("/readyz").await.status(), 200);
    join_all(held.into_iter().map(until_closed)).await;
    until("newcomers are served", async || is_healthy(&mut send(&address, HEALTH).await).await).await;
    assert_eq!(log(&world).matches("no place is left").count(), 1, "{}", log(&world));
    assert!(!log(&world).contains("Too many open files"), "{}", log(&world));
}

#[tokio::test]
async fn it_takes_as_many_descriptors_as_the_system_gives() {
    let mut world = World::without_proxy(Settings::without_webhooks()).await;
    let program = start(&mut world, "-S -n 256");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", program.0.id())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let numbers: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert_eq!(numbers[0], numbers[1].min(65_536), "{line}");
}
