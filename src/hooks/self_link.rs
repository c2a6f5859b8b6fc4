//! Whether a search looked at what it was asked for, by its self link: its server's statement of what it searched
//! (FHIR R4, 3.1.1.6: "server conformance").
//!
//! Servers spell it in many ways: absolute or relative, escaped or not, in any order, with the page size and the format added,
//! `patient=1` or `subject:Patient=Patient/1`, as a compartment, or with nothing but the number of the page. A search for more
//! than was asked is none of our business; one for less is not all there is.

use std::collections::BTreeSet;

use cellwise_record::{AsOf, Moment, Source, bare_id, without_version};
use jiff::civil::Date;
use percent_encoding::percent_decode_str;

/// What a search looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// Everything that was asked for, or more.
    Whole,
    /// It does not say.
    Unsaid,
    /// Less: an extra filter, fewer codes, a later page.
    Narrower,
    /// Another patient, or another type of resource.
    Elsewhere,
}

/// What was to be searched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'w> {
    /// The kind of data.
    pub(super) source: Source,
    /// The query template, filled in.
    pub(super) query: &'w str,
    /// The bare id of the patient.
    pub(super) patient_id: &'w str,
    /// The first day that matters; `None` is every day.
    pub(super) since: Option<Date>,
    /// When it is judged.
    pub(super) as_of: &'w AsOf,
}

/// Parameters that change how a result is shown, or which related resources come with it.
const PRESENTATION: [&str; 9] =
    ["_contained", "_containedType", "_count", "_format", "_include", "_pretty", "_revinclude", "_sort", "_total"];
/// Parameters by which servers find a page again, by whose: HAPI, Microsoft, Google, Epic, `InterSystems`, others. None is a
/// search parameter of FHIR.
const PAGING: [&str; 13] = [
    "_bundletype",
    "_cursor",
    "_getpages",
    "_pageId",
    "_page_token",
    "ct",
    "ict",
    "queryId",
    "search-id",
    "search-sort",
    "session",
    "sessionID",
    "stateid",
];
/// Parameters that count results: beyond the first, some were left out.
const OFFSETS: [&str; 4] = ["_getpagesoffset", "_offset", "_skip", "search-offset"];
/// Parameters that count pages, from one.
const PAGES: [&str; 2] = ["_page", "page"];
/// Names of the parameter for the patient.
const PATIENT: [&str; 3] = ["individual", "patient", "subject"];

/// A search parameter, without escapes.
#[derive(Debug)]
struct Parameter {
    name: String,
    /// `Patient` in `subject:Patient`, `not` in `code:not`.
    modifier: Option<String>,
    /// The alternatives: one of them must hold.
    values: BTreeSet<String>,
}

/// A search as an address says it.
struct Search {
    resource_type: Option<String>,
    /// Whose compartment is searched: `Patient/1/Condition`.
    patient: Option<String>,
    parameters: Vec<Parameter>,
}

/// What the search behind a self link looked at.
pub(super) fn fit(link: &str, wanted: &Wanted<'_>) -> Fit {
    let searched = Search::read(link);
    let types = searched.types();
    if types.is_empty() {
        return Fit::Unsaid;
    }
    if !types.iter().any(|kind| wanted.source.holds(kind)) {
        return Fit::Elsewhere;
    }
    let asked = Search::read(wanted.query);
    let mut says = false;
    let mut worst = Fit::Whole;
    let own = |id: &str| id == wanted.patient_id;
    if let Some(id) = &searched.patient {
        says = true;
        worst = worst.max(if own(id) { Fit::Whole } else { Fit::Elsewhere });
    }
    for parameter in &searched.parameters {
        if let Some(fit) = parameter.of_presentation() {
            worst = worst.max(fit);
            continue;
        }
        says = true;
        worst = worst.max(if parameter.is_patient() {
            if parameter.values.iter().any(|value| own(id_of(value))) { Fit::Whole } else { Fit::Elsewhere }
        } else {
            parameter.against(&asked, wanted)
        });
    }
    if worst == Fit::Whole && !says { Fit::Unsaid } else { worst }
}

