//! Each pair of files that no browser would take is refused at start, with what to do.

use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use scantill_proxy::tls::authority::Authority;
use tempfile::TempDir;

use crate::program::serve;

struct Files {
    folder: TempDir,
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let made = Authority::issue(&folder.path().join("tls"), &[]).unwrap().server;
        Self { folder, certificate: made.certificate, key: made.key }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn refused(&self, certificate: &Path, key: &Path, expected: &str) {
        let output = serve(&self.folder, "http://127.0.0.1:9", certificate, key).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("panicked") && !said.contains("PRIVATE KEY-----\n"), "{said}");
        assert!(!self.folder.path().join("data").exists(), "the storage were opened");
    }
}

fn valid(from_year: i32, to_year: i32) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
    parameters.not_before = date_time_ymd(from_year, 1, 1);
    parameters.not_after = date_time_ymd(to_year, 1, 1);
    (parameters.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

#[test]
fn missing_files_are_named() {
    let files = Files::new();
    let missing = files.folder.path().join("gone.pem");
    files.refused(&missing, &files.key, "gone.pem cannot be used: No such file");
    files.refused(&files.certificate, &missing, "gone.pem cannot be used: No such file");
}

#[test]
fn files_that_hold_something_else_are_named() {
    let files = Files::new();
    files.refused(&files.key, &files.key, "server-key.pem holds no certificate");
    files.refused(&files.certificate, &files.certificate, "server.pem holds no private key");
    let noise = files.file("noise.pem", "hello\n");
    files.refused(&noise, &files.key, "noise.pem holds no certificate");
    let cut = files.file("cut.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n");
    files.refused(&cut, &files.key, "cut.pem holds no certificate");
    let junk = files.file("junk.pem", "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n");
    files.refused(&junk, &files.key, "junk.pem cannot be served");
}

#[test]
fn a_key_with_a_password_is_refused_with_the_way_out() {
    let files = Files::new();
    let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nTUlJQg==\n-----END ENCRYPTED PRIVATE KEY-----\n";
    files.refused(&files.certificate, &files.file("locked.pem", locked), "a key with a password");
}

#[test]
fn the_key_of_another_certificate_is_refused() {
    let (files, others) = (Files::new(), Files::new());
    files.refused(&files.certificate, &others.key, "server-key.pem is not the key of");
}

#[test]
fn a_certificate_out_of_its_time_is_refused_with_the_date() {
    let files = Files::new();
    for (from_year, to_year, expected) in [
        (2001, 2002, "ended on 2002-01-01T00:00:00Z: renew it"),
        (2198, 2199, "begins on 2198-01-01T00:00:00Z"),
    ] {
        let (certificate, key) = valid(from_year, to_year);
        let (certificate, key) = (files.file("old.pem", &certificate), files.file("old-key.pem", &key));
        files.refused(&certificate, &key, expected);
    }
}

#[test]
fn one_file_without_the_other_is_refused() {
    let files = Files::new();
    let mut command = serve(&files.folder, "http://127.0.0.1:9", &files.certificate, &files.key);
    let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    command = std::process::Command::new(command.get_program());
    let output = command.args(&arguments[..arguments.len() - 2]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("--tls-key"));
}
