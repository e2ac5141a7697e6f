//! The way to the running proxy: the socket beside its storage.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use scantill_proxy::admin_socket::socket_path;
use scantill_proxy::config::Config;
use scantill_types::api::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A client of the running proxy.
pub(super) struct AdminClient {
    http: reqwest::Client,
}

impl AdminClient {
    pub(super) fn of(config: &Path) -> anyhow::Result<Self> {
        let path = socket_path(&Config::load(config)?.data);
        if !path.exists() {
            bail!(
                "the proxy of this data folder does not run ({} is not there): start it first",
                path.display()
            );
        }
        Self::at(path)
    }

    /// The running proxy of this storage; none if none runs.
    pub(super) fn if_running(config: &Config) -> anyhow::Result<Option<Self>> {
        let path = socket_path(&config.data);
        // One that was killed leaves its socket behind.
        if UnixStream::connect(&path).is_err() {
            return Ok(None);
        }
        Self::at(path).map(Some)
    }

    fn at(path: PathBuf) -> anyhow::Result<Self> {
        // No TLS on a socket of this machine, so that none of its certificate authorities are needed.
        let builder = reqwest::Client::builder().unix_socket(path).no_proxy().tls_certs_only([]);
        Ok(Self { http: builder.build()? })
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> anyhow::Result<T> {
        let url = reqwest::Url::parse_with_params(&format!("http://operator{path}"), query)?;
        answer(self.http.get(url)).await
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        answer(self.http.post(format!("http://operator{path}")).json(body)).await
    }
}

async fn answer<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> anyhow::Result<T> {
    let answer = request.send().await.context("the proxy does not answer at its socket: does it run?")?;
    if answer.status().is_success() {
        return Ok(answer.json().await?);
    }
    let problem: Problem = answer.json().await.context("the proxy's answer cannot be read")?;
    bail!("{}", problem.detail)
}
