//! What the demo says once it runs.

use std::path::Path;

use super::config::Config;

/// The addresses, the way to a first payment, and how to stop.
pub(crate) fn running(config: &Config, data: &Path, pairing: Option<&str>) -> String {
    let mut text = format!(
        "\nScantill is running in test mode: no real money moves.\n\n\
         \x20 The till              {}\n\
         \x20 The payer's phone     {}\n\
         \x20 Two tills on a page   {}\n\
         \x20 Data folder           {} (kept when you stop)\n\n\
         To pay: open the till and the phone side by side, type an amount on the till,\n\
         then scan the phone's code or type it in by hand.\n",
        config.till_url(),
        config.phone_url(),
        config.embed_url(),
        data.display(),
    );
    if let Some(pairing) = pairing {
        text.push_str(&on_the_network(config, pairing));
    }
    text.push_str("\nCtrl-C stops everything.\n");
    text
}

/// `pairing` is what the proxy's command line said to whoever adds a terminal.
fn on_the_network(config: &Config, pairing: &str) -> String {
    let port = config.proxy.port();
    let pairing: String = pairing.lines().flat_map(|line| ["  ", line, "\n"]).collect();
    format!(
        "\nTo pair the tablet:\n\n{pairing}\n\
         Every device on this network can open the till and the sandbox now.\n\
         A page without HTTPS, opened from another device, lacks the scanner over WebHID, the camera, and\n\
         the lock that keeps the screen awake; a keyboard-wedge scanner and typing work. To have them all,\n\
         put a server with HTTPS before port {port}, or on Android run `adb reverse tcp:{port} tcp:{port}` and open\n\
         http://127.0.0.1:{port}/ on the tablet.\n"
    )
}
