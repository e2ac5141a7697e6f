//! Omise's Node client.

use std::process::Command;

use scantill_sandbox::Running;

use crate::packages::{folder, script};
use crate::walks;

const LIST: &str = "package.json";
const WANTED: &str = include_str!("package.json");

fn node(sandbox: &Running, walk: &str) -> Command {
    let mut client = Command::new("node");
    client.env("NODE_PATH", folder("node", LIST, WANTED).join("node_modules"));
    client.arg(script("client.js")).arg(sandbox.address().port().to_string()).arg(walk);
    client
}

walks!(node:
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