impl Search {
    fn read(address: &str) -> Self {
        let address = address.trim().replace("&amp;", "&");
        let address = address.split('#').next().unwrap_or_default();
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        // Without a query a server may have forgotten the `?`: then there is no path.
        let segments = path.split('/').map(decoded).filter(|segment| !segment.is_empty());
        let mut segments: Vec<String> =
            segments.take_while(|segment| segment != "_search" && !segment.starts_with("__")).collect();
        let is_type = |segment: &String| {
            segment.starts_with(|c: char| c.is_ascii_uppercase()) && segment.chars().all(|c| c.is_ascii_alphabetic())
        };
        let resource_type = segments.pop_if(|segment| is_type(segment));
        let patient = match segments.as_slice() {
            [.., kind, id] if kind == "Patient" && resource_type.is_some() => Some(id.clone()),
            _ => None,
        };
        let parameters = query.split('&').filter(|pair| !pair.is_empty()).map(Parameter::read);
        Self { resource_type, patient, parameters: parameters.collect() }
    }

    /// The types of resources that are searched, as far as the address says.
    fn types(&self) -> Vec<&str> {
        if let Some(kind) = &self.resource_type {
            return vec![kind];
        }
        let typed = self.parameters.iter().filter(|parameter| parameter.name == "_type");
        typed.flat_map(|parameter| &parameter.values).map(String::as_str).collect()
    }
}

impl Parameter {
    fn read(pair: &str) -> Self {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name);
        let (name, modifier) = match name.split_once(':') {
            Some((name, modifier)) => (name.to_owned(), Some(modifier.to_owned())),
            None => (name, None),
        };
        Self { name, modifier, values: alternatives(&decoded(value)) }
    }

    fn is_patient(&self) -> bool {
        let of_the_patient = matches!(self.modifier.as_deref(), None | Some("Patient"));
        PATIENT.contains(&self.name.as_str()) && of_the_patient
    }

    /// What a parameter that filters nothing comes to; `None` when it is a filter.
    fn of_presentation(&self) -> Option<Fit> {
        let name = self.name.as_str();
        let number = self.values.first().and_then(|value| value.parse::<u64>().ok());
        let first = |least: u64| if number.is_none_or(|number| number <= least) { Fit::Whole } else { Fit::Narrower };
        match name {
            _ if self.values.is_empty() => Some(Fit::Whole),
            "_type" => Some(Fit::Whole),
            "_summary" if self.values.iter().all(|value| value == "false") => Some(Fit::Whole),
            _ if PRESENTATION.contains(&name) || PAGING.contains(&name) => Some(Fit::Whole),
            _ if OFFSETS.contains(&name) => Some(first(0)),
            _ if PAGES.contains(&name) => Some(first(1)),
            // No search parameter of FHIR begins like this.
            _ if name.starts_with("__") || name.starts_with('-') => Some(Fit::Whole),
            _ => None,
        }
    }

    /// Whether a filter lets everything through that was asked for.
    fn against(&self, asked: &Search, wanted: &Wanted<'_>) -> Fit {
        let same = asked.parameters.iter().find(|own| own.name == self.name && own.modifier == self.modifier);
        let lets_through = if let Some(own) = same {
            own.values.iter().all(|value| self.values.iter().any(|one| covers(one, value)))
        } else {
            let since = wanted.since.filter(|_| self.name == "date" && self.modifier.is_none());
            since.is_some_and(|since| self.values.iter().any(|value| reaches(value, since, wanted.as_of.date)))
        };
        if lets_through { Fit::Whole } else { Fit::Narrower }
    }
}

/// A part of an address without escapes.
fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().trim().to_owned()
}

/// The values of a parameter: commas part them, unless a backslash stands before.
fn alternatives(value: &str) -> BTreeSet<String> {
    let mut values = vec![String::new()];
    let mut escaped = false;
    for c in value.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                values.last_mut().into_iter().for_each(|value| value.push(c));
            }
            '\\' => escaped = true,
            ',' => values.push(String::new()),
            // A plus that was not escaped is read as a blank: here they are the same.
            '+' => values.last_mut().into_iter().for_each(|value| value.push(' ')),
            c => values.last_mut().into_iter().for_each(|value| value.push(c)),
        }
    }
    values.into_iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

/// The id in a reference to a Patient; a reference to something else has none.
fn id_of(reference: &str) -> &str {
    let path = without_version(reference);
    match path.rsplit_once('/') {
        Some((kind, id)) if kind == "Patient" || kind.ends_with("/Patient") => id,
        Some(_) => "",
        None => bare_id(path),
    }
}

/// Whether a token finds everything that another finds: it is the same, has no system, or has no code.
fn covers(one: &str, other: &str) -> bool {
    let split = |token: &str| -> (Option<String>, String) {
        match token.split_once('|') {
            Some((system, code)) => (Some(system_of(system)), code.to_owned()),
            None => (None, token.to_owned()),
        }
    };
    let (system, code) = split(one);
    let (other_system, other_code) = split(other);
    let system_fits = system.is_none() || system == other_system;
    let code_fits = code == other_code || code.is_empty() && system.is_some();
    system_fits && code_fits
}

