//! What a service asks an EHR for: one query for each kind of data, several where one would be too long for a URL, or where
//! some of the data is wanted of the last days only.

use std::collections::{BTreeMap, BTreeSet};

use cellwise_clinic::numbers::{self, Number};
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Hook, Rule};
use cellwise_record::terminology::{Terminology, ValueSet};
use cellwise_record::{Source, StartupError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

/// Stands, in a template of a service file, for the codes of every observation that a rule of the service reads.
pub(crate) const OBSERVATIONS: &str = "{{observations}}";
/// The token of the templates for the patient. No other is used (`tests/tidy.rs`).
pub(crate) const PATIENT_TOKEN: &str = "{{context.patientId}}";

/// The longest query string, with every escape that a client may write: addresses of 2,000 characters pass everywhere.
pub const LONGEST_QUERY: usize = 1_900;
/// Room for what is not in a template: the id of a patient (Epic's are long), `_count` and `date`.
const ROOM: usize = 160;
/// The day on which something was measured may be another one where the server is.
const MARGIN_DAYS: f64 = 1.0;

/// Observations that the rules look at for some days only, as a service file names them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Recent {
    /// Value sets of their codes.
    observations: Vec<String>,
    /// Single codes besides, `system|code`: panels that hold nothing else.
    #[serde(default)]
    codes: Vec<String>,
    /// The numbers that say how far back any rule looks at them; the longest counts.
    within: Vec<String>,
}

/// One query of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The prefetch key.
    pub key: String,
    /// The kind of data.
    pub source: Source,
    /// The query template.
    pub template: String,
    /// For how many days back the rules look at it; `None` is any time.
    pub recent_days: Option<i32>,
    /// Whether it stands for all queries of its kind at once. It is not in discovery: a client that asks one long query
    /// instead of several, or brings data that was put together by hand, uses its key.
    pub is_whole: bool,
}

/// The orders that are drafted name their drug by reference at times: what each of them is.
pub(crate) const DRAFTED_MEDICATIONS: &str = "draftedMedications";

/// What an EHR that fills in FHIRPath may be asked for besides, on a hook: prefetch key and template (CDS Hooks 3.0.0-ballot, "Prefetch
/// tokens containing Simpler FHIRPath"). Each is something that would be fetched one by one else.
pub(super) fn in_fhirpath(hook: Hook) -> &'static [(&'static str, &'static str)] {
    match hook {
        Hook::OrderSelect | Hook::OrderSign => &[(
            DRAFTED_MEDICATIONS,
            "Medication?_id={{context.draftOrders.entry.resource.ofType(MedicationRequest).medication.resolve().id}}",
        )],
        Hook::OrderDispatch => &[
            (
                "dispatchedMedicationRequests",
                "MedicationRequest?_id={{context.dispatchedOrders.resolve().ofType(MedicationRequest).id}}",
            ),
            (
                "dispatchedServiceRequests",
                "ServiceRequest?_id={{context.dispatchedOrders.resolve().ofType(ServiceRequest).id}}",
            ),
        ],
        Hook::PatientView | Hook::EncounterStart | Hook::EncounterDischarge | Hook::AppointmentBook => &[],
    }
}

impl Asked {
    /// The template for an EHR that fills in FHIRPath: of the days that matter alone.
    pub(super) fn template_in_fhirpath(&self) -> String {
        let since = self.recent_days.map(|days| format!("&date=ge{{{{today() - {days} days}}}}"));
        format!("{}{}", self.template, since.unwrap_or_default())
    }

    fn whole(source: Source, template: String) -> Self {
        Self { key: source.key().to_owned(), source, template, recent_days: None, is_whole: false }
    }
}

/// The queries of a service with these templates, for the data that its rules need.
pub(super) fn asked<'r>(
    templates: &BTreeMap<String, String>,
    recent: &[Recent],
    sources: &[Source],
    rules: impl Iterator<Item = &'r &'static Rule>,
    (terminology, policy): (&Terminology, &Policy),
) -> Vec<Asked> {
    // In one order, whatever that of the service is: a fingerprint must not change with it.
    let mut rules: Vec<&Rule> = rules.copied().collect();
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    let mut asked = Vec::new();
    for source in sources {
        let Some(template) = templates.get(source.key()) else { continue };
        let Some((before, after)) = template.split_once(OBSERVATIONS) else {
            asked.push(Asked::whole(*source, template.clone()));
            continue;
        };
        let mut codes = Codes { terminology, seen: BTreeSet::new(), parts: Vec::new() };
        codes.add(recent, &rules, after, policy);
        let parts: Vec<(Option<i32>, String)> = codes
            .parts
            .into_iter()
            .flat_map(|(days, groups)| chunks(before, groups).into_iter().map(move |tokens| (days, tokens)))
            .collect();
        let all = parts.iter().map(|(_, tokens)| tokens.as_str()).collect::<Vec<_>>().join(",");
        let whole = Asked::whole(*source, format!("{before}{all}"));
        if parts.len() < 2 {
            asked.push(Asked { recent_days: parts.first().and_then(|(days, _)| *days), ..whole });
            continue;
        }
        asked.extend(parts.into_iter().enumerate().map(|(place, (recent_days, tokens))| Asked {
            key: format!("{}{}", source.key(), place + 1),
            source: *source,
            template: format!("{before}{tokens}"),
            recent_days,
            is_whole: false,
        }));
        asked.push(Asked { is_whole: true, ..whole });
    }
    asked
}

