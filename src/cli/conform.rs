//! `cellwise conform`: hold a CDS Hooks server against the specification.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use super::{Failure, printed};
use crate::conform::catalogue::{ALL, Level};
use crate::conform::{ConformSettings, Finding, Verdict, report, run as check};
use crate::files::reason;
use crate::fixtures::read_json;
use crate::fixtures::token::Signer;
use crate::private_key::PrivateKey;

/// What `conform` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The server's base URL, with or without `/cds-services`
    #[arg(long, value_name = "URL", required_unless_present = "list")]
    url: Option<String>,

    /// Private key that signs a token for each call: PEM or JWK, EC on P-384 or RSA
    #[arg(long, value_name = "FILE", requires = "client")]
    key: Option<PathBuf>,

    /// Who signs: the issuer (`iss`) that the server knows
    #[arg(long, value_name = "ISSUER", requires = "key")]
    client: Option<String>,

    /// By which name the server knows the key [default: that of a JWK]
    #[arg(long, value_name = "KID", requires = "key")]
    kid: Option<String>,

    /// A CDS Hooks request of your own, for services that say nothing about the invented patients; repeatable
    #[arg(long = "request", value_name = "FILE")]
    requests: Vec<PathBuf>,

    // No doc comment: the linter wants backticks around the name, and a terminal does not.
    #[arg(long, value_name = "FILE", help = "Write the outcome as JUnit XML")]
    junit: Option<PathBuf>,

    /// Fail also when something is not as the specification advises
    #[arg(long)]
    strict: bool,

    /// List the checks, each with its sentence and address, and ask nobody
    #[arg(long)]
    list: bool,
}

/// Makes the checks and says what came of them; fails when the server breaks the specification.
///
/// # Errors
/// When no server answers, or a file can't be used.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    if args.list {
        printed(list(&mut out))?;
        return Ok(ExitCode::SUCCESS);
    }
    let requests = args.requests.iter().map(|path| read_json::<Value>(path));
    let requests: Vec<Value> =
        requests.collect::<Result<_, _>>().map_err(|error| Failure::unusable(error.to_string()))?;
    let settings = ConformSettings { url: args.url.clone().unwrap_or_default(), signer: signer(args)?, requests };
    let findings = check(&settings).map_err(Failure::unusable)?;
    if let Some(path) = &args.junit {
        write_junit(path, &findings)
            .map_err(|error| Failure::unusable(format!("{}: can't be written: {}", path.display(), reason(&error))))?;
    }
    printed(report::write(&mut out, &findings))?;
    let is_wrong = |finding: &Finding| finding.is_breach() || args.strict && finding.verdict == Verdict::Failed;
    Ok(if findings.iter().any(is_wrong) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn signer(args: &Args) -> Result<Option<Signer>, Failure> {
    let (Some(path), Some(issuer)) = (&args.key, &args.client) else { return Ok(None) };
    let key = PrivateKey::read(path).map_err(Failure::unusable)?;
    let kid = args.kid.clone().or_else(|| key.kid().map(str::to_owned));
    let kid = kid
        .ok_or_else(|| Failure::unusable("`--kid` is missing: the file does not say by which name the key is known"))?;
    Ok(Some(Signer { key, kid, issuer: issuer.clone(), jku: None, tenant: None }))
}

fn write_junit(path: &Path, findings: &[Finding]) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    report::junit(&mut file, findings)
}

fn list(out: &mut dyn Write) -> io::Result<()> {
    for check in ALL {
        let level = if check.level == Level::Required { "required" } else { "advised" };
        writeln!(out, "{} ({level})\n    “{}”\n    {}", check.id, check.sentence, check.address())?;
    }
    out.flush()
}