fn system_of(url: &str) -> String {
    let url = url.trim_end_matches('/').to_ascii_lowercase();
    url.strip_prefix("https://").map_or(url.clone(), |rest| format!("http://{rest}"))
}

/// Whether a filter on the date lets everything through from `since` to `today`.
fn reaches(value: &str, since: Date, today: Date) -> bool {
    let Some((prefix, date)) = value.split_at_checked(2) else { return false };
    let (day, has_time) = date.split_once(['T', ' ']).map_or((date, false), |(day, _)| (day, true));
    let Some(moment) = Moment::parse(day) else { return false };
    match prefix {
        "ge" => moment.first <= since,
        "gt" | "sa" => moment.last < since,
        "le" => {
            if has_time {
                moment.first > today
            } else {
                moment.last >= today
            }
        }
        "lt" | "eb" => moment.first > today,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONDITIONS: &str = "Condition?patient=p%201";
    const OBSERVATIONS: &str = "Observation?patient=p-1&code=http://loinc.org|8310-5,http://loinc.org|2276-4";

    fn found(source: Source, query: &str, link: &str, since: Option<&str>) -> Fit {
        let as_of = AsOf::parse("2026-11-30T09:00:00+01:00").unwrap();
        let since = since.map(|day| day.parse().unwrap());
        let patient_id = if query == CONDITIONS { "p 1" } else { "p-1" };
        fit(link, &Wanted { source, query, patient_id, since, as_of: &as_of })
    }

    #[test]
    fn the_same_search_however_it_is_spelt() {
        for link in [
            // HAPI: absolute, escaped or not, by GET or POST.
            "https://ehr.example.org/baseR4/Observation?_count=200&_format=json&_pretty=true&code=http%3A%2F%2Floinc.org%7C8310-5%2Chttp%3A%2F%2Floinc.org%7C2276-4&patient=p-1",
            "https://ehr.example.org/baseR4/Observation/_search?code=http://loinc.org|2276-4,http://loinc.org|8310-5&patient=Patient/p-1",
            // Microsoft.
            "https://x.fhir.azurehealthcareapis.com/Observation?code=http%3A%2F%2Floinc.org%7C8310-5,http%3A%2F%2Floinc.org%7C2276-4&patient:Patient=p-1&_sort=-date&ct=WzE%3D",
            // Epic.
            "https://ehr.example.org/Interconnect/api/FHIR/R4/Observation?code=http%3a%2f%2floinc.org%7c8310-5,http%3a%2f%2floinc.org%7c2276-4&patient=p-1&sessionID=8-65",
            // LinuxForHealth, once of IBM.
            "https://ehr.example.org:9443/fhir-server/api/v4/Observation?_count=10&&code=http://loinc.org|8310-5,http://loinc.org|2276-4&subject:Patient=Patient/p-1&_include=Observation:subject:Patient&_page=1",
            "https://ehr.example.org/fhir/Patient/p-1/Observation?_count=10&code=2276-4,8310-5",
            // Others: relative, more than was asked, absolute references, escaped `&`, the system alone.
            "Observation?subject=https://ehr.example.org/fhir/Patient/p-1/_history/3&code=http://loinc.org|",
            "/fhir/Observation?patient=other,p-1",
            "https://ehr.example.org/fhir?_type=Observation,Condition&amp;patient=p-1",
            "https://ehr.example.org/fhir/Observation/__page/AB?patient=p-1&__t=3&-pageContext=7&_offset=0&_summary=false",
            "Observation?patient=p-1&code=https://LOINC.org/|8310-5,,http://loinc.org|2276-4,http://loinc.org|1",
        ] {
            assert_eq!(found(Source::Observations, OBSERVATIONS, link, None), Fit::Whole, "{link}");
        }
        for link in
            ["Condition?patient=p+1", "Condition?patient=p%201", "Condition?patient=Patient%2Fp%201&clinical-status="]
        {
            assert_eq!(found(Source::Conditions, CONDITIONS, link, None), Fit::Whole, "{link}");
        }
        let requests = "ServiceRequest?patient=p-1&status=active,completed";
        for link in ["ProcedureRequest?patient=p-1", "ServiceRequest?status=completed,active,draft"] {
            assert_eq!(found(Source::ServiceRequests, requests, link, None), Fit::Whole, "{link}");
        }
    }

    #[test]
    fn a_link_that_does_not_say_what_was_searched() {
        for link in [
            "",
            "https://ehr.example.org/fhir",
            "https://ehr.example.org/fhir?_getpages=56003c38&_getpagesoffset=0&_count=20&_bundletype=searchset",
            "http://ehr.example.org/fhir/_snapshot?id=27e5683a&start=0&_count=20",
            "https://ehr.example.org/fhir/Observation/_search?_count=10&_page=1",
            "patient=p-1&_count=20",
        ] {
            assert_eq!(found(Source::Observations, OBSERVATIONS, link, None), Fit::Unsaid, "{link}");
        }
    }

    #[test]
    fn a_search_for_less() {
        for (link, expected) in [
            ("Observation?patient=p-2&code=http://loinc.org|8310-5,http://loinc.org|2276-4", Fit::Elsewhere),
            ("Observation?patient=Practitioner/p-1", Fit::Elsewhere),
            ("Observation?patient=p-1&subject=Patient/p-2", Fit::Elsewhere),
            ("https://ehr.example.org/fhir/Patient/p-2/Observation", Fit::Elsewhere),
            ("Condition?patient=p-1", Fit::Elsewhere),
            ("https://ehr.example.org/fhir?_type=Condition&patient=p-1", Fit::Elsewhere),
            ("Observation?patient=p-1&code=http://loinc.org|8310-5", Fit::Narrower),
            ("Observation?patient=p-1&code=http://snomed.info/sct|8310-5,http://loinc.org|2276-4", Fit::Narrower),
            ("Observation?patient=p-1&code=8310-5&code=2276-4", Fit::Narrower),
            ("Observation?patient=p-1&code:in=http://example.org/vs", Fit::Narrower),
            ("Observation?patient=p-1&code:not=http://loinc.org|8310-5,http://loinc.org|2276-4", Fit::Narrower),
            ("Observation?patient=p-1&category=vital-signs", Fit::Narrower),
            ("Observation?patient=p-1&status=final", Fit::Narrower),
            ("Observation?patient=p-1&date=ge2026-11-01", Fit::Narrower),
            ("Observation?patient=p-1&_lastUpdated=gt2020-01-01", Fit::Narrower),
            ("Observation?patient=p-1&_elements=code", Fit::Narrower),
            ("Observation?patient=p-1&_summary=count", Fit::Narrower),
            ("Observation?patient=p-1&encounter=e", Fit::Narrower),
            ("Observation?patient=p-1&made-up=1", Fit::Narrower),
            ("Observation?patient=p-1&_offset=200", Fit::Narrower),
            ("Observation?patient=p-1&_page=2", Fit::Narrower),
        ] {
            assert_eq!(found(Source::Observations, OBSERVATIONS, link, None), expected, "{link}");
        }
        let requests = "ServiceRequest?patient=p-1&status=active,completed";
        let link = "ServiceRequest?patient=p-1&status=active";
        assert_eq!(found(Source::ServiceRequests, requests, link, None), Fit::Narrower);
    }

    #[test]
    fn the_days_that_matter_are_enough() {
        for (date, expected) in [
            ("ge2026-11-27", Fit::Whole),
            ("ge2026-11-27T00:00:00%2B01:00", Fit::Whole),
            ("ge2026-11", Fit::Whole),
            ("gt2026-11-26", Fit::Whole),
            ("sa2025", Fit::Whole),
            ("ge2026-11-26,le2026-11-29", Fit::Whole),
            ("le2026-11-30", Fit::Whole),
            ("lt2026-12-01", Fit::Whole),
            ("ge2026-11-28", Fit::Narrower),
            ("gt2026-11-27", Fit::Narrower),
            ("le2026-11-29", Fit::Narrower),
            ("le2026-11-30T08:00:00Z", Fit::Narrower),
            ("2026-11-30", Fit::Narrower),
            ("eq2026", Fit::Narrower),
            ("geyesterday", Fit::Narrower),
            ("é", Fit::Narrower),
        ] {
            let link = format!("Observation?patient=p-1&date={date}");
            assert_eq!(found(Source::Observations, OBSERVATIONS, &link, Some("2026-11-27")), expected, "{link}");
        }
        let ends = "Observation?patient=p-1&date=ge2026-11-20&date=lt2026-11-29";
        assert_eq!(found(Source::Observations, OBSERVATIONS, ends, Some("2026-11-27")), Fit::Narrower);
        let later = "Observation?patient=p-1&date:missing=true";
        assert_eq!(found(Source::Observations, OBSERVATIONS, later, Some("2026-11-27")), Fit::Narrower);
    }
}
