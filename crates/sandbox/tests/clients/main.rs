//! Omise's official clients, unmodified, against the sandbox: each walk has a sandbox of its own on a free port.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

mod node;
mod packages;
mod python;

use std::process::{Command, Output};

use scantill_sandbox::{Options, Running, Sandbox, Timing};
use tokio::net::TcpListener;

/// Variables that would send a client's requests elsewhere.
const PROXIES: [&str; 8] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "OMISE_SCHEME",
    "OMISE_HOST",
];

async fn sandbox() -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    Sandbox::start(listener, Options { timing: Timing::quick(), ..Options::default() })
}

/// Runs a client to its end. If it fails, shows its output.
async fn walk(mut client: Command) {
    for variable in PROXIES {
        client.env_remove(variable);
    }
    let ended = tokio::task::spawn_blocking(move || client.output()).await.unwrap();
    let Output { status, stdout, stderr } = ended.expect("the client's interpreter starts");
    let (said, complained) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success() && said.trim_end().ends_with("walked"), "{said}{complained}");
}

/// One test for each walk, the same for every client and named as what the client does.
macro_rules! walks {
    ($client:ident) => {
        crate::walks!($client:
            creates_from_a_source,
            creates_in_one_call,
            retrieves_and_lists,
            updates,
            expires,
            refunds_and_lists_refunds,
            is_refused_a_reverse_and_a_capture,
            searches,
            reads_events,
            meets_errors,
            speaks_the_older_version,
            reads_account_and_capability,
        );
    };
    ($client:ident: $($walk:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $walk() {
            let sandbox = crate::sandbox().await;
            crate::walk($client(&sandbox, stringify!($walk))).await;
        }
    )+};
}
pub(crate) use walks;
