//! A certificate authority of the shop's own, for a proxy whose name or address no public authority vouches for.
//!
//! It can vouch for private names and addresses alone: whoever steals its key cannot play a bank to the tablets that
//! trust it.

use std::fs;
use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use jiff::{Span, Timestamp, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use sha2::{Digest, Sha256};

use super::{TlsError, TlsFiles, certificates, verdict};
use crate::secrets::hex;

/// How long a tablet may trust it.
const AUTHORITY_DAYS: i64 = 3_650;
/// Apple's devices refuse more than 825 days.
const SERVER_DAYS: i64 = 800;
/// Any clock may be a little wrong.
const BEGAN_DAYS_AGO: i64 = 2;
/// The server is always reached by these on its own machine.
const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// Names that no public authority may vouch for.
const PRIVATE_DOMAINS: [&str; 6] = ["localhost", "local", "lan", "internal", "home.arpa", "test"];
/// Addresses that mean another machine in each network.
const PRIVATE_NETWORKS: [(&str, u8); 8] = [
    ("10.0.0.0", 8),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("fc00::", 7),
    ("fe80::", 10),
];

/// An authority and the server's certificate that it made, as files in one folder.
#[derive(Debug)]
pub struct Authority {
    /// What tablets must trust, PEM.
    pub certificate: PathBuf,
    /// What the proxy serves.
    pub server: TlsFiles,
    /// SHA-256 of the authority's certificate, in hex with colons, as devices show it.
    pub fingerprint: String,
}

impl Authority {
    /// Makes a certificate for these names and addresses. The folder's authority is kept, so that tablets go on
    /// trusting it; where there is none it is made.
    pub fn issue(folder: &Path, names: &[String]) -> Result<Self, TlsError> {
        if let Some(other) = names.iter().find(|name| !is_host(name)) {
            return Err(TlsError::NotAHost(other.clone()));
        }
        fs::create_dir_all(folder).map_err(|error| TlsError::File { path: folder.to_owned(), error })?;
        let names: Vec<String> =
            LOCAL_NAMES.into_iter().map(str::to_owned).chain(names.iter().cloned()).collect();
        let file = |name: &str| folder.join(name);
        let (certificate, authority_key) = (file("ca.pem"), file("ca-key.pem"));
        let issuer = authority(&certificate, &authority_key, &names)?;
        let server = TlsFiles { certificate: file("server.pem"), key: file("server-key.pem") };
        let key = KeyPair::generate()?;
        let leaf = server_parameters(names.clone())?.signed_by(&key, &issuer)?;
        require_trust(&certificate, leaf.der(), folder, names)?;
        write_secret(&server.key, &key.serialize_pem())?;
        write(&server.certificate, leaf.pem().as_bytes())?;
        let fingerprint = fingerprint(&certificate)?;
        Ok(Self { certificate, server, fingerprint })
    }
}

/// SHA-256 of the first certificate in a PEM file, as devices show it.
pub fn fingerprint(path: &Path) -> Result<String, TlsError> {
    let der = der(path)?;
    let bytes: Vec<String> = Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect();
    Ok(bytes.join(":"))
}

/// The first certificate in a PEM file, in the binary form that every device takes.
pub fn der(path: &Path) -> Result<Vec<u8>, TlsError> {
    Ok(certificates(path)?.swap_remove(0).to_vec())
}

fn is_host(name: &str) -> bool {
    ServerName::try_from(name).is_ok()
}

fn authority(
    certificate: &Path,
    key_path: &Path,
    names: &[String],
) -> Result<Issuer<'static, KeyPair>, TlsError> {
    if certificate.exists() {
        let pem = fs::read_to_string(key_path)
            .map_err(|error| TlsError::File { path: key_path.to_owned(), error })?;
        let key = KeyPair::from_pem(&pem).map_err(|_| TlsError::NoKey(key_path.to_owned()))?;
        return Ok(Issuer::new(authority_parameters(&key, names), key));
    }
    let key = KeyPair::generate()?;
    let parameters = authority_parameters(&key, names);
    let made = parameters.self_signed(&key)?;
    write_secret(key_path, &key.serialize_pem())?;
    write(certificate, made.pem().as_bytes())?;
    Ok(Issuer::new(parameters, key))
}

/// Its name follows from its key: one that is kept is found again without being read.
fn authority_parameters(key: &KeyPair, names: &[String]) -> CertificateParams {
    let mark = hex(&Sha256::digest(key.public_key_raw())[..4]);
    let mut parameters = valid_for(AUTHORITY_DAYS, CertificateParams::default());
    parameters.distinguished_name.push(DnType::CommonName, format!("Scantill shop authority {mark}"));
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let networks = PRIVATE_NETWORKS.iter().filter_map(|(ip, bits)| Some(network(ip.parse().ok()?, *bits)));
    let domains = PRIVATE_DOMAINS.iter().map(|domain| GeneralSubtree::DnsName((*domain).to_owned()));
    let permitted_subtrees = domains.chain(networks).chain(names.iter().map(|name| exactly(name))).collect();
    parameters.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    parameters
}

fn server_parameters(names: Vec<String>) -> Result<CertificateParams, TlsError> {
    let mut parameters = valid_for(SERVER_DAYS, CertificateParams::new(names)?);
    parameters.distinguished_name.push(DnType::CommonName, "Scantill");
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters.use_authority_key_identifier_extension = true;
    Ok(parameters)
}

fn valid_for(days: i64, mut parameters: CertificateParams) -> CertificateParams {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let day = |offset: i64| {
        let date = today.saturating_add(Span::new().days(offset));
        date_time_ymd(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.not_before = day(-BEGAN_DAYS_AGO);
    parameters.not_after = day(days - BEGAN_DAYS_AGO);
    parameters
}

fn exactly(name: &str) -> GeneralSubtree {
    match name.parse::<IpAddr>() {
        Ok(ip) => network(ip, if ip.is_ipv4() { 32 } else { 128 }),
        Err(_) => GeneralSubtree::DnsName(name.to_owned()),
    }
}

fn network(ip: IpAddr, bits: u8) -> GeneralSubtree {
    GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, bits))
}

/// A kept authority was limited to the names of its first day.
fn require_trust(
    authority: &Path,
    leaf: &CertificateDer<'_>,
    folder: &Path,
    names: Vec<String>,
) -> Result<(), TlsError> {
    let kept = certificates(authority)?.swap_remove(0);
    let trusted = webpki::anchor_from_trusted_cert(&kept)
        .and_then(|anchor| verdict(leaf, std::slice::from_ref(&anchor), UnixTime::now()));
    trusted.map_err(|_| TlsError::OutsideAuthority { folder: folder.to_owned(), names })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), TlsError> {
    fs::write(path, bytes).map_err(|error| TlsError::File { path: path.to_owned(), error })
}

/// Readable by its owner alone from its first moment; an older file of another mode is not written into.
fn write_secret(path: &Path, text: &str) -> Result<(), TlsError> {
    use std::os::unix::fs::OpenOptionsExt;
    let failed = |error| TlsError::File { path: path.to_owned(), error };
    if path.exists() {
        fs::remove_file(path).map_err(failed)?;
    }
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}
