//! `[client.smart]` and `[development.smart]`: the SMART app as it is registered at an EHR.

use std::time::Duration;

use reqwest::Url;
use toml::Spanned;

use super::address;
use super::client::{line, required};
use super::file::{File, SmartEntry};
use super::findings::Findings;
use super::units::duration;
use crate::client::SmartApp;
use crate::outbound::is_within;

const SECOND: Duration = Duration::from_secs(1);
/// How long a page waits for the EHR when nobody says otherwise: longer than a hook call, for somebody asked for it.
const DEADLINE: Duration = Duration::from_secs(5);

/// Checks the app of one client.
pub(super) fn app(entry: &Spanned<SmartEntry>, findings: &mut Findings<'_>) -> Option<SmartApp> {
    let own = entry.as_ref();
    let client_id = required("client-id", own.client_id.as_ref(), entry, findings);
    let scopes = own.scopes.as_ref().map(|list| {
        let scopes = findings.read_all("scopes", list, scope);
        let has = |name: &str| list.iter().any(|scope| scope.as_ref() == name);
        if let (Some(first), true, false) = (list.first(), has("fhirUser"), has("openid")) {
            findings.problem(
                first,
                "`scopes` have `fhirUser` without `openid`: who the user is comes with both, or not at all",
            );
        }
        if !list.iter().any(|scope| scope.as_ref().starts_with("patient/") || scope.as_ref().starts_with("user/")) {
            findings.problem(
                list.first().unwrap_or(&Spanned::new(entry.span(), String::new())),
                "`scopes` allow no data: leave them out for those that the rules need (`cellwise services` lists them)",
            );
        }
        scopes
    });
    let frame_origins = findings.read_all("frame-origins", &own.frame_origins, address::origin);
    let deadline = findings.read("deadline", own.deadline.as_ref(), |text| duration(text, SECOND, 30 * SECOND));
    Some(SmartApp {
        client_id: client_id?,
        scopes,
        has_links: own.links.as_ref().is_none_or(|links| *links.as_ref()),
        frame_origins,
        deadline: deadline.unwrap_or(DEADLINE),
    })
}

/// One scope (RFC 6749, 3.3), of those that a hospital chooses.
fn scope(text: &str) -> Result<String, String> {
    if text == "launch" || text.starts_with("launch/") {
        return Err(format!("must not have `{text}`: the app adds what its launch needs"));
    }
    if matches!(text, "offline_access" | "online_access") {
        return Err(format!("must not have `{text}`: the app keeps no token longer than one page is looked at"));
    }
    if text.contains(['"', '\\']) {
        return Err(format!("can't be `{text}`: no quotes and no backslashes"));
    }
    line(text)
}

/// A launch says which FHIR server it comes from: that must tell whose it is.
pub(super) fn same_server(file: &File, findings: &mut Findings<'_>) {
    let servers = |place: usize| {
        let client = file.client.get(place).map(Spanned::as_ref);
        let client = client.filter(|client| client.smart.is_some());
        client.into_iter().flat_map(|client| &client.fhir_servers)
    };
    for place in 0..file.client.len() {
        for server in servers(place) {
            let Ok(own) = Url::parse(server.as_ref()) else { continue };
            let is_same = |other: &&Spanned<String>| {
                Url::parse((*other).as_ref()).is_ok_and(|other| is_within(&own, &other) || is_within(&other, &own))
            };
            if let Some(other) = (0..place).flat_map(servers).find(is_same) {
                let first = findings.place(other);
                findings.problem(
                    server,
                    format!(
                        "is the FHIR server of another client with the app, in {first}: a launch could be of either"
                    ),
                );
            }
        }
    }
}
