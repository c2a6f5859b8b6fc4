//! `[[client]]` and `[development]`: who may call, and what may be fetched for them.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use jsonwebtoken::Algorithm;
use reqwest::Url;
use toml::Spanned;

use super::file::{ClientEntry, FhirEntry, File};
use super::findings::{Findings, file_name, word};
use super::{address, keys, smart, units};
use crate::client::{ALGORITHMS, Client, FhirAccess, FhirVersion, KeySource, SearchMethod, SmartApp, Trust};
use crate::outbound::{is_loopback, is_private};
use cellwise_record::Source;

/// The issuer of the public sandbox, whose private key anybody can download.
const SANDBOX: &str = "https://sandbox.cds-hooks.org";
/// The longest id, issuer or tenant.
const LONGEST: usize = 200;

/// Checks every client.
pub(super) fn clients(file: &File, base_url: Option<&Url>, findings: &mut Findings<'_>) -> Vec<Client> {
    let mut ids: BTreeMap<&str, String> = BTreeMap::new();
    for entry in &file.client {
        let Some(id) = &entry.as_ref().id else {
            continue;
        };
        let at = findings.place(id);
        if let Some(first) = ids.get(id.as_ref().as_str()) {
            findings
                .problem(id, format!("client `{}` is there already, in {first}: give each its own id", id.as_ref()));
        } else {
            ids.insert(id.as_ref(), at);
        }
    }
    same_issuer(file, findings);
    smart::same_server(file, findings);
    if let (Some(first), None) = (file.client.first(), &file.server.base_url) {
        findings.problem(
            first,
            "clients need `base-url` in `[server]`: the address by which they call, which their tokens must be meant for",
        );
    }
    file.client.iter().filter_map(|entry| client(entry, base_url, findings)).collect()
}

/// Clients of one issuer are told apart by their tenant alone.
fn same_issuer(file: &File, findings: &mut Findings<'_>) {
    let issuer = |entry: &Spanned<ClientEntry>| entry.as_ref().issuer.as_ref().map(|issuer| issuer.as_ref().clone());
    let tenants = |entry: &Spanned<ClientEntry>| -> BTreeSet<String> {
        entry.as_ref().tenants.iter().map(|tenant| tenant.as_ref().clone()).collect()
    };
    for (place, entry) in file.client.iter().enumerate() {
        let Some(own) = &entry.as_ref().issuer else {
            continue;
        };
        let earlier = file.client.iter().take(place).filter(|other| issuer(other).as_ref() == Some(own.as_ref()));
        for other in earlier {
            let (ours, theirs) = (tenants(entry), tenants(other));
            if ours.is_empty() || theirs.is_empty() || !ours.is_disjoint(&theirs) {
                let first = other.as_ref().issuer.as_ref().map(|issuer| findings.place(issuer)).unwrap_or_default();
                findings.problem(
                    own,
                    format!("the same issuer as in {first}: give both clients `tenants`, with none in common"),
                );
                break;
            }
        }
    }
}

