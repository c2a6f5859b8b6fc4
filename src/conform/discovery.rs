//! What a server says that it offers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Tally;
use super::cards::nothing_empty;
use super::catalogue::{
    CORS_PREFLIGHT, DISCOVERY, DISCOVERY_LIST, PREFETCH, PREFETCH_FIELDS, PREFETCH_SUBSET, PREFETCH_TOKENS, SERVICE,
    SERVICE_ID, SERVICE_ONCE, SERVICE_TITLE,
};
use super::probe::{ORIGIN, Pass, Probe, look_at_headers};

/// A service on a hook.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) id: String,
    pub(super) hook: String,
    pub(super) prefetch: BTreeMap<String, String>,
}

impl Service {
    /// What it is called where something is wrong with it.
    pub(super) fn name(&self) -> String {
        format!("{} on {}", self.id, self.hook)
    }
}

/// The fields of the context of each hook that may be prefetch tokens (hook definitions of the HL7 library).
const TOKENS: [(&str, &[&str]); 12] = [
    ("patient-view", &["userId", "patientId", "encounterId"]),
    ("order-select", &["userId", "patientId", "encounterId"]),
    ("order-sign", &["userId", "patientId", "encounterId"]),
    ("order-dispatch", &["patientId", "dispatchedOrders", "performer"]),
    ("encounter-start", &["userId", "patientId", "encounterId"]),
    ("encounter-discharge", &["userId", "patientId", "encounterId"]),
    ("appointment-book", &["userId", "patientId", "encounterId"]),
    ("allergyintolerance-create", &["userId", "patientId", "encounterId"]),
    ("problem-list-item-create", &["userId", "patientId", "encounterId"]),
    ("medication-refill", &["userId", "patientId", "encounterId"]),
    ("medication-verify", &["userId", "patientId", "encounterId"]),
    ("medication-prescribe", &["userId", "patientId", "encounterId"]),
];
/// The tokens that name the user.
const USER_TOKENS: [&str; 4] = ["userPractitionerId", "userPractitionerRoleId", "userPatientId", "userRelatedPersonId"];

/// Checks discovery and gives the services that can be called.
///
/// # Errors
/// When nobody answers.
pub(super) fn check(probe: &Probe<'_>, tally: &mut Tally) -> Result<Vec<Service>, String> {
    let answer = probe.get("", &Pass::Own)?;
    tally.judge(&DISCOVERY, answer.status == 200, || format!("{}: answered {}", probe.address(""), answer.status));
    look_at_headers("discovery", &answer, tally);
    preflight(probe, "", "GET", tally);
    let body = answer.json().filter(|_| answer.status == 200);
    let list = body.as_ref().and_then(|body| body.get("services")).and_then(Value::as_array);
    tally.judge(&DISCOVERY_LIST, list.is_some(), || "there is no array `services`".to_owned());
    let Some((list, body)) = list.zip(body.as_ref()) else { return Ok(Vec::new()) };
    nothing_empty("discovery", body, &["/services"], tally);
    let mut services = Vec::new();
    for (place, service) in list.iter().enumerate() {
        services.extend(read(place, service, tally));
    }
    if let Some(service) = services.first() {
        preflight(probe, &format!("/{}", service.id), "POST", tally);
    }
    let mut seen = BTreeSet::new();
    for service in &services {
        let is_new = seen.insert((service.id.as_str(), service.hook.as_str()));
        tally.judge(&SERVICE_ONCE, is_new, || format!("{} is there twice", service.name()));
        templates(service, tally);
    }
    Ok(services)
}

/// What a browser asks before it calls.
pub(super) fn preflight(probe: &Probe<'_>, path: &str, method: &str, tally: &mut Tally) {
    match probe.preflight(path, method) {
        Err(problem) => tally.fail(&CORS_PREFLIGHT, problem),
        Ok(answer) => {
            let text =
                |name| answer.headers.get(name).and_then(|value: &reqwest::header::HeaderValue| value.to_str().ok());
            let origin = text("access-control-allow-origin").unwrap_or_default();
            let headers = text("access-control-allow-headers").unwrap_or_default().to_ascii_lowercase();
            let allows = |name: &str| headers.contains(name) || headers == "*" && name != "authorization";
            let is_allowed = answer.is_success()
                && (origin == "*" || origin == ORIGIN)
                && allows("authorization")
                && (method == "GET" || allows("content-type"));
            tally.judge(&CORS_PREFLIGHT, is_allowed, || {
                format!(
                    "OPTIONS /cds-services{path} for {method} from {ORIGIN}: {}, origin `{origin}`, headers `{headers}`",
                    answer.status
                )
            });
        }
    }
}

