//! Reading a line of an export: what it is, whom it is about, and whether any rule could look at it.
//!
//! What the chart builder would drop by its code alone is dropped here, by asking the chart builder itself: most lines of a
//! hospital never reach a chart. The rest is kept as text until all there is of a patient is together.

use std::cell::RefCell;

use cellwise_fhir_reader::builder::ChartBuilder;
use cellwise_fhir_reader::collect::{Collect, Element, Origin, Passing, Written};
use cellwise_fhir_reader::lens::{Object, Read};
use cellwise_fhir_reader::lone::{self, Lone};
use cellwise_fhir_reader::prefetch::medication;
use cellwise_fhir_reader::resource::{Concept, Resource};
use cellwise_record::Source;
use cellwise_record::terminology::{DrugCode, Terminology};
use hashbrown::HashMap;

use super::asked::Asked;
use super::tally::CodeKey;
use super::whom::Whom;
use crate::hooks::request::{check_json, plain_error};

/// The type that says which drug a prescription means.
pub(super) const MEDICATION: &str = "Medication";

/// What a line came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// No rule would look at it.
    Passed,
    /// A rule may look at it, but it names nobody: no search for a patient's data finds it.
    OfNobody,
    /// A rule may look at it.
    Kept { source: Source, whom: Whom },
    /// A Medication, by its id.
    Drug { id: String },
    /// A Bundle: its entries are lines of their own.
    Bundle,
    /// An `OperationOutcome`.
    Remark { is_failure: bool },
    /// It can't be read.
    Fault(Fault),
}

/// Why a line can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// What is wrong, without anything of the line.
    pub(super) message: String,
    /// Up to which byte it was right.
    pub(super) at: usize,
    /// Whether it ends too early.
    pub(super) is_cut: bool,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), at: 0, is_cut: false }
    }

    fn of(error: &serde_json::Error, line: &str) -> Self {
        // A line has no line breaks that JSON would count.
        let at = error.column().saturating_sub(1).min(line.len());
        Self { message: plain_error(error).replace(" at line 1 column ", " at byte "), at, is_cut: error.is_eof() }
    }
}

/// A line, read.
#[derive(Debug)]
pub(super) struct Line {
    /// The type that it says it is of; empty where it does not.
    pub(super) kind: String,
    pub(super) came: Came,
    /// Its code, where no value set knows it.
    pub(super) unknown: Option<CodeKey>,
    /// Whether it has words in place of a code.
    pub(super) in_words: bool,
}

/// Reads lines one after the other.
pub(super) struct Scout<'a> {
    asked: &'a Asked<'a>,
    /// Knows what can never matter; it never receives anything.
    oracle: ChartBuilder<'a>,
    notes: RefCell<Notes>,
    /// What was noted by which code: a hospital has few, and many lines of each.
    known: HashMap<Written, Noted>,
}

/// The elements that tell what a line is, whom it is about, and whether a query would find it.
const READ: [&str; 9] = [
    "code",
    "id",
    "individual",
    "medication",
    "medicationCodeableConcept",
    "medicationReference",
    "patient",
    "status",
    "subject",
];

/// So many codes are remembered, none of them longer than this.
const MOST_KNOWN: usize = 16_384;
const LONGEST_KNOWN: usize = 1_024;

/// What is noted of a line by its code.
struct Noted {
    unknown: Option<CodeKey>,
    in_words: bool,
    passing: Passing,
}

/// What was noticed of the line that is being read.
#[derive(Default)]
struct Notes {
    kind: String,
    came: Option<Came>,
    is_checked: bool,
    unknown: Option<CodeKey>,
    in_words: bool,
}

impl<'a> Scout<'a> {
    pub(super) fn new(asked: &'a Asked<'a>) -> Self {
        let engine = asked.engine;
        let oracle = ChartBuilder::new(&engine.knowledge().terminology, "en", engine.zone(), &asked.sources);
        Self { asked, oracle, notes: RefCell::default(), known: HashMap::new() }
    }

    /// Reads a line.
    pub(super) fn read(&mut self, line: &[u8]) -> Line {
        self.notes.take();
        let came = match check_json(line) {
            Ok(text) => match lone::read(self, Origin::Entry { key: "", index: 0 }, text) {
                Ok(Lone::Remark { is_failure }) => Came::Remark { is_failure },
                Ok(Lone::Nothing) => Came::Fault(Fault::new("is no FHIR resource: `resourceType` is missing")),
                Ok(Lone::Resource) => self.notes.borrow_mut().came.take().unwrap_or(Came::Passed),
                Err(error) => Came::Fault(Fault::of(&error, text)),
            },
            Err(refusal) => Came::Fault(not_text(line, &refusal)),
        };
        let Notes { kind, unknown, in_words, .. } = self.notes.take();
        match came {
            Came::Passed if kind == "Bundle" => Line { kind, came: Came::Bundle, unknown, in_words },
            Came::Remark { .. } => Line { kind: "OperationOutcome".to_owned(), came, unknown, in_words },
            came => Line { kind, came, unknown, in_words },
        }
    }