/// Codes that are asked for, as search tokens.
struct Codes<'t> {
    terminology: &'t Terminology,
    /// A code of several sets is asked for once, for the longest time.
    seen: BTreeSet<String>,
    /// How many days back, and the codes of each rule: a query that is too long is parted between rules.
    parts: Vec<(Option<i32>, Vec<Vec<String>>)>,
}

impl Codes<'_> {
    /// Adds what the rules read: at any time first, with the codes of the template itself, then of the last days.
    fn add(&mut self, recent: &[Recent], rules: &[&Rule], after: &str, policy: &Policy) {
        let of_days = |set: &ValueSet| recent.iter().any(|group| group.sets().contains(set));
        let mut groups = Vec::new();
        for rule in rules {
            groups.push(self.tokens(rule.observations.iter().copied().filter(|set| !of_days(set))));
        }
        if rules.iter().any(|rule| !rule.observations.is_empty()) {
            // What is asked for may come as a component of a panel, which is found by the code of the panel only.
            let is_recent = |token: &String| recent.iter().any(|group| group.codes.contains(token));
            let mut panels = self.tokens([ValueSet::OBSERVATION_PANEL].into_iter());
            let of_days: Vec<String> = panels.extract_if(.., |token| is_recent(token)).collect();
            for token in &of_days {
                self.seen.remove(token);
            }
            groups.push(panels);
        }
        groups.push(after.split(',').filter(|token| !token.is_empty()).map(str::to_owned).collect());
        self.parts.push((None, groups));
        let mut longest_first: Vec<(i32, &Recent)> = recent.iter().map(|group| (group.days(policy), group)).collect();
        longest_first.sort_by_key(|(days, _)| -days);
        for (days, group) in longest_first {
            let read = |set: &ValueSet| rules.iter().any(|rule| rule.observations.contains(set));
            let mut tokens = self.tokens(group.sets().into_iter().filter(read));
            if !tokens.is_empty() {
                tokens.extend(group.codes.iter().filter(|token| self.seen.insert((*token).clone())).cloned());
            }
            self.parts.push((Some(days), vec![tokens]));
        }
    }

    /// The codes of some sets that were not asked for yet, as `system|code`. The site's own are among them: the EHR may have no
    /// other.
    fn tokens(&mut self, sets: impl Iterator<Item = ValueSet>) -> Vec<String> {
        let terminology = self.terminology;
        let members = |set| terminology.members(set).iter().chain(terminology.local_members(set));
        let tokens = sets.flat_map(members).map(|of| format!("{}|{}", searchable(&of.system), searchable(&of.code)));
        tokens.filter(|token| self.seen.insert(token.clone())).collect()
    }
}

/// Tokens put together into as few parameters as the length allows; those of a group stay together where they can.
fn chunks(before: &str, groups: Vec<Vec<String>>) -> Vec<String> {
    let fits = |tokens: &str| query_length(&format!("{before}{tokens}")) <= LONGEST_QUERY;
    let mut chunks: Vec<String> = Vec::new();
    let mut add = |tokens: String| match chunks.iter_mut().find(|chunk| fits(&format!("{chunk},{tokens}"))) {
        Some(chunk) => {
            chunk.push(',');
            chunk.push_str(&tokens);
        }
        None => chunks.push(tokens),
    };
    for group in groups.into_iter().filter(|group| !group.is_empty()) {
        let together = group.join(",");
        if fits(&together) {
            add(together);
        } else {
            group.into_iter().for_each(&mut add);
        }
    }
    chunks
}

/// How long the query string of a template can get: filled in, with every escape.
fn query_length(template: &str) -> usize {
    let (_, query) = template.split_once('?').unwrap_or_default();
    let fixed = query.replace(PATIENT_TOKEN, "");
    let pairs = fixed.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let length = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string().len();
    pairs.map(|(name, value)| length(name) + length(value) + 2).sum::<usize>() + ROOM
}

