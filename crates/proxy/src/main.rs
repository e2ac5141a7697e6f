//! The command line of the proxy.

mod commands;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use commands::audit::AuditCommand;
use commands::certificate::MakeCertificate;
use commands::payment::PaymentCommand;
use commands::serve::ServeOptions;
use commands::supervisor::SupervisorCommand;
use commands::terminal::TerminalCommand;
use commands::{audit, certificate, payment, say, say_error, serve, supervisor, terminal};
use tracing_subscriber::EnvFilter;

/// Scantill's merchant proxy: creates wallet charges at Omise, keeps the storage, tells the tills.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve tills and webhooks until SIGTERM or Ctrl-C.
    Serve(ServeOptions),
    /// Make a certificate for HTTPS in a shop that has no public name: an authority, kept, and a server's certificate.
    Certificate(MakeCertificate),
    /// Print the `OpenAPI` document.
    Openapi,
    /// Tills: add one or pair one again, list them with their tablets, take a tablet's token away.
    #[command(subcommand)]
    Terminal(TerminalCommand),
    /// Supervisors, who approve refunds by their PIN: add one, or give one a new PIN.
    #[command(subcommand)]
    Supervisor(SupervisorCommand),
    /// Payments: what needs a human, look one up, read the provider now, close one by hand. The proxy must run.
    #[command(subcommand)]
    Payment(PaymentCommand),
    /// The audit: check that no line of it was changed or removed.
    #[command(subcommand)]
    Audit(AuditCommand),
}

#[tokio::main]
async fn main() -> ExitCode {
    scantill_proxy::private::mask_new_files();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // Where the log cannot be written, a complaint about that would end the task that logs: money must not hang on it.
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    log.with_ansi(is_for_eyes()).with_target(false).log_internal_errors(false).init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::debug!(?error, "stopped");
            say_error(&format!("scantill-proxy: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// A file keeps no colours, and some people want none: <https://no-color.org>.
fn is_for_eyes() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Serve(options) => serve::run(options).await,
        Command::Certificate(wanted) => certificate::run(&wanted),
        Command::Openapi => say(&scantill_proxy::routes::document().to_pretty_json()?),
        Command::Terminal(command) => terminal::run(command).await,
        Command::Supervisor(command) => supervisor::run(command).await,
        Command::Payment(command) => payment::run(command).await,
        Command::Audit(command) => audit::run(&command),
    }
}