    fn terminology(&self) -> &Terminology {
        &self.asked.engine.knowledge().terminology
    }

    /// Whether something of this kind can never matter by its code.
    fn is_passed(&self, source: Source, kind: &str, so_far: &Resource<'_>) -> bool {
        !self.asked.finds_code(source, &so_far.code) || self.oracle.can_never_matter(kind, so_far)
    }

    /// Notes a code that no value set knows, and words in place of one.
    fn note_code(&self, kind: &str, element: &Read<Object<Concept<'_>>>, is_drug: bool) {
        let Some(concept) = element.value() else { return };
        let codings = &concept.0.coding.items;
        let pairs =
            || codings.iter().filter_map(|coding| Some((coding.system.as_str()?, coding.code.as_str()?, coding)));
        let is_known = |system: &str, code: &str| {
            let lookup = self.terminology().lookup(system, code);
            lookup.system.is_some() && (!is_drug || lookup.drug != DrugCode::Unclear)
        };
        if pairs().any(|(system, code, _)| is_known(system, code)) {
            return;
        }
        let mut notes = self.notes.borrow_mut();
        match pairs().next() {
            Some((system, code, coding)) => {
                let display = coding.display.as_str().or(concept.0.text.as_str()).unwrap_or_default();
                notes.unknown = Some(CodeKey::new(kind, system, code, display));
            }
            None => notes.in_words = concept.0.text.as_str().is_some_and(|text| !text.trim().is_empty()),
        }
    }
}

/// The fault of a line that is no text at all, or nests too deep.
fn not_text(line: &[u8], refusal: &crate::call::Refusal) -> Fault {
    match std::str::from_utf8(line) {
        Err(error) => Fault { message: "is not UTF-8".to_owned(), at: error.valid_up_to(), is_cut: false },
        Ok(_) => match refusal {
            crate::call::Refusal::NotJson { message } => Fault::new(message.replace("the body", "the line")),
            _ => Fault::new("can't be read"),
        },
    }
}

impl Collect for Scout<'_> {
    fn wants(&self, _: Origin<'_>, resource_type: &str) -> bool {
        resource_type.clone_into(&mut self.notes.borrow_mut().kind);
        resource_type == MEDICATION || self.asked.source(resource_type).is_some()
    }

    fn only(&self) -> Option<&'static [&'static str]> {
        Some(&READ)
    }

    fn known(&mut self, written: Element<'_>) -> Option<Passing> {
        let Noted { unknown, in_words, passing } = self.known.get(&written)?;
        let mut notes = self.notes.borrow_mut();
        (notes.unknown, notes.in_words, notes.is_checked) = (unknown.clone(), *in_words, true);
        Some(*passing)
    }

    fn passing(&mut self, written: Element<'_>, what: &Read<Object<Concept<'_>>>) -> Passing {
        let Element { resource_type, element, text } = written;
        let Some(source) = self.asked.source(resource_type) else { return Passing::Read };
        self.note_code(resource_type, what, element == "medicationCodeableConcept");
        let is_passed = element == "code" && !self.asked.finds_code(source, what)
            || self.oracle.is_irrelevant(resource_type, element, what);
        let passing = if is_passed { Passing::Never } else { Passing::Read };
        let mut notes = self.notes.borrow_mut();
        notes.is_checked = true;
        if self.known.len() < MOST_KNOWN && text.len() < LONGEST_KNOWN {
            let of_code = Noted { unknown: notes.unknown.clone(), in_words: notes.in_words, passing };
            self.known.insert(written.written(), of_code);
        }
        passing
    }

    fn resource(&mut self, _: Origin<'_>, resource_type: Option<&str>, resource: &Resource<'_>) {
        let Some(kind) = resource_type else { return };
        let came = self.came(kind, resource);
        self.notes.borrow_mut().came = Some(came);
    }

    fn unreadable(&mut self, _: Origin<'_>) {}
}

