//! What a hook would be sent of a record: the kinds of data that the services ask for when a chart is opened, and which entries
//! of them their queries would find.
//!
//! A search that a hook sends finds an Observation by its code and a request by its status. What it would not find is passed over
//! here, too, or the same patient would get another verdict than at the hook. But what has codes of the hospital's own only, or no
//! status, is not passed over: whether a hook would be sent it depends on what its server makes of that, and unknown is never no.

use std::collections::{HashMap, HashSet};

use cellwise_clinic::{Hook, Rule};
use cellwise_fhir_reader::lens::{Object, Read};
use cellwise_fhir_reader::resource::{Concept, Resource};
use cellwise_record::Source;
use cellwise_record::terminology::{System, Terminology};
use percent_encoding::percent_decode_str;

use crate::engine::Engine;
use crate::knowledge::Service;

/// The hook that patients are screened at: what can be said of a chart without an order.
pub(super) const HOOK: Hook = Hook::PatientView;

/// What is asked of each patient.
pub(super) struct Asked<'e> {
    /// The engine.
    pub(super) engine: &'e Engine,
    /// The services that are offered when a chart is opened.
    pub(super) services: Vec<&'e Service>,
    /// The kinds of data that they ask for.
    pub(super) sources: Vec<Source>,
    filters: HashMap<Source, Filter>,
}

/// What a query finds of a kind of data; `None` is everything.
#[derive(Default)]
struct Filter {
    statuses: Option<HashSet<String>>,
    codes: Option<Codes>,
}

/// Codes, by the url of their system as queries spell it, and by the system whatever its spelling.
#[derive(Default)]
struct Codes {
    by_url: HashMap<String, HashSet<String>>,
    by_system: HashMap<System, HashSet<String>>,
}

impl<'e> Asked<'e> {
    pub(super) fn new(engine: &'e Engine) -> Self {
        let services = engine.knowledge().services.iter();
        let services: Vec<&Service> = services.filter(|service| service.hooks.contains_key(HOOK.name())).collect();
        let mut sources: Vec<Source> = services.iter().flat_map(|service| service.sources.iter().copied()).collect();
        sources.sort_unstable();
        sources.dedup();
        let terminology = &engine.knowledge().terminology;
        let filters = sources.iter().map(|source| (*source, Filter::of(*source, &services, terminology))).collect();
        Self { engine, services, sources, filters }
    }

    /// The rules that are asked, in the order of the services.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        self.services.iter().filter_map(|service| service.hooks.get(HOOK.name())).flatten().copied()
    }

    /// The kind of data that a resource of this type is, if anything asks for it.
    pub(super) fn source(&self, resource_type: &str) -> Option<Source> {
        self.sources.iter().copied().find(|source| source.holds(resource_type))
    }

    /// Whether a query would find something with this code, or might.
    pub(super) fn finds_code(&self, source: Source, code: &Read<Object<Concept<'_>>>) -> bool {
        let Some(codes) = self.filters.get(&source).and_then(|filter| filter.codes.as_ref()) else { return true };
        let Some(concept) = code.value() else { return !code.is_absent() };
        let terminology = &self.engine.knowledge().terminology;
        let pairs = || {
            let codings = concept.0.coding.items.iter();
            codings.filter_map(|coding| Some((coding.system.as_str()?, coding.code.as_str()?)))
        };
        pairs().any(|(system, code)| codes.have(system, code, terminology))
            // No code of it is of a system that anybody but the hospital knows.
            || !pairs().any(|(system, code)| terminology.lookup(system, code).system.is_some())
    }

    /// Whether a query would find something with this status.
    pub(super) fn finds_status(&self, source: Source, resource: &Resource<'_>) -> bool {
        let statuses = self.filters.get(&source).and_then(|filter| filter.statuses.as_ref());
        statuses.is_none_or(|statuses| resource.status.as_str().is_none_or(|status| statuses.contains(status)))
    }
}

