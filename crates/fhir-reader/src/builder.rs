//! Building a chart from resources, one by one, as the request is read.
//!
//! What can never matter is dropped here (entered in error, refuted, not done, cancelled, coded as something no value set
//! knows); what may matter but can't be told is kept as unclear, so that a search says so.

mod collecting;
mod drugs;
mod facts;
mod fetched;
mod identity;
mod medication;
mod references;
mod route;
mod stops;
mod values;
mod waiting;

use jiff::tz::TimeZone;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::builder::identity::keep;
use crate::builder::medication::Drugs;
use crate::builder::references::Addresses;
use crate::builder::stops::Stops;
use crate::builder::waiting::Waiting;
use crate::prefetch::Delivery;
use crate::read::concept::{Memory, Vocabulary};
use cellwise_record::facts::allergy::Allergy;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::encounter::Encounter;
use cellwise_record::facts::medication::{MedicationUse, Route, Treatment};
use cellwise_record::facts::observation::{Observation, Report};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::facts::patient::{Gender, Patient};
use cellwise_record::terminology::Terminology;
use cellwise_record::{
    Act, AsOf, Chart, Consent, Gap, GapKind, Referenced, Source, Sources, Standing, TrialParticipation, bare_id,
};

/// A prefetched Patient is not the one the request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MismatchedPatient;

/// A resource that waits for the patient's id before it counts.
#[derive(Clone)]
struct Pending<T> {
    about: Option<String>,
    fact: T,
}

/// Collects resources into a chart.
#[derive(Clone)]
pub struct ChartBuilder<'t> {
    terminology: &'t Terminology,
    language: &'t str,
    /// The time zone of the place of care.
    zone: &'t TimeZone,
    /// Whether it is built sparingly, and what was put off so far.
    sparing: Option<Waiting>,
    /// Whether the resource that is being read is known to matter.
    is_told: bool,
    /// What was already read.
    memory: Rc<Memory>,
    wanted: &'t [Source],
    sources: Sources,
    /// What was kept, by reference and by whom it is about: the same resource in two searches counts once. One that is void,
    /// or about someone else, never hides another with its id.
    seen: HashSet<(String, Option<String>)>,
    patient: Option<Patient>,
    conditions: Vec<Pending<Condition>>,
    medications: Vec<Pending<MedicationUse>>,
    procedures: Vec<Pending<Act>>,
    service_requests: Vec<Pending<Act>>,
    observations: Vec<Pending<Observation>>,
    reports: Vec<Pending<Report>>,
    trials: Vec<Pending<TrialParticipation>>,
    consents: Vec<Pending<Consent>>,
    allergies: Vec<Pending<Allergy>>,
    encounters: Vec<Pending<Encounter>>,
    orders: Vec<Pending<DraftOrder>>,
    stops: Vec<Pending<DraftOrder>>,
    encounter_id: Option<String>,
    drugs: Drugs,
    addresses: Addresses,
    stop_agreements: Stops,
    /// The problems that stand among the draft orders: what one is ordered for.
    drafted_reasons: HashMap<String, Concept>,
    /// Kinds of data that this EHR holds as another kind.
    elsewhere: Vec<(Source, Source)>,
    /// The patient for whom data was fetched; `None` while the request itself is read.
    asked_for: Option<String>,
}

impl<'t> ChartBuilder<'t> {
    /// A builder that reads only the resource types of `wanted`. What the record does not name is named in `language`
    /// (BCP 47); an instant is of the day that it is in `zone`.
    #[must_use]
    pub fn new(terminology: &'t Terminology, language: &'t str, zone: &'t TimeZone, wanted: &'t [Source]) -> Self {
        Self {
            terminology,
            language,
            zone,
            sparing: None,
            is_told: false,
            memory: Rc::default(),
            wanted,
            sources: Sources::default(),
            seen: HashSet::new(),
            patient: None,
            conditions: Vec::new(),
            medications: Vec::new(),
            procedures: Vec::new(),
            service_requests: Vec::new(),
            observations: Vec::new(),
            reports: Vec::new(),
            trials: Vec::new(),
            consents: Vec::new(),
            allergies: Vec::new(),
            encounters: Vec::new(),
            orders: Vec::new(),
            stops: Vec::new(),
            encounter_id: None,
            drugs: Drugs::default(),
            addresses: Addresses::default(),
            stop_agreements: Stops::default(),
            drafted_reasons: HashMap::new(),
            elsewhere: Vec::new(),
            asked_for: None,
        }
    }