fn client(entry: &Spanned<ClientEntry>, base_url: Option<&Url>, findings: &mut Findings<'_>) -> Option<Client> {
    let own = entry.as_ref();
    let id = required("id", own.id.as_ref(), entry, findings);
    let issuer = required("issuer", own.issuer.as_ref(), entry, findings);
    if let (Some(issuer), Some(at)) = (&issuer, &own.issuer)
        && issuer.trim_end_matches('/').eq_ignore_ascii_case(SANDBOX)
        && !base_url.is_some_and(is_loopback)
    {
        findings.problem(
            at,
            "is the public sandbox: anybody can sign as it. It may call a server with a `base-url` on this machine only",
        );
    }
    let algorithms = match &own.algorithms {
        None => vec![Algorithm::ES384, Algorithm::RS384],
        Some(list) => {
            if list.is_empty() {
                findings.problem(entry, "`algorithms` is empty: leave it out for ES384 and RS384");
            }
            findings.read_all("algorithms", list, algorithm)
        }
    };
    let keys = match (&own.jku, &own.keys) {
        (Some(jku), None) => findings.read("jku", Some(jku), |text| address::server(text)).map(KeySource::Jku),
        (None, Some(file)) => {
            let open = findings.open;
            let read = |name: &String| {
                let set = open(name).and_then(|content| keys::read(&content, &algorithms));
                set.map_err(|problem| format!("{} {problem}", file_name(name)))
            };
            findings.read("keys", Some(file), read).map(KeySource::Static)
        }
        (Some(_), Some(file)) => {
            findings.problem(file, "`keys` and `jku` are both given: keep one of them");
            None
        }
        (None, None) => {
            let problem = "needs `jku` (the https address of its public keys) or `keys` (a JWKS file)";
            findings.problem(own.id.as_ref().map_or(&Spanned::new(entry.span(), String::new()), |id| id), problem);
            None
        }
    };
    let audiences = findings.read_all("audiences", &own.audiences, address::server);
    let tenants = findings.read_all("tenants", &own.tenants, line);
    if own.fhir_servers.is_empty() {
        findings.warning(entry, "has no `fhir-servers`: nothing can be fetched for this client, only prefetch is used");
    }
    let fhir = access(&own.fhir(), findings);
    let app = own.smart.as_ref().and_then(|entry| {
        if own.fhir_servers.is_empty() {
            findings.problem(
                entry,
                "needs the `fhir-servers` of the client: users are sent there, and data comes from there",
            );
        }
        smart::app(entry, findings)
    });
    let limit = |value: &i64| units::number(*value, 1, 1_000_000);
    let requests_per_minute = findings.read("requests-per-minute", own.requests_per_minute.as_ref(), limit);
    Some(Client {
        id: id?,
        trust: Some(Trust { issuer: issuer?, tenants, audiences, algorithms, keys: keys? }),
        fhir,
        requests_per_minute: requests_per_minute.and_then(NonZeroU32::new),
        is_staff: own.staff.as_ref().is_some_and(|staff| *staff.as_ref()),
        takes_fhirpath: own.fhirpath_prefetch.as_ref().is_some_and(|takes| *takes.as_ref()),
        smart: app,
    })
}

/// Checks `[development]`, and what has no place beside clients.
pub(super) fn development(file: &File, findings: &mut Findings<'_>) -> (FhirAccess, Option<SmartApp>) {
    if !file.client.is_empty() {
        if let Some(entry) = &file.development {
            let problem = "`[development]` is for a server without clients: each client has its own `fhir-servers`";
            findings.problem(entry, problem);
        }
        if let Some(entry) = file.server.unauthenticated.as_ref().filter(|entry| *entry.as_ref()) {
            findings.warning(entry, "`unauthenticated` has no effect: clients are listed, so every call needs a token");
        }
        if let Some(entry) = file.server.accept_as_of.as_ref().filter(|entry| *entry.as_ref()) {
            findings.warning(
                entry,
                "`accept-as-of` lets clients choose the day on which patients are judged: for tests only",
            );
        }
    }
    let Some(entry) = file.development.as_ref().map(Spanned::as_ref) else {
        return (FhirAccess::default(), None);
    };
    let fhir = access(entry, findings);
    if let (Some(smart), None) = (&entry.smart, &file.server.base_url) {
        findings
            .problem(smart, "needs `base-url` in `[server]`: the EHR sends users back to `<base-url>/course/callback`");
    }
    let app = entry.smart.as_ref().and_then(|entry| smart::app(entry, findings));
    (fhir, app)
}

pub(super) fn required<T>(
    name: &str,
    text: Option<&Spanned<String>>,
    entry: &Spanned<T>,
    findings: &mut Findings<'_>,
) -> Option<String> {
    if text.is_none() {
        findings.problem(entry, format!("`{name}` is missing"));
    }
    findings.read(name, text, |text| line(text))
}

/// A name that can stand in a log line and in a comparison: no blanks, nothing unseen.
pub(super) fn line(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("must be at most {LONGEST} characters of ASCII without blanks"));
    }
    Ok(text.to_owned())
}

