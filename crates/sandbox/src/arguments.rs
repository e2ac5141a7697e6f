//! The command line, whose help teaches the program.

use std::path::PathBuf;

use clap::Parser;
use scantill_sandbox::Chaos;

const ABOUT: &str = "A stateful simulator of Omise's in-store API, with a payer's phone";

const TEACHING: &str = "\
Take a payment by hand:
  scantill-sandbox --listen 127.0.0.1:8788
  curl -u skey_test_demo: http://127.0.0.1:8788/charges \\
    -d amount=2225 -d currency=thb -d 'source[type]=barcode_alipay' -d 'source[barcode]=289990000000000000'
  curl -u skey_test_demo: http://127.0.0.1:8788/charges/chrg_test_…

Any well-formed key is an account: skey_test_NAME, skey_test_NAME.2 and pkey_test_NAME are one.

Open http://127.0.0.1:8788/phone for a payer's phone: scan its code and confirm there. For a real phone in your own
network, --listen 0.0.0.0:8788 and open this machine's address there; whoever can reach the port can give orders.

Magic codes force an outcome: 28999, two digits, then any digits.
  00 approved at once     01 waits for confirmation   02 approved after 3 s    03 never answered
  10 insufficient_balance 12 timeout                  14 payment_rejected      16 failed_processing
  10 to 25: every failure code there is, and one that is in no list
  30 another amount       31 unknown status           40 41 42 expire fails, loses, or is paid after all
Any other code is approved after one or two seconds, and is good once; with --payers state some payers are asked
first, refuse, are short of money or let it run out.

Make trouble:
  scantill-sandbox --chaos cut_after_commit=0.05 --chaos webhook_lost=20% --chaos-seed 7
  scantill-sandbox --switch expire=loses_race --switch search=unavailable

Orders go to /_sandbox/: next outcome, faults, switches, clock, webhooks, ledger, request log.
docs/sandbox.md lists them all.
Set RUST_LOG=debug to hear more.";

#[derive(Debug, Parser)]
#[command(name = "scantill-sandbox", version, about = ABOUT, after_help = TEACHING)]
pub(crate) struct Arguments {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8788")]
    pub(crate) listen: String,

    /// Keep the whole state in this file; without it, it ends with the program
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,

    /// Send webhooks of every account to this address
    #[arg(long, value_name = "URL")]
    pub(crate) webhook_url: Option<String>,

    /// Sign webhooks with this secret in base64; twice for the day after a roll
    #[arg(
        long,
        value_name = "BASE64",
        requires = "webhook_url",
        env = "SCANTILL_SANDBOX_WEBHOOK_SECRET",
        hide_env_values = true
    )]
    pub(crate) webhook_secret: Vec<String>,

    /// Trust this certificate authority (PEM) when webhooks go to an https address
    #[arg(long, value_name = "PEM", requires = "webhook_url")]
    pub(crate) webhook_ca: Option<PathBuf>,

    /// Who pays when the code orders nothing: everybody approves, or as in the world
    #[arg(long, value_name = "WHO", default_value = "approve", value_parser = ["approve", "world"])]
    pub(crate) payers: String,

    /// Draw a fault with these odds, as in `cut_after_commit=0.05` or `all=1%`; may be given again
    #[arg(long, value_name = "FAULT=ODDS")]
    pub(crate) chaos: Vec<Chaos>,

    /// Draw the same faults as an earlier run
    #[arg(long, value_name = "NUMBER", requires = "chaos")]
    pub(crate) chaos_seed: Option<u64>,

    /// Answer an open question the other way, as in `expire=loses_race`; may be given again
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    pub(crate) switches: Vec<String>,

    /// Link to the till, shown on the phone page
    #[arg(long, value_name = "URL")]
    pub(crate) till_url: Option<String>,

    /// Repeat the ids, codes and waits of an earlier run
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
}
