//! The shop's own authority: kept, limited, its keys for their owner alone.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use scantill_proxy::tls::TlsError;
use scantill_proxy::tls::authority::{self, Authority};
use tempfile::TempDir;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_authority_is_kept_and_the_servers_certificate_made_anew() {
    let folder = TempDir::new().unwrap();
    let first = Authority::issue(folder.path(), &[]).unwrap();
    let server = authority::der(&first.server.certificate).unwrap();
    let second = Authority::issue(folder.path(), &names(&["192.168.7.7", "shop.local"])).unwrap();
    assert_eq!(first.fingerprint, second.fingerprint);
    assert_eq!(first.fingerprint.len(), 32 * 3 - 1);
    assert_ne!(server, authority::der(&second.server.certificate).unwrap());
}

#[test]
fn only_its_owner_can_read_a_key() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("server-key.pem"), "an older file that all may read").unwrap();
    Authority::issue(folder.path(), &[]).unwrap();
    for key in ["ca-key.pem", "server-key.pem"] {
        let mode = std::fs::metadata(folder.path().join(key)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{key}");
    }
}

#[test]
fn the_authority_signs_public_names_only_if_named_at_first() {
    let folder = TempDir::new().unwrap();
    Authority::issue(folder.path(), &names(&["till.shop.example", "203.0.113.5"])).unwrap();
    Authority::issue(folder.path(), &names(&["till.shop.example", "203.0.113.5", "10.1.2.3"])).unwrap();
    for other in ["bank.example", "203.0.113.6", "2001:db8::1"] {
        let refused = Authority::issue(folder.path(), &names(&[other])).unwrap_err();
        assert!(matches!(refused, TlsError::OutsideAuthority { .. }), "{other}: {refused}");
        assert!(refused.to_string().contains(other), "{refused}");
    }
}

#[test]
fn the_command_line_makes_one_and_says_how_to_serve_it() {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(scantill_testkit::proxy_program());
    let output =
        command.args(["certificate", "--name", "192.168.1.5", "--folder"]).arg(folder.path()).output();
    let output = output.unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let fingerprint = authority::fingerprint(&folder.path().join("ca.pem")).unwrap();
    assert!(said.contains("--tls-cert") && said.contains(&fingerprint), "{said}");
}

#[test]
fn what_is_no_host_is_refused_before_anything_is_made() {
    let folder = TempDir::new().unwrap();
    for other in ["no name", "https://till.local", "till.local/", "192.168.1.5:8787", "*.shop.local", ""] {
        let mut command = Command::new(scantill_testkit::proxy_program());
        let output =
            command.args(["certificate", "--name", other, "--folder"]).arg(folder.path().join("tls"));
        let said = String::from_utf8(output.output().unwrap().stderr).unwrap();
        assert!(said.contains(&format!("{other:?} is no name and no address")), "{said}");
        assert!(!folder.path().join("tls").exists(), "{other}");
    }
    Authority::issue(folder.path(), &names(&["TILL.local", "fd00::1"])).unwrap();
}
