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

walks!(node);
