//! HTTPS by the proxy itself: a certificate and its key, read whole, checked whole, and refused with the way out.

pub mod authority;
mod renewal;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage};

pub use renewal::renewed_on_hangup;

/// A certificate that ends sooner is worth a line in the log.
const ENDS_SOON: Duration = Duration::from_hours(30 * 24);

/// Why a certificate cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{path} cannot be used: {error}", path = .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The certificate's file has none.
    #[error(
        "{path} holds no certificate: give the PEM file that begins with -----BEGIN CERTIFICATE-----, the server's \
         own first and then the authorities between (fullchain.pem)", path = .0.display()
    )]
    NoCertificate(PathBuf),
    /// The key's file has none.
    #[error(
        "{path} holds no private key: give the PEM file that begins with -----BEGIN PRIVATE KEY----- (privkey.pem); a \
         key with a password must be written without it first", path = .0.display()
    )]
    NoKey(PathBuf),
    /// The key is another certificate's.
    #[error(
        "{key} is not the key of {certificate}: give the two files that were made together",
        key = .key.display(), certificate = .certificate.display()
    )]
    Mismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// Its time is over.
    #[error("the certificate in {path} ended on {ended}: renew it, or every tablet refuses the page", path = .path.display())]
    Expired {
        /// The certificate's file.
        path: PathBuf,
        /// Its last moment, in UTC.
        ended: Timestamp,
    },
    /// Its time has not come.
    #[error(
        "the certificate in {path} begins on {begins}: is this machine's clock right?", path = .path.display()
    )]
    NotYetValid {
        /// The certificate's file.
        path: PathBuf,
        /// Its first moment, in UTC.
        begins: Timestamp,
    },
    /// The TLS library refuses it.
    #[error("the certificate in {path} cannot be served: {error}", path = .path.display())]
    Unusable {
        /// The certificate's file.
        path: PathBuf,
        /// What the library says.
        error: rustls::Error,
    },
    /// The system refuses to tell of SIGHUP.
    #[error("SIGHUP cannot be listened for: {0}")]
    Signal(std::io::Error),
    /// Tablets reach the proxy by a host: a certificate names nothing else.
    #[error(
        "{0:?} is no name and no address: give the host alone, such as till.local or 192.168.1.5, without https:// and port"
    )]
    NotAHost(String),
    /// No certificate could be made.
    #[error("no certificate can be made: {0}")]
    Making(#[from] rcgen::Error),
    /// A kept authority is limited to private names and those of its first day.
    #[error(
        "the authority in {folder} does not vouch for all of {names}: move that folder away, so that a new one is made \
         for them, and let each tablet trust that one", folder = .folder.display(), names = .names.join(", ")
    )]
    OutsideAuthority {
        /// The authority's folder.
        folder: PathBuf,
        /// The names that were asked for.
        names: Vec<String>,
    },
}

/// The two files of a certificate.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain, PEM, the server's own certificate first.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

impl TlsFiles {
    /// Reads both files as they are now. HTTP/1.1 alone is offered, as without TLS.
    pub fn load(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let chain = certificates(&self.certificate)?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| self.key_error(error))?;
        if let Some(leaf) = chain.first() {
            self.check_time(leaf)?;
        }
        let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let mut config = builder
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| self.refusal(error))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    fn check_time(&self, leaf: &CertificateDer<'_>) -> Result<(), TlsError> {
        let now = UnixTime::now();
        let path = self.certificate.clone();
        match verdict(leaf, &[], now) {
            Err(webpki::Error::CertExpired { not_after, .. }) => {
                return Err(TlsError::Expired { path, ended: date(not_after) });
            }
            Err(webpki::Error::CertNotValidYet { not_before, .. }) => {
                return Err(TlsError::NotYetValid { path, begins: date(not_before) });
            }
            _ => {}
        }
        let soon = UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()).saturating_add(ENDS_SOON));
        if let Err(webpki::Error::CertExpired { not_after, .. }) = verdict(leaf, &[], soon) {
            tracing::warn!(path = %path.display(), ends = %date(not_after), "the certificate ends soon; renew it");
        }
        Ok(())
    }

    fn key_error(&self, error: pem::Error) -> TlsError {
        file_error(&self.key, error, TlsError::NoKey)
    }

    fn refusal(&self, error: rustls::Error) -> TlsError {
        let certificate = self.certificate.clone();
        match error {
            rustls::Error::InconsistentKeys(_) => TlsError::Mismatch { certificate, key: self.key.clone() },
            error => TlsError::Unusable { path: certificate, error },
        }
    }
}

/// All certificates of a PEM file, at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let none = |error| file_error(path, error, TlsError::NoCertificate);
    let found: Vec<_> =
        CertificateDer::pem_file_iter(path).map_err(none)?.collect::<Result<_, _>>().map_err(none)?;
    if found.is_empty() { Err(TlsError::NoCertificate(path.to_owned())) } else { Ok(found) }
}

fn file_error(path: &Path, error: pem::Error, otherwise: fn(PathBuf) -> TlsError) -> TlsError {
    match error {
        pem::Error::Io(error) => TlsError::File { path: path.to_owned(), error },
        _ => otherwise(path.to_owned()),
    }
}

/// What a browser that trusts these authorities would say of the server's certificate. The time is judged before an
/// authority is looked for, so that without any the answer still tells whether the time is right.
fn verdict(
    leaf: &CertificateDer<'_>,
    authorities: &[TrustAnchor<'_>],
    time: UnixTime,
) -> Result<(), webpki::Error> {
    let algorithms = aws_lc_rs::default_provider().signature_verification_algorithms.all;
    let leaf = EndEntityCert::try_from(leaf)?;
    leaf.verify_for_usage(algorithms, authorities, &[], time, KeyUsage::server_auth(), None, None).map(|_| ())
}

/// A time that no calendar has is shown as the epoch: it is only ever read by people.
fn date(time: UnixTime) -> Timestamp {
    i64::try_from(time.as_secs())
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or_default()
}
