//! The demo's text once it runs.

use std::path::Path;

use super::certificate::Certificate;
use super::config::Config;
use super::supervisor;

/// The addresses, the way to a first payment, and how to stop.
pub(crate) fn running(
    config: &Config,
    data: &Path,
    pairing: Option<&str>,
    certificate: Option<&Certificate>,
) -> String {
    let mut text = format!(
        "\nScantill is running in test mode: no real money moves.\n\n\
         \x20 Start here            {} (the till and the payer's phone side by side)\n\
         \x20 The till              {}\n\
         \x20 The payer's phone     {}\n\
         \x20 Two tills on a page   {}\n\
         \x20 Supervisor's PIN      {} (decides on the till)\n\
         \x20 Data folder           {} (kept when you stop)\n\n\
         To pay: type an amount on the till and press Charge, hold the phone under the scanner,\n\
         and confirm on the phone.\n",
        config.counter_url(),
        config.till_url(),
        config.phone_url(),
        config.embed_url(),
        supervisor::PIN,
        data.display(),
    );
    if let Some(pairing) = pairing {
        text.push_str(&on_the_network(pairing));
        text.push_str(if certificate.is_none() { WITHOUT_HTTPS } else { "" });
    }
    if let Some(certificate) = certificate {
        text.push_str(&with_https(config, certificate));
    }
    text.push_str("\nCtrl-C stops everything.\n");
    text
}

/// `pairing` is the output of the proxy's command that adds a terminal.
fn on_the_network(pairing: &str) -> String {
    let pairing: String = pairing.lines().flat_map(|line| ["  ", line, "\n"]).collect();
    format!(
        "\nTo pair the tablet:\n\n{pairing}\n\
         Every device on this network can open the till and the sandbox now.\n"
    )
}

const WITHOUT_HTTPS: &str = "\
A page without HTTPS, opened from another device, lacks the scanner over WebHID, the camera, and the lock\n\
that keeps the screen awake; a keyboard-wedge scanner and typing work. With `--tls` there are them all.\n";

fn with_https(config: &Config, certificate: &Certificate) -> String {
    format!(
        "\nEach device must trust this demo once, or its browser warns. Open there, past the warning:\n\n\
         \x20 {}\n\n\
         It tells how, and offers a certificate with this SHA-256 fingerprint:\n\n\
         \x20 {}\n",
        config.trust_url(),
        certificate.fingerprint
    )
}