impl Filter {
    /// What any of the services would find: each is shown later what it asks for.
    fn of(source: Source, services: &[&Service], terminology: &Terminology) -> Self {
        let asked = services.iter().flat_map(|service| &service.asked);
        let templates: Vec<&str> = asked
            .filter(|asked| asked.source == source && !asked.is_whole)
            .map(|asked| asked.template.as_str())
            .collect();
        let all = |name: &str| {
            let values: Option<Vec<Vec<String>>> = templates.iter().map(|template| values(template, name)).collect();
            values.filter(|values| !values.is_empty()).map(|values| values.concat())
        };
        let codes = all("code").map(|tokens| {
            let mut codes = Codes::default();
            for token in &tokens {
                if let [system, code] = parts(token, '|').as_slice() {
                    codes.add(&plain(system), &plain(code), terminology);
                }
            }
            codes
        });
        let statuses = all("status").map(|statuses| statuses.iter().map(|status| plain(status)).collect());
        Self { statuses, codes }
    }
}

impl Codes {
    fn add(&mut self, system: &str, code: &str, terminology: &Terminology) {
        self.by_url.entry(system.to_owned()).or_default().insert(code.to_owned());
        if let Some(known) = terminology.lookup(system, code).system {
            self.by_system.entry(known).or_default().insert(code.to_owned());
        }
    }

    fn have(&self, system: &str, code: &str, terminology: &Terminology) -> bool {
        if let Some(codes) = self.by_url.get(system) {
            return codes.contains(code);
        }
        let known = terminology.lookup(system, code).system.and_then(|system| self.by_system.get(&system));
        known.is_some_and(|codes| codes.contains(code))
    }
}

/// The alternatives that a template has for a search parameter, escaped as they are; `None` when it does not have it.
fn values(template: &str, name: &str) -> Option<Vec<String>> {
    let (_, query) = template.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(parts(&percent_decode_str(value).decode_utf8_lossy(), ','))
}

/// The parts of a search parameter between separators that are not escaped, with their escapes.
fn parts(value: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_escaped = false;
    for c in value.chars() {
        if c == separator && !is_escaped {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    parts
}

/// A part without its escapes.
fn plain(part: &str) -> String {
    let mut plain = String::with_capacity(part.len());
    let mut characters = part.chars();
    while let Some(c) = characters.next() {
        plain.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    plain
}

#[cfg(test)]
mod tests {
    use cellwise_fhir_reader::lens::{Object, Read};

    use super::*;
    use crate::knowledge::searchable;

    #[test]
    fn a_template_says_what_it_finds() {
        let code = searchable("CRP hs,1|a\\b");
        let template = format!("Observation?patient={{{{context.patientId}}}}&code=http://loinc.org|1-8,urn:x|{code}");
        let tokens = values(&template, "code").unwrap();
        let pairs: Vec<Vec<String>> =
            tokens.iter().map(|token| parts(token, '|').iter().map(|part| plain(part)).collect()).collect();
        assert_eq!(pairs, [["http://loinc.org", "1-8"], ["urn:x", "CRP hs,1|a\\b"]]);
        assert_eq!(values("Condition?patient=x", "code"), None);
        assert_eq!(values("Patient/x", "code"), None);
    }

    #[test]
    fn what_a_hook_would_not_find_is_passed_over() {
        let engine = Engine::load().unwrap();
        let asked = Asked::new(&engine);
        let read = |code: &str| {
            let read: Read<Object<Resource<'_>>> = serde_json::from_str(code).unwrap();
            let resource = &read.value().unwrap().0;
            (
                asked.finds_code(Source::Observations, &resource.code),
                asked.finds_status(Source::ServiceRequests, resource),
            )
        };
        let coded = |system: &str, code: &str| {
            format!(r#"{{"status":"active","code":{{"coding":[{{"system":"{system}","code":"{code}"}}]}}}}"#)
        };
        assert_eq!(read(&coded("http://loinc.org", "8310-5")), (true, true));
        assert_eq!(read(&coded("urn:oid:2.16.840.1.113883.6.1", "8310-5")), (true, true));
        assert_eq!(read(&coded("http://loinc.org", "2951-2")), (false, true));
        assert_eq!(read(&coded("urn:x", "8310-5")), (true, true));
        assert_eq!(read(r#"{"status":"draft","code":{"text":"temperature"}}"#), (true, false));
        assert_eq!(read(r#"{"status":"draft"}"#), (false, false));
    }
}
