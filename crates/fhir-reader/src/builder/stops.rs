//! Stop agreements on record: a request (or statement) of its own that ends an earlier one of the same drug.

use std::collections::HashMap;

use crate::resource::{Extension, Resource};
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, UseKind};
use cellwise_record::{AsOf, GapKind, Moment, Progress, Standing, Verdict};

/// How the Dutch medication process numbers a treatment: agreements with the same number are of the same (R4, STU3).
const TREATMENT: [&str; 2] = [
    "http://nictiz.nl/fhir/StructureDefinition/ext-PharmaceuticalTreatment.Identifier",
    "http://nictiz.nl/fhir/StructureDefinition/zib-Medication-MedicationTreatment",
];

/// By what two records of one drug are known to be of the same treatment.
#[derive(Debug, Default)]
pub(super) struct Treatment {
    number: Option<String>,
    codes: Vec<String>,
}

impl Treatment {
    /// The treatment of a resource whose drug has these codes.
    pub(super) fn of(resource: &Resource<'_>, codes: Vec<String>) -> Self {
        let is_number = |of: &&Extension<'_>| of.url.as_str().is_some_and(|url| TREATMENT.contains(&url));
        let number = resource.extension.items.iter().find(is_number).and_then(|of| of.value_identifier.value());
        Self { number: number.and_then(|number| number.0.value.as_str().map(str::to_owned)), codes }
    }

    /// Adds the codes of the Medication that it refers to.
    pub(super) fn add_codes(&mut self, codes: &[String]) {
        self.codes.extend(codes.iter().cloned());
    }

    fn is_of(&self, other: &Self) -> bool {
        match (&self.number, &other.number) {
            (Some(one), Some(another)) => one == another,
            _ => self.codes.iter().any(|code| other.codes.contains(code)),
        }
    }
}

/// A stop agreement.
struct Stop {
    kind: UseKind,
    treatment: Option<usize>,
    reference: String,
    progress: Progress,
    at: Option<Moment>,
}

/// More stop agreements about drugs that matter than anybody has.
const MOST_STOPS: usize = 256;

impl Stop {
    /// Ends a use of the same treatment that began before.
    fn end(&self, usage: &mut MedicationUse, is_over: impl Fn(&Moment) -> bool) {
        match (self.at, usage.start.or(usage.authored)) {
            (Some(at), Some(start)) if is_before(&start, &at) => {
                if !matches!(usage.end, CourseEnd::On(end) if end.last <= at.last) {
                    usage.end = CourseEnd::On(at);
                }
                if is_over(&at) && usage.progress != Progress::Done {
                    usage.progress = self.progress;
                }
            }
            // Begun after it: taken up again.
            (Some(_), Some(_)) => {}
            // Which came first is not recorded.
            (None, _) | (_, None) => usage.standing = Standing::Unclear(GapKind::Conflicting),
        }
    }
}

/// The treatments of what was read, and which of them are stop agreements.
#[derive(Default)]
pub(super) struct Treatments {
    all: Vec<Treatment>,
    of: HashMap<String, usize>,
    stops: Vec<Stop>,
}

impl Treatments {
    /// Notes of which treatment a use is.
    pub(super) fn insert(&mut self, reference: &str, treatment: Treatment) {
        self.of.insert(reference.to_owned(), self.all.len());
        self.all.push(treatment);
    }

    /// The treatment of a use.
    pub(super) fn get_mut(&mut self, reference: &str) -> Option<&mut Treatment> {
        self.all.get_mut(*self.of.get(reference)?)
    }

    /// Notes that a use is a stop agreement: it says that the drug stops, or is interrupted.
    pub(super) fn insert_stop(&mut self, of: &MedicationUse) {
        let at = match of.end {
            CourseEnd::On(at) => Some(at),
            CourseEnd::Ongoing | CourseEnd::NotRecorded => None,
        };
        let treatment = self.of.get(&of.reference).copied();
        self.stops.push(Stop { kind: of.kind, treatment, reference: of.reference.clone(), progress: of.progress, at });
    }

    /// Ends what stop agreements end.
    pub(super) fn settle(&self, uses: &mut [MedicationUse], as_of: &AsOf) {
        if self.stops.is_empty() {
            return;
        }
        let is_over = |at: &Moment| as_of.span_of(at).0 <= as_of.instant;
        for usage in uses {
            if let Some(own) = self.stops.iter().find(|stop| stop.reference == usage.reference) {
                // Until the day comes the drug is in use.
                if own.at.is_some_and(|at| !is_over(&at)) {
                    usage.progress = Progress::Open;
                }
                continue;
            }
            for stop in self.stops.iter().take(MOST_STOPS) {
                if stop.kind == usage.kind && self.is_same(stop, usage) {
                    stop.end(usage, is_over);
                }
            }
        }
    }

    fn is_same(&self, stop: &Stop, usage: &MedicationUse) -> bool {
        let of = |index: Option<usize>| index.and_then(|index| self.all.get(index));
        match (of(stop.treatment), of(self.of.get(&usage.reference).copied())) {
            (Some(one), Some(another)) => one.is_of(another),
            _ => false,
        }
    }
}

/// Whether something began before a stop: on an earlier day, or earlier on the same day, where both have a time.
fn is_before(start: &Moment, stop: &Moment) -> bool {
    match (start.instant, stop.instant) {
        (Some(start), Some(stop)) => start < stop,
        _ => start.before(stop) == Verdict::Met,
    }
}