fn algorithm(text: &str) -> Result<Algorithm, String> {
    if text.eq_ignore_ascii_case("none") {
        return Err("can't be `none`: such tokens are not signed, anybody could write them".to_owned());
    }
    if text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("HS")) {
        return Err(format!("can't be `{text}`: it is signed with a shared secret, and only public keys are trusted"));
    }
    word(text, &ALGORITHMS)
}

/// The names of algorithms, for people.
pub(super) fn names(algorithms: &[Algorithm]) -> String {
    let names = ALGORITHMS.iter().filter(|(_, algorithm)| algorithms.contains(algorithm)).map(|(name, _)| *name);
    names.collect::<Vec<_>>().join(", ")
}

/// Versions of FHIR, as the file writes them.
const VERSIONS: [(&str, FhirVersion); 4] =
    [("STU3", FhirVersion::Stu3), ("R4", FhirVersion::R4), ("R4B", FhirVersion::R4b), ("R5", FhirVersion::R5)];

/// The name of a version of FHIR, as the file writes it.
pub(super) fn version_name(version: FhirVersion) -> &'static str {
    VERSIONS.iter().find(|(_, known)| *known == version).map_or("", |(name, _)| name)
}

fn access(entry: &FhirEntry, findings: &mut Findings<'_>) -> FhirAccess {
    let methods = [("get", SearchMethod::Get), ("post", SearchMethod::Post)];
    let allowed = entry.allow_http.as_ref().filter(|allowed| *allowed.as_ref());
    let server = if allowed.is_some() { address::server_or_http } else { address::fhir_server };
    let servers = findings.read_all("fhir-servers", &entry.fhir_servers, server);
    if let Some(allowed) = allowed {
        if servers.iter().all(is_private) {
            findings.warning(allowed, "`allow-http` has no effect: no `fhir-servers` need it");
        } else {
            findings.warning(
                allowed,
                "`allow-http`: data of patients and access tokens cross the network unencrypted. Only on a network of your own",
            );
        }
    }
    let held_elsewhere = elsewhere(&entry.held_elsewhere, findings);
    let held_nowhere = findings.read_all("held-nowhere", &entry.held_nowhere, |key| {
        if entry.held_elsewhere.contains_key(key) || entry.held_elsewhere.values().any(|holder| holder.as_ref() == key)
        {
            return Err(format!("can't name `{key}`: `held-elsewhere` speaks of it"));
        }
        kind(key)
    });
    FhirAccess {
        servers,
        version: findings.one_of("fhir-version", entry.fhir_version.as_ref(), &VERSIONS),
        search: findings.one_of("search", entry.search.as_ref(), &methods).unwrap_or_default(),
        held_elsewhere,
        held_nowhere,
        allows_http: allowed.is_some(),
    }
}

/// The kind of data of a prefetch key. Of the patient there is always one, and no other kind stands in for it.
fn kind(key: &str) -> Result<Source, String> {
    let known = Source::from_key(key).filter(|source| *source != Source::Patient);
    known.ok_or_else(|| {
        let keys = Source::PREFETCHED.into_iter().filter(|source| *source != Source::Patient);
        let keys: Vec<String> = keys.map(|source| format!("`{}`", source.key())).collect();
        format!("can't name `{key}`, only the prefetch keys {}", keys.join(", "))
    })
}

/// Which kind of data stands in for which.
fn elsewhere(entries: &BTreeMap<String, Spanned<String>>, findings: &mut Findings<'_>) -> Vec<(Source, Source)> {
    let mut found = Vec::new();
    for (missing, holder) in entries {
        let pair = findings.read("held-elsewhere", Some(holder), |holder| {
            let pair = (kind(missing)?, kind(holder)?);
            if pair.0 == pair.1 {
                return Err(format!("says that `{missing}` are held as themselves: leave it out"));
            }
            if entries.contains_key(holder) {
                return Err(format!("says that `{missing}` are held as `{holder}`, and those elsewhere again"));
            }
            Ok(pair)
        });
        found.extend(pair);
    }
    found
}
