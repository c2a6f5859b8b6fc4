//! `cellwise health`: asks a running server how it is, where no other program can (an image without a shell).

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use reqwest::Url;
use reqwest::blocking::Client;
use serde_json::Value;

use super::{Failure, printed};
use crate::outbound::is_loopback;

/// How long the server may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What `health` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The address of the server
    #[arg(long, env = "CELLWISE_HEALTH_URL", value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: Url,

    /// Ask whether it lives, not whether it is ready to judge
    #[arg(long)]
    live: bool,
}

/// Asks, and prints the answer.
///
/// # Errors
/// When nobody answers.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let path = if args.live { "health/live" } else { "health/ready" };
    let address = format!("{}/{path}", args.url.as_str().trim_end_matches('/'));
    // The certificate is for the name by which clients call, which is not that of this machine to itself.
    let client =
        Client::builder().timeout(PATIENCE).no_proxy().tls_danger_accept_invalid_certs(is_loopback(&args.url)).build();
    let answer = client.and_then(|client| client.get(&address).send()).map_err(|error| {
        let why = if error.is_timeout() { "it does not answer in time" } else { "nobody answers there" };
        Failure::new(format!("{address}: {why}"))
    })?;
    let is_well = answer.status().is_success();
    let body = answer.text().unwrap_or_default();
    // A person reads it line by line; a program gets it as it came.
    let lines = serde_json::from_str::<Value>(&body).and_then(|value| serde_json::to_string_pretty(&value));
    let body = if io::stdout().is_terminal() { lines.unwrap_or(body) } else { body };
    printed(writeln!(io::stdout().lock(), "{body}"))?;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
