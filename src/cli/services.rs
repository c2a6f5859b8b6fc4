//! `cellwise services`: what an engineer types into an EHR that does not read discovery.

use std::io::{self, Write};

use reqwest::Url;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::config::ConfigFile;
use super::terminal::HEAD;
use super::{Failure, printed, terminal};
use crate::engine::Engine;
use crate::knowledge::Service;

/// Digits of a fingerprint: enough to tell the queries of all hospitals apart, few enough to compare by eye.
const FINGERPRINT: usize = 12;

/// What `services` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print Markdown
    #[arg(long, conflicts_with = "json")]
    markdown: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    config: ConfigFile,
}

/// A service, as an EHR must know it.
#[derive(Debug, Serialize)]
struct Listed {
    id: String,
    title: String,
    /// One for each hook.
    endpoints: Vec<ListedEndpoint>,
    /// The same for each hook.
    queries: Vec<ListedQuery>,
    scopes: Scopes,
}

#[derive(Debug, Serialize)]
struct ListedEndpoint {
    hook: &'static str,
    id: String,
    url: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedQuery {
    key: String,
    query: String,
    /// Changes when the query does: one that was typed in with another fingerprint is stale.
    fingerprint: String,
    /// For so many days back it is looked at; an EHR that can say so may leave out what is older.
    #[serde(skip_serializing_if = "Option::is_none")]
    recent_days: Option<i32>,
}

/// What the access token must allow, in the spelling of SMART App Launch 1 and 2.
#[derive(Debug, Serialize)]
struct Scopes {
    smart1: Vec<String>,
    smart2: Vec<String>,
}

/// Prints every service.
///
/// # Errors
/// When the knowledge or the configuration does not hold together, or standard output can't be written to.
pub fn run(args: &Args) -> Result<(), Failure> {
    let engine = Engine::load()?;
    let config = args.config.read_for_judging(&engine)?;
    let base = config.server.base_url.clone();
    let engine = engine.under(config.policy, &config.mapping)?;
    let services: Vec<Listed> = engine.knowledge().services.iter().map(|of| listed(of, base.as_ref())).collect();
    let mut out = terminal::out();
    let printing = match (args.json, args.markdown) {
        (true, _) => as_json(&mut out, &services),
        (false, true) => as_markdown(&mut out, &services),
        (false, false) => as_text(&mut out, &services),
    };
    if base.is_none() && !args.json {
        printed(printing.and_then(|()| writeln!(out, "{NO_BASE}")).and_then(|()| out.flush()))
    } else {
        printed(printing.and_then(|()| out.flush()))
    }
}

fn listed(service: &Service, base: Option<&Url>) -> Listed {
    let base = base.map(|base| base.as_str().trim_end_matches('/').to_owned()).unwrap_or_default();
    let endpoint = |(hook, id): (&'static str, String)| {
        let url = format!("{base}/cds-services/{id}");
        ListedEndpoint { hook, id, url }
    };
    let asked = service.asked.iter().filter(|asked| !asked.is_whole);
    let queries = asked.map(|asked| ListedQuery {
        key: asked.key.clone(),
        fingerprint: fingerprint(&asked.template),
        query: asked.template.clone(),
        recent_days: asked.recent_days,
    });
    let types = service.resource_types();
    let scopes = |may: &str| types.iter().map(|kind| format!("patient/{kind}.{may}")).collect();
    Listed {
        id: service.id.clone(),
        title: service.title().to_owned(),
        endpoints: service.offered().map(endpoint).collect(),
        queries: queries.collect(),
        scopes: Scopes { smart1: scopes("read"), smart2: scopes("rs") },
    }
}

fn fingerprint(query: &str) -> String {
    let digest = Sha256::digest(query.as_bytes());
    format!("{digest:x}").chars().take(FINGERPRINT).collect()
}

fn as_json(out: &mut impl Write, services: &[Listed]) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, services)?;
    writeln!(out)
}

fn as_text(out: &mut impl Write, services: &[Listed]) -> io::Result<()> {
    for service in services {
        writeln!(out, "{HEAD}{}{HEAD:#}\n  {}", service.id, service.title)?;
        for ListedEndpoint { hook, url, .. } in &service.endpoints {
            writeln!(out, "  {hook:<26} {url}")?;
        }
        for query in &service.queries {
            writeln!(out, "  {:<26} {}  {}{}", query.key, query.fingerprint, query.query, days(query, "  # "))?;
        }
        writeln!(out, "  {:<26} {}", "scopes (SMART 1)", service.scopes.smart1.join(" "))?;
        writeln!(out, "  {:<26} {}\n", "scopes (SMART 2)", service.scopes.smart2.join(" "))?;
    }
    writeln!(out, "{REMARK}")
}

fn as_markdown(out: &mut impl Write, services: &[Listed]) -> io::Result<()> {
    for service in services {
        writeln!(out, "## {}\n\n`{}`\n\n| hook | URL |\n| --- | --- |", service.title, service.id)?;
        for ListedEndpoint { hook, url, .. } in &service.endpoints {
            writeln!(out, "| `{hook}` | `{url}` |")?;
        }
        writeln!(out, "\n| key | query | fingerprint |\n| --- | --- | --- |")?;
        for query in &service.queries {
            // A bar would end the cell, in code as well.
            let text = query.query.replace('|', "\\|");
            writeln!(out, "| `{}` | `{text}`{} | `{}` |", query.key, days(query, " "), query.fingerprint)?;
        }
        writeln!(out, "\nScopes (SMART 1): `{}`\n", service.scopes.smart1.join(" "))?;
        writeln!(out, "Scopes (SMART 2): `{}`\n", service.scopes.smart2.join(" "))?;
    }
    writeln!(out, "{REMARK}")
}

/// What is said where nobody knows the address of the server.
const NO_BASE: &str =
    "Addresses are those below the server's own: a configuration that has `base-url` shows them whole.";

/// What holds for all of them.
const REMARK: &str = "Type each query as it stands; {{context.patientId}} is what the EHR writes for the id of the patient. \
    A fingerprint changes when its query does. Keys that differ in their number may be asked in one query under the key without \
    it. Of what is looked at for some days only, what is older may be left out.";

fn days(query: &ListedQuery, before: &str) -> String {
    query.recent_days.map(|days| format!("{before}the last {days} days are enough")).unwrap_or_default()
}