impl Recent {
    /// What is wrong with it, if something is.
    fn problem(&self) -> Option<String> {
        let set = self.observations.iter().find(|name| ValueSet::from_name(name).is_none());
        let number = self.within.iter().find(|id| number(id).is_none());
        match (set, number) {
            (Some(set), _) => Some(format!("`recent` names the value set `{set}`, which does not exist")),
            (_, Some(number)) => Some(format!("`recent` names the number `{number}`, which does not exist")),
            _ if self.within.is_empty() => Some("`recent` must name the numbers that say how far back".to_owned()),
            _ => None,
        }
    }

    /// The sets of its codes.
    fn sets(&self) -> BTreeSet<ValueSet> {
        self.observations.iter().filter_map(|name| ValueSet::from_name(name)).collect()
    }

    /// How many whole days back the rules look, at most.
    fn days(&self, policy: &Policy) -> i32 {
        let days = |id: &String| number(id).map_or(0.0, |number| in_days(policy.value(number), number.unit));
        #[expect(clippy::cast_possible_truncation, reason = "days of a number whose range is checked")]
        let days = self.within.iter().map(days).fold(0.0, f64::max).ceil() as i32;
        days
    }
}

fn number(id: &str) -> Option<&'static Number> {
    numbers::ALL.iter().find(|number| number.id == id).copied()
}

/// A time in days, generously.
fn in_days(value: f64, unit: &str) -> f64 {
    let days = match unit {
        "h" => value / 24.0,
        "wk" => value * 7.0,
        "mo" => value * 31.0,
        "a" => value * 366.0,
        _ => value,
    };
    days + MARGIN_DAYS
}

/// Checks what a service file asks for.
///
/// # Errors
/// What is wrong, in one line.
pub(super) fn check(path: &str, recent: &[Recent], asked: &[Asked]) -> Result<(), StartupError> {
    if let Some(problem) = recent.iter().find_map(Recent::problem) {
        return Err(StartupError::file(path, problem));
    }
    let long = asked.iter().find(|asked| !asked.is_whole && query_length(&asked.template) > LONGEST_QUERY);
    long.map_or(Ok(()), |long| {
        let key = &long.key;
        Err(StartupError::file(path, format!("the query of `{key}` is longer than {LONGEST_QUERY} bytes")))
    })
}

/// What is written as it is in a search parameter.
const IN_A_SEARCH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'/');

/// A code, the url of its system or an id as part of a search parameter. A site's own may hold anything.
pub(crate) fn searchable(code: &str) -> String {
    let mut plain = String::with_capacity(code.len());
    for c in code.chars() {
        // FHIR R4, 3.1.1.3: these four part the values of a parameter.
        if matches!(c, ',' | '|' | '$' | '\\') {
            plain.push('\\');
        }
        plain.push(c);
    }
    utf8_percent_encode(&plain, IN_A_SEARCH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_code_can_not_break_a_search() {
        assert_eq!(searchable("http://loinc.org"), "http://loinc.org");
        assert_eq!(searchable("urn:oid:2.16.840.1"), "urn:oid:2.16.840.1");
        assert_eq!(searchable("CRP hs,1|a&b{{c}}"), "CRP%20hs%5C%2C1%5C%7Ca%26b%7B%7Bc%7D%7D");
    }

    #[test]
    fn many_codes_are_asked_in_several_queries() {
        let before = "Observation?patient={{context.patientId}}&code=";
        let tokens: Vec<String> = (0..300).map(|code| format!("http://loinc.org|{code}")).collect();
        let chunks = chunks(before, vec![tokens.clone()]);
        assert!(chunks.len() > 3, "{}", chunks.len());
        assert_eq!(chunks.join(","), tokens.join(","));
        for chunk in &chunks {
            let length = query_length(&format!("{before}{chunk}"));
            assert!(length <= LONGEST_QUERY, "{length}");
        }
        // The codes of a rule are not torn apart.
        let group = |rule: usize| tokens.iter().skip(rule * 30).take(30).cloned().collect::<Vec<_>>();
        for chunk in super::chunks(before, (0..10).map(group).collect()) {
            assert_eq!(chunk.split(',').count(), 30, "{chunk}");
        }
    }

    #[test]
    fn the_longest_of_its_numbers_says_how_far_back() {
        let recent = |within: &[&str]| Recent {
            observations: vec!["body-temperature".to_owned()],
            codes: Vec::new(),
            within: within.iter().map(|id| (*id).to_owned()).collect(),
        };
        assert_eq!(recent(&["crs-hours"]).days(&Policy::default()), 2);
        assert_eq!(recent(&["crs-hours", "fever-hours"]).days(&Policy::default()), 3);
        assert_eq!(recent(&["crs-hours"]).problem(), None);
        assert!(recent(&["no-such-number"]).problem().unwrap().contains("no-such-number"));
        assert!(recent(&[]).problem().is_some());
    }
}