fn read(place: usize, service: &Value, tally: &mut Tally) -> Option<Service> {
    let text = |name: &str| service.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let at = |name: &str| format!("`/services/{place}/{name}` is no text");
    for name in ["hook", "description", "id"] {
        tally.judge(&SERVICE, text(name).is_some(), || at(name));
    }
    for name in ["title", "usageRequirements"] {
        if let Some(value) = service.get(name) {
            tally.judge(&SERVICE, value.is_string(), || at(name));
        }
    }
    tally.judge(&SERVICE_TITLE, text("title").is_some(), || format!("`/services/{place}` has no `title`"));
    let (id, hook) = (text("id")?.to_owned(), text("hook")?.to_owned());
    let is_segment = !id.contains(['/', '?', '#', '%', ' ', '\\']);
    tally.judge(&SERVICE_ID, is_segment, || format!("`{id}` can't stand in an address as it is"));
    let mut prefetch = BTreeMap::new();
    if let Some(value) = service.get("prefetch") {
        let members = value.as_object();
        tally.judge(&PREFETCH, members.is_some(), || format!("`/services/{place}/prefetch` is no object"));
        for (key, template) in members.into_iter().flatten() {
            let template = template.as_str();
            tally.judge(&PREFETCH, template.is_some(), || format!("`/services/{place}/prefetch/{key}` is no text"));
            prefetch.extend(template.map(|template| (key.clone(), template.to_owned())));
        }
    }
    is_segment.then_some(Service { id, hook, prefetch })
}

fn templates(service: &Service, tally: &mut Tally) {
    for (key, template) in &service.prefetch {
        let at = format!("{}, `{key}`", service.name());
        match tokens(template) {
            None => tally.fail(&PREFETCH_TOKENS, format!("{at}: braces are not closed")),
            Some(tokens) => {
                for token in tokens {
                    token_of(&at, service, token, tally);
                }
            }
        }
        let beyond = beyond_subset(template);
        match beyond.as_slice() {
            [] => tally.pass(&PREFETCH_SUBSET),
            beyond => {
                tally.fail(&PREFETCH_SUBSET, format!("{at} goes beyond the subset with `{}`", beyond.join("`, `")));
            }
        }
    }
}

/// What stands between braces; `None` when they don't close.
fn tokens(template: &str) -> Option<Vec<&str>> {
    let mut tokens = Vec::new();
    let mut rest = template;
    while let Some((_, after)) = rest.split_once("{{") {
        let (token, after) = after.split_once("}}")?;
        tokens.push(token.trim());
        rest = after;
    }
    (!rest.contains("}}")).then_some(tokens)
}

fn token_of(at: &str, service: &Service, token: &str, tally: &mut Tally) {
    let field = token.strip_prefix("context.");
    let is_known = field.is_some_and(|field| !field.is_empty()) || USER_TOKENS.contains(&token);
    tally.judge(&PREFETCH_TOKENS, is_known, || format!("{at}: `{{{{{token}}}}}` is no token"));
    if let Some(field) = field {
        let of_hook = TOKENS.iter().find(|(hook, _)| *hook == service.hook).map(|(_, fields)| *fields);
        let is_eligible = !field.contains(['.', '[', '(']) && of_hook.is_none_or(|fields| fields.contains(&field));
        tally.judge(&PREFETCH_FIELDS, is_eligible, || {
            format!("{at}: `{{{{{token}}}}}` is no field of the context of {} that may be a token", service.hook)
        });
    }
}

/// What of a template lies beyond the recommended subset.
fn beyond_subset(template: &str) -> Vec<String> {
    let Some((_, query)) = template.split_once('?') else { return Vec::new() };
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    let is_beyond = |name: &&str| match name.split_once(':') {
        Some((_, modifier)) => modifier != "in",
        None => name.starts_with('_') && !["_id", "_count", "_sort"].contains(name) || name.contains('.'),
    };
    names.filter(is_beyond).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_what_lies_beyond_the_subset() {
        assert_eq!(
            tokens("a/{{context.patientId}}?x={{ userPractitionerId }}").unwrap(),
            ["context.patientId", "userPractitionerId"]
        );
        assert_eq!(tokens("a/{{context.patientId}"), None);
        assert_eq!(tokens("a/}}"), None);
        let of = |template| beyond_subset(template).join(" ");
        assert_eq!(of("Observation?patient={{context.patientId}}&code=4548-4&_count=1&sort:desc=date"), "sort:desc");
        assert_eq!(of("MedicationRequest?patient=a&_include=MedicationRequest:medication"), "_include");
        assert_eq!(of("Condition?code:in=http://x&subject.name=a&_sort=-date"), "subject.name");
        assert_eq!(of("Patient/a"), "");
    }
}
