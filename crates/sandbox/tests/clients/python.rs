//! Omise's Python client.

use std::process::Command;

use scantill_sandbox::Running;

use crate::packages::{folder, script};
use crate::walks;

const LIST: &str = "requirements.txt";
const WANTED: &str = include_str!("requirements.txt");

fn python(sandbox: &Running, walk: &str) -> Command {
    let mut client = Command::new("python3");
    client.env("PYTHONPATH", folder("python", LIST, WANTED)).env("PYTHONDONTWRITEBYTECODE", "1");
    client.arg(script("client.py")).arg(format!("http://{}", sandbox.address())).arg(walk);
    client
}

walks!(python);
