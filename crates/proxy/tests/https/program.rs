//! The proxy's program with a certificate of its own, and a client that trusts it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use scantill_proxy::tls::authority::Authority;
use tempfile::TempDir;

/// Far longer than anything here may take: a test that waits so long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const WEBHOOK_SECRET: &str = "c2VjcmV0";

/// A running proxy, ended with the test.
pub(crate) struct Program {
    pub(crate) child: Child,
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
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on https://").expect(&line).to_owned();
        Self { child, address, authority, folder }
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

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The command that serves with these two files, on storage in the folder.
pub(crate) fn serve(folder: &TempDir, api_url: &str, certificate: &Path, key: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scantill-proxy"));
    command.arg("serve").arg("--config").arg(config(folder, api_url));
    command.arg("--tls-cert").arg(certificate).arg("--tls-key").arg(key);
    command
}

fn config(folder: &TempDir, api_url: &str) -> PathBuf {
    let text = format!(
        r#"
        listen = "127.0.0.1:0"
        data = "data"
        mode = "test"
        pairing = "open"
        timing = {{ read_first_ms = 50, read_every_ms = 50 }}
        [[accounts]]
        name = "demo"
        secret_key = "skey_test_demo"
        webhook_secret = "{WEBHOOK_SECRET}"
        api_url = "{api_url}"
        source_type = "barcode_alipay"
        currency = "THB"
        "#
    );
    let path = folder.path().join("scantill.toml");
    std::fs::write(&path, text).unwrap();
    path
}
