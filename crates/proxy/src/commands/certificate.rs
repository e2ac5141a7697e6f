//! `certificate`: HTTPS for a shop that has no public name.

use std::path::PathBuf;

use clap::Args;
use scantill_proxy::tls::authority::Authority;

use super::say;

#[derive(Debug, Args)]
pub(crate) struct MakeCertificate {
    /// The folder of ca.pem, ca-key.pem, server.pem and server-key.pem.
    #[arg(long)]
    folder: PathBuf,
    /// A name or an address by which tablets reach the proxy; localhost is always one.
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,
}

pub(crate) fn run(wanted: &MakeCertificate) -> anyhow::Result<()> {
    let Authority { certificate, server, fingerprint } = Authority::issue(&wanted.folder, &wanted.names)?;
    let (authority, certificate, key) =
        (certificate.display(), server.certificate.display(), server.key.display());
    say(&format!(
        "Serve it with\n  scantill-proxy serve --tls-cert {certificate} --tls-key {key} --tls-ca {authority}\n\
         and open /trust on each tablet once. The authority's SHA-256 fingerprint:\n{fingerprint}"
    ))
}