impl Scout<'_> {
    fn came(&self, kind: &str, resource: &Resource<'_>) -> Came {
        if kind == MEDICATION {
            self.note_code(kind, &resource.code, true);
            return match resource.id.as_str() {
                Some(id) if !id.is_empty() => Came::Drug { id: id.to_owned() },
                // Nothing can refer to it.
                _ => Came::Passed,
            };
        }
        let Some(source) = self.asked.source(kind) else { return Came::Passed };
        if source == Source::Patient {
            return match resource.id.as_str() {
                Some(id) if !id.is_empty() => Came::Kept { source, whom: Whom::Patient(id.to_owned()) },
                _ => Came::Fault(Fault::new("is a Patient without `id`")),
            };
        }
        let is_checked = self.notes.borrow().is_checked;
        if !is_checked {
            let (drug, _, _) = medication(resource);
            let is_drug = drug.is_some();
            self.note_code(kind, if is_drug { &resource.medication_codeable_concept } else { &resource.code }, is_drug);
        }
        if !is_checked && self.is_passed(source, kind, resource) || !self.asked.finds_status(source, resource) {
            return Came::Passed;
        }
        match Whom::of(resource) {
            Whom::SomethingElse => Came::Passed,
            Whom::Nobody => Came::OfNobody,
            whom => Came::Kept { source, whom },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;

    #[test]
    fn a_line_is_kept_when_a_rule_could_look_at_it() {
        let engine = Engine::load().unwrap();
        let asked = Asked::new(&engine);
        let mut scout = Scout::new(&asked);
        let patient = |source| Came::Kept { source, whom: Whom::Patient("p".to_owned()) };
        let snomed = r#""code":{"coding":[{"system":"http://snomed.info/sct","code":"CODE"}]},"subject":{"reference":"Patient/p"}"#;
        let coded = |kind: &str, code: &str| {
            format!(r#"{{"resourceType":"{kind}","id":"a","status":"active",{}}}"#, snomed.replace("CODE", code))
        };
        for (line, came) in [
            (r#"{"resourceType":"Patient","id":"p"}"#.to_owned(), patient(Source::Patient)),
            (r#"{"resourceType":"DocumentReference","id":"p"}"#.to_owned(), Came::Passed),
            (r#"{"resourceType":"Bundle","entry":[]}"#.to_owned(), Came::Bundle),
            (r#"{"resourceType":"Medication","id":"m"}"#.to_owned(), Came::Drug { id: "m".to_owned() }),
            // Multiple sclerosis, and a broken arm; the same with the type at the end.
            (coded("Condition", "426373005"), patient(Source::Conditions)),
            (coded("Condition", "263102004"), Came::Passed),
            (
                format!("{{{},\"resourceType\":\"Condition\"}}", snomed.replace("CODE", "426373005")),
                patient(Source::Conditions),
            ),
            (format!("{{{},\"resourceType\":\"Condition\"}}", snomed.replace("CODE", "263102004")), Came::Passed),
            (coded("ServiceRequest", "1156961008"), patient(Source::ServiceRequests)),
            (coded("ServiceRequest", "1156961008").replace("active", "draft"), Came::Passed),
            (coded("Condition", "426373005").replace("Patient/p", "Device/d"), Came::Passed),
            (
                coded("Condition", "426373005").replace("\"reference\"", "\"display\""),
                Came::Kept { source: Source::Conditions, whom: Whom::Untold },
            ),
            (coded("Condition", "426373005").replace("\"subject\"", "\"other\""), Came::OfNobody),
        ] {
            assert_eq!(scout.read(line.as_bytes()).came, came, "{line}");
        }
        for line in ["{", "[]", "5", "{\"resourceType\":7}", "{\"resourceType\":\"Patient\"}", "\u{fffd}"] {
            assert!(matches!(scout.read(line.as_bytes()).came, Came::Fault(_)), "{line}");
        }
        let twice = coded("Condition", "426373005").replace("\"id\":\"a\"", "\"id\":\"a\",\"id\":\"b\"");
        let Came::Fault(fault) = scout.read(twice.as_bytes()).came else { panic!("{twice}") };
        assert!(fault.message.contains("duplicate key `id`"), "{}", fault.message);
    }

    #[test]
    fn a_code_that_no_value_set_knows_is_noted() {
        let engine = Engine::load().unwrap();
        let asked = Asked::new(&engine);
        let mut scout = Scout::new(&asked);
        let mut unknown = |code: &str| {
            let line = format!(
                r#"{{"resourceType":"Observation","id":"a","code":{code},"subject":{{"reference":"Patient/p"}}}}"#
            );
            let line = scout.read(line.as_bytes());
            (line.unknown.map(|key| key.code), line.in_words)
        };
        let coding = |system: &str, code: &str| format!(r#"{{"coding":[{{"system":"{system}","code":"{code}"}}]}}"#);
        assert_eq!(unknown(&coding("http://loinc.org", "2951-2")), (None, false));
        assert_eq!(unknown(&coding("https://lab.example.org/codes", "NA")), (Some("NA".to_owned()), false));
        assert_eq!(unknown(r#"{"text":"sodium"}"#), (None, true));
    }
}