    /// Takes out what was collected, and leaves nothing.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let empty = Self::new(self.terminology, self.language, self.zone, self.wanted);
        std::mem::replace(self, empty)
    }

    /// What codes mean, and what was already read.
    fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary { terminology: self.terminology, language: self.language, memory: &self.memory }
    }

    /// Records what a prefetch key came to.
    pub fn delivered(&mut self, source: Source, delivery: Delivery) {
        match delivery {
            // A Patient that is `null` is not "no patient": nothing was said.
            Delivery::None if source == Source::Patient => {}
            Delivery::None | Delivery::Data => self.sources.supplied(source),
            Delivery::Incomplete => self.sources.gap(Gap::of(GapKind::Incomplete, source)),
            // An error, or something that was not asked for: nobody knows what the data would have said.
            Delivery::Failed | Delivery::Unreadable | Delivery::NotAnObject => {
                self.sources.gap(Gap::of(GapKind::Failed, source));
            }
        }
    }

    /// Notes an order of which nobody knows what it says: it can't be read, or did not come.
    pub fn order_not_seen(&mut self, reference: &str) {
        let fact = DraftOrder {
            reference: reference.to_owned(),
            kind: OrderKind::Other,
            concept: Concept::default(),
            route: Route::NotStated,
            reasons: Vec::new(),
            reason_references: Vec::new(),
            based_on: Vec::new(),
            when: None,
            planned_for: None,
            not_before: None,
            doses: Vec::new(),
            details: Vec::new(),
            in_scope: true,
            readable: false,
            medication_references: Vec::new(),
            treatment: Treatment::default(),
            prior: None,
            standing: Standing::Counts,
        };
        self.orders.push(Pending { about: None, fact });
    }

    /// Names the encounter that the hook is about, by its bare id; an empty one is none.
    pub fn encounter(&mut self, id: &str) {
        self.encounter_id = (!id.is_empty()).then(|| id.to_owned());
    }

    /// The chart of patient `patient_id` (bare) at `as_of`. `selections` are the draft orders that order-select asks about;
    /// `None` asks about all.
    ///
    /// # Errors
    /// [`MismatchedPatient`] when the prefetched Patient has another id.
    pub fn finish(
        mut self,
        patient_id: &str,
        as_of: AsOf,
        selections: Option<&[String]>,
    ) -> Result<Chart, MismatchedPatient> {
        if self.is_about_another(patient_id) {
            return Err(MismatchedPatient);
        }
        self.settle_elsewhere();
        self.stand_in();
        self.follow_references();
        let mut patient = self.patient.take().unwrap_or(Patient {
            id: String::new(),
            birth_date: Err(self.sources.gaps_of(Source::Patient).first().map_or(GapKind::NotSupplied, |gap| gap.kind)),
            gender: Gender::NotStated,
            cadaveric_donor: None,
            deceased: false,
            died: None,
            supplied: false,
        });
        patient_id.clone_into(&mut patient.id);
        patient.deceased |= patient.died.is_some_and(|died| died.last <= as_of.date);
        let mut orders = keep(self.orders, patient_id, &self.addresses);
        let mut stops = keep(self.stops, patient_id, &self.addresses);
        let selections: Option<HashSet<String>> = selections.map(|selected| {
            let called = selected.iter().map(|selection| self.addresses.called(selection.clone()));
            called.map(|selection| bare_id(&selection).to_owned()).collect()
        });
        for order in orders.iter_mut().chain(&mut stops) {
            // An order without an id can't be told from a selected one.
            order.in_scope = order.reference.starts_with('/')
                || selections.as_ref().is_none_or(|selected| selected.contains(bare_id(&order.reference)));
        }
        let (orders, doubtful_orders) = orders.into_iter().partition(|order| order.standing == Standing::Counts);
        let mut medications = keep(self.medications, patient_id, &self.addresses);
        self.stop_agreements.settle(&mut medications, &as_of);
        let mut chart = Chart {
            as_of,
            patient,
            orders,
            stops,
            doubtful_orders,
            encounter_id: self.encounter_id,
            allergies: keep(self.allergies, patient_id, &self.addresses),
            encounters: keep(self.encounters, patient_id, &self.addresses),
            conditions: keep(self.conditions, patient_id, &self.addresses),
            medications,
            procedures: keep(self.procedures, patient_id, &self.addresses),
            service_requests: keep(self.service_requests, patient_id, &self.addresses),
            observations: keep(self.observations, patient_id, &self.addresses),
            reports: keep(self.reports, patient_id, &self.addresses),
            trials: keep(self.trials, patient_id, &self.addresses),
            consents: keep(self.consents, patient_id, &self.addresses),
            sources: self.sources,
            referenced: Referenced::default(),
        };
        note_what_says_nothing(&mut chart);
        Ok(chart)
    }

    /// Whether the service asks for resources of this type. STU3 calls a ServiceRequest a ProcedureRequest.
    fn is_asked_for(&self, resource_type: &str) -> bool {
        let stored_as = if resource_type == "ProcedureRequest" { "ServiceRequest" } else { resource_type };
        self.wanted.iter().any(|source| source.resource_type() == stored_as)
    }
}

/// Whether a resource of this type, among draft orders, is read as an order.
#[must_use]
pub fn is_order(resource_type: &str) -> bool {
    matches!(
        resource_type,
        "MedicationRequest"
            | "MedicationOrder"
            | "ServiceRequest"
            | "ProcedureRequest"
            | "Immunization"
            | "ImmunizationRecommendation"
    )
}

/// Notes the entries that say in no code or word what they are: what they would say was not sent.
fn note_what_says_nothing(chart: &mut Chart) {
    let of = |source, concept: &Concept, reference: &String| {
        (!concept.is_stated()).then(|| Gap::at(GapKind::Incomplete, source, reference, ""))
    };
    let conditions = chart.conditions.iter().filter_map(|it| of(Source::Conditions, &it.concept, &it.reference));
    let acts = chart.procedures.iter().chain(&chart.service_requests);
    let acts = acts.filter_map(|it| of(it.source, &it.concept, &it.reference));
    let drugs = chart.medications.iter().filter(|it| it.medication_references.is_empty());
    let drugs = drugs.filter_map(|it| of(it.source(), &it.concept, &it.reference));
    let observed = chart.observations.iter().filter_map(|it| of(Source::Observations, &it.concept, &it.reference));
    let reported = chart.reports.iter().filter_map(|it| of(Source::DiagnosticReports, &it.concept, &it.reference));
    let gaps: Vec<Gap> = conditions.chain(acts).chain(drugs).chain(observed).chain(reported).collect();
    for gap in gaps {
        chart.sources.gap(gap);
    }
}
