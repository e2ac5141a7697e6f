//! The proxy's program with a certificate of its own, and a client that trusts it.

use std::path::Path;
use std::process::{Command, Stdio};

use scantill_proxy::tls::authority::Authority;
use scantill_testkit::{PATIENCE, ProxyConfiguration, ServingProxy, WEBHOOK_SECRET, proxy_command};
use tempfile::TempDir;

/// A running proxy, ended with the test.
pub(crate) struct Program {
    pub(crate) proxy: ServingProxy,
    /// Host and port.
    pub(crate) address: String,
    pub(crate) authority: Authority,
    pub(crate) folder: TempDir,
}

impl Program {
    /// Starts it with a certificate made for it and `/trust`; `api_url` is the provider's.
    pub(crate) fn start(api_url: &str) -> Self {
        Self::start_in(TempDir::new().unwrap(), api_url)
    }

    /// The same, by the authority that is in the folder.
    pub(crate) fn start_in(folder: TempDir, api_url: &str) -> Self {
        let authority = Authority::issue(&folder.path().join("tls"), &[]).unwrap();
        let mut command = serve(&folder, api_url, &authority.server.certificate, &authority.server.key);
        command.arg("--tls-ca").arg(&authority.certificate);
        command.stderr(Stdio::null());
        let proxy = ServingProxy::start(command).unwrap();
        let address = proxy.origin.strip_prefix("https://").unwrap().to_owned();
        Self { proxy, address, authority, folder }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    /// A client as a tablet is once it trusts the authority.
    pub(crate) fn client(&self) -> reqwest::Client {
        let pem = std::fs::read(&self.authority.certificate).unwrap();
        let authority = reqwest::Certificate::from_pem(&pem).unwrap();
        let builder = reqwest::Client::builder().no_proxy().tls_info(true).timeout(PATIENCE);
        builder.tls_certs_only([authority]).build().unwrap()
    }
}

/// The command that serves with these two files, on storage in the folder.
pub(crate) fn serve(folder: &TempDir, api_url: &str, certificate: &Path, key: &Path) -> Command {
    ProxyConfiguration::new(api_url)
        .with("pairing = \"open\"\ntiming = { read_first_ms = 50, read_every_ms = 50 }")
        .with_account(format_args!("webhook_secret = \"{WEBHOOK_SECRET}\""))
        .write(folder.path());
    let mut command = proxy_command(folder.path(), &["serve"]);
    command.arg("--tls-cert").arg(certificate).arg("--tls-key").arg(key);
    command
}
