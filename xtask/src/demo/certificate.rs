//! A certificate for this machine, by an authority that stays with the demo's data.

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::address;
use super::data::Data;
use crate::programs::{self, step};
use crate::workspace::Workspace;

/// The files that the proxy made, and the fingerprint by which a tablet recognises the authority.
#[derive(Debug)]
pub(crate) struct Certificate {
    folder: PathBuf,
    pub(crate) fingerprint: String,
}

impl Certificate {
    /// Names every address that a tablet may use when the proxy listens on `ip`.
    pub(crate) fn make(workspace: &Workspace, data: &Data, ip: IpAddr) -> Result<Self> {
        step("Making a certificate for this machine");
        let folder = data.certificates();
        let mut command = Command::new(workspace.binary("scantill-proxy"));
        command.args(["certificate", "--folder"]).arg(&folder);
        for name in address::names(ip) {
            command.args(["--name", &name]);
        }
        let said = programs::output(command, "the proxy made no certificate: see above")?;
        let fingerprint = said.lines().last().context("the proxy told no fingerprint")?.to_owned();
        Ok(Self { folder, fingerprint })
    }

    /// Tells the proxy to serve with it.
    pub(crate) fn let_serve(&self, proxy: &mut Command) {
        proxy.arg("--tls-cert").arg(self.folder.join("server.pem"));
        proxy.arg("--tls-key").arg(self.folder.join("server-key.pem"));
        proxy.arg("--tls-ca").arg(self.folder.join("ca.pem"));
    }

    /// Tells the sandbox, whose webhooks go to the proxy, to trust it.
    pub(crate) fn let_trust(&self, sandbox: &mut Command) {
        sandbox.arg("--webhook-ca").arg(self.folder.join("ca.pem"));
    }
}
