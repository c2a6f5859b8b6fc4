//! Stop agreements on record: a request (or statement) of its own that ends an earlier one of the same treatment.

use std::collections::HashMap;

use crate::resource::{Extension, Resource};
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, Route, Substance, Treatment, UseKind};
use cellwise_record::{AsOf, GapKind, Moment, Progress, Standing, Verdict};

/// How the Dutch medication process numbers a treatment: agreements with the same number are of the same (R4, STU3).
const TREATMENT: [&str; 2] = [
    "http://nictiz.nl/fhir/StructureDefinition/ext-PharmaceuticalTreatment.Identifier",
    "http://nictiz.nl/fhir/StructureDefinition/zib-Medication-MedicationTreatment",
];

/// The treatment of a resource with this drug.
pub(super) fn treatment(resource: &Resource<'_>, drug: Vec<Substance>) -> Treatment {
    let is_number = |of: &&Extension<'_>| of.url.as_str().is_some_and(|url| TREATMENT.contains(&url));
    let number = resource.extension.items.iter().find(is_number).and_then(|of| of.value_identifier.value());
    Treatment { number: number.and_then(|number| number.0.value.as_str().map(str::to_owned)), drug }
}

/// A stop agreement.
#[derive(Clone)]
struct Stop {
    kind: UseKind,
    reference: String,
    progress: Progress,
    at: Option<Moment>,
}

/// A stop agreement, and what it stops.
struct Stopped<'s> {
    stop: &'s Stop,
    treatment: Treatment,
    route: Route,
}

/// More stop agreements about drugs that matter than anybody has.
const MOST_STOPS: usize = 256;

/// What a stop agreement does to a use of a drug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// It ends it.
    Ends,
    /// It may: the two are known only to be of one drug, or a patient no longer takes what is still prescribed.
    MayEnd,
    /// Nothing.
    None,
}

impl Stopped<'_> {
    /// What it does to a use.
    fn effect(&self, usage: &MedicationUse) -> Effect {
        let same_place = (self.route == Route::Local) == (usage.route == Route::Local);
        let same_number = self.treatment.has_number_of(&usage.treatment);
        let same = || same_place && self.treatment.is_with_drug_of(&usage.treatment);
        match (self.stop.kind, usage.kind) {
            // What was given was given.
            (_, UseKind::Given) => Effect::None,
            _ if !same_number.unwrap_or_else(same) => Effect::None,
            (one, another) if one == another => Effect::Ends,
            (UseKind::Prescribed, _) if same_number.is_some() => Effect::Ends,
            _ => Effect::MayEnd,
        }
    }

    /// Ends a use that began before, or leaves open whether it has ended.
    fn end(&self, usage: &mut MedicationUse, is_over: impl Fn(&Moment) -> bool) {
        let effect = self.effect(usage);
        if effect == Effect::None {
            return;
        }
        let unclear = Standing::Unclear(GapKind::Conflicting);
        match (self.stop.at, usage.start.or(usage.authored)) {
            (Some(at), Some(start)) if is_before(&start, &at) => {
                let has_ended_before = matches!(usage.end, CourseEnd::On(end) if end.last <= at.last);
                if effect == Effect::MayEnd {
                    let goes_on = matches!(usage.progress, Progress::Open | Progress::Running | Progress::Unclear);
                    if goes_on && !has_ended_before && is_over(&at) {
                        usage.standing = unclear;
                    }
                    return;
                }
                if !has_ended_before {
                    usage.end = CourseEnd::On(at);
                }
                if is_over(&at) && usage.progress != Progress::Done {
                    usage.progress = self.stop.progress;
                }
            }
            // Begun after it: taken up again.
            (Some(_), Some(_)) => {}
            // Which came first is not recorded.
            (None, _) | (_, None) => usage.standing = unclear,
        }
    }
}

/// The stop agreements among what was read.
#[derive(Clone, Default)]
pub(super) struct Stops(Vec<Stop>);

impl Stops {
    /// Notes that a use is a stop agreement: it says that the drug stops, or is interrupted.
    pub(super) fn insert(&mut self, of: &MedicationUse) {
        let at = match of.end {
            CourseEnd::On(at) => Some(at),
            CourseEnd::Ongoing | CourseEnd::NotRecorded => None,
        };
        self.0.push(Stop { kind: of.kind, reference: of.reference.clone(), progress: of.progress, at });
    }

    /// Ends what stop agreements end.
    pub(super) fn settle(&self, uses: &mut [MedicationUse], as_of: &AsOf) {
        if self.0.is_empty() {
            return;
        }
        let is_over = |at: &Moment| as_of.span_of(at).0 <= as_of.instant;
        let mut stops: HashMap<&str, &Stop> = HashMap::new();
        for stop in &self.0 {
            stops.entry(&stop.reference).or_insert(stop);
        }
        let mut stopped: Vec<Stopped<'_>> = Vec::new();
        for usage in uses.iter() {
            if let Some(stop) = stops.get(usage.reference.as_str()).filter(|_| stopped.len() < MOST_STOPS) {
                stopped.push(Stopped { stop, treatment: usage.treatment.clone(), route: usage.route });
            }
        }
        for usage in uses {
            if let Some(own) = stops.get(usage.reference.as_str()) {
                // Until the day comes the drug is in use.
                if own.at.is_some_and(|at| !is_over(&at)) {
                    usage.progress = Progress::Open;
                }
                continue;
            }
            for stop in &stopped {
                stop.end(usage, is_over);
            }
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
