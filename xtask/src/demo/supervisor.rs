//! The demo's supervisor: somebody whose PIN approves refunds.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The PIN of the demo's supervisor; everybody may know it.
pub(crate) const PIN: &str = "2580";

/// Adds the supervisor, or gives the one of an earlier demo the same PIN again.
pub(crate) fn add(workspace: &Workspace, config: &Path) -> Result<()> {
    let mut command = Command::new(workspace.binary("scantill-proxy"));
    command
        .args(["supervisor", "add", "--store", "store_1", "--name", "Demo supervisor", "--config"])
        .arg(config);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    let mut input = child.stdin.take().context("the proxy takes no PIN")?;
    writeln!(input, "{PIN}")?;
    drop(input);
    if !child.wait()?.success() {
        bail!(
            "the demo's supervisor was not added: see above; with another `--data` folder the demo begins anew"
        );
    }
    Ok(())
}
