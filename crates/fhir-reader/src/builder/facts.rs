//! Everything that is not a drug: the patient, conditions, procedures and requests, observations, reports, trials, consents.

use crate::builder::ChartBuilder;
use crate::builder::identity::is_about_something_else;
use crate::builder::values::Values;
use crate::lens::{Object, Read};
use crate::read::modifiers::Modifiers;
use crate::read::progress::Status;
use crate::read::{concept, progress};
use crate::resource::{
    Coding, Concept as ConceptLens, Contained, Quantity as QuantityLens, Reference, Resource, decimal, moment, period,
};
use cellwise_record::facts::allergy::Allergy;
use cellwise_record::facts::concept::{Coding as ConceptCoding, Concept};
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::encounter::{Encounter, EncounterClass};
use cellwise_record::facts::observation::{Observation, Report};
use cellwise_record::facts::patient::{Gender, Patient};
use cellwise_record::{
    Act, Consent, GapKind, Moment, Period, Source, Standing, TrialParticipation, Verdict, bare_id, is_id,
};

/// The extension by which a Patient resource says that the person is registered as a donor after death.
const CADAVERIC_DONOR: &str = "http://hl7.org/fhir/StructureDefinition/patient-cadavericDonor";

impl ChartBuilder<'_> {
    /// What the modifier extensions of a resource come to.
    pub(super) fn modifiers(&self, resource: &Resource<'_>) -> Modifiers {
        Modifiers::of(resource, self.vocabulary())
    }

    pub(super) fn patient(&mut self, resource: &Resource<'_>) {
        let gender = match resource.gender.as_str() {
            Some("female") => Gender::Female,
            Some("male") => Gender::Male,
            _ => Gender::NotStated,
        };
        let donor = resource.extension.items.iter().find(|extension| extension.url.as_str() == Some(CADAVERIC_DONOR));
        self.patient = Some(Patient {
            id: resource.id.as_str().unwrap_or_default().to_owned(),
            birth_date: match moment(&resource.birth_date, self.zone) {
                Read::Value(day) => Ok(day),
                Read::Absent => Err(GapKind::NotRecorded),
                Read::Unreadable => Err(GapKind::Unreadable),
            },
            gender,
            deceased: resource.deceased_boolean == Read::Value(true),
            died: moment(&resource.deceased_date_time, self.zone).value().copied(),
            cadaveric_donor: donor.and_then(|extension| extension.value_boolean.value().copied()),
            supplied: true,
        });
    }

    /// What a procedure, request, observation or report is; `None` when nothing of it can ever matter: its code is in no value
    /// set, and its words speak of none.
    pub(super) fn coded(&self, code: &Read<Object<ConceptLens<'_>>>) -> Option<Concept> {
        let mut concept = self.is_coded(code).then(|| concept::read_element(code, self.vocabulary()))?;
        concept.say_what_it_says();
        Some(concept)
    }

    /// Whether something with this code can matter.
    pub(super) fn is_coded(&self, code: &Read<Object<ConceptLens<'_>>>) -> bool {
        let codes = concept::codes_of(code, self.vocabulary());
        !codes.is_irrelevant() || !codes.is_listed() && concept::speaks(code, self.vocabulary())
    }

    /// Whether an observation by a code that no value set has may have parts that matter: its words speak of a measurement, or it
    /// has none.
    pub(super) fn may_be_panel(&self, code: &Read<Object<ConceptLens<'_>>>) -> bool {
        self.panel(code).is_some()
    }

    /// What is observed by such a code.
    fn panel(&self, code: &Read<Object<ConceptLens<'_>>>) -> Option<Concept> {
        let concept = concept::read_element(code, self.vocabulary());
        let may_have_parts = !concept.is_listed() && (concept.is_about_anything() || !concept::has_words(code));
        may_have_parts.then_some(concept)
    }

    /// What a condition is; `None` when nothing of it can ever matter.
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method is of one lifetime, not of any")]
    pub(super) fn diagnosis(&self, code: &Read<Object<ConceptLens<'_>>>) -> Option<Concept> {
        self.diagnosed(code, |diagnosis| diagnosis.cloned())
    }

    /// Whether a condition with this code can matter.
    pub(super) fn is_diagnosis(&self, code: &Read<Object<ConceptLens<'_>>>) -> bool {
        self.diagnosed(code, |diagnosis| diagnosis.is_some())
    }

    fn diagnosed<T>(&self, code: &Read<Object<ConceptLens<'_>>>, then: impl FnOnce(Option<&Concept>) -> T) -> T {
        let find = || self.diagnosis_anew(concept::read_element(code, self.vocabulary()));
        match code {
            Read::Value(object) => then(self.memory.of(&object.0).diagnosis(find)),
            Read::Absent | Read::Unreadable => then(find().as_ref()),
        }
    }

    fn diagnosis_anew(&self, mut concept: Concept) -> Option<Concept> {
        if !concept.is_irrelevant() {
            return Some(concept);
        }
        let mentions = |list| concept.names().any(|name| self.terminology.mentions(list, name));
        // A symptom that no value set lists stays, as what it is, for the rules that read its words.
        let stays = concept.speaks() || mentions("neurotoxicity") || mentions("call-card");
        if mentions("diagnosis") {
            concept.doubt();
            return Some(concept);
        }
        stays.then_some(concept)
    }

    pub(super) fn condition(&self, reference: String, resource: &Resource<'_>) -> Option<Condition> {
        let concept = self.diagnosis(&resource.code)?;
        let standing = progress::of_condition(resource, self.modifiers(resource))?;
        let onset =
            [moment(&resource.onset_date_time, self.zone), start_of(&period(&resource.onset_period, self.zone))];
        let recorded = [moment(&resource.recorded_date, self.zone), moment(&resource.asserted_date, self.zone)];
        let abatement =
            [moment(&resource.abatement_date_time, self.zone), end_of(&period(&resource.abatement_period, self.zone))];
        let ended = resource.abatement_boolean == Read::Value(true) || abatement.iter().any(|read| !read.is_absent());
        // A date that is there and can't be read leaves the fact without a date: windows are unknown, bans still apply.
        Some(Condition {
            reference,
            concept,
            clinical_status: progress::clinical(&resource.clinical_status),
            onset: first_value(&onset),
            // The day of recording stands for an onset that is not there, never for one that can't be read.
            recorded: first_value(&recorded).filter(|_| !onset.iter().any(Read::is_unreadable)),
            abatement: first_value(&abatement),
            ended,
            standing,
        })
    }

    pub(super) fn act(&self, reference: String, resource: &Resource<'_>, is_request: bool) -> Option<Act> {
        let concept = self.coded(&resource.code)?;
        let modifiers = self.modifiers(resource);
        let status = if is_request {
            progress::of_service_request(resource, modifiers)
        } else {
            progress::of_procedure(resource, modifiers)
        };
        let Status { progress, standing, .. } = status?;
        let (when, _) = resource.when(self.zone);
        let planned_for = when.value().copied().filter(|_| is_request);
        let authored = moment(&resource.authored_on, self.zone).value().copied();
        let mut period = when.value().copied().unwrap_or_default();
        if is_request && period.start.is_none() {
            period.start = authored;
        }
        let (reasons, reason_references) = self.reasons(resource);
        let source = if is_request { Source::ServiceRequests } else { Source::Procedures };
        Some(Act {
            source,
            reference,
            concept,
            period,
            authored,
            planned_for,
            progress,
            reasons,
            reason_references,
            standing,
        })
    }

    /// What was observed, its parts first. A panel by a code that no value set has says nothing itself.
    pub(super) fn observed(&self, reference: String, resource: &Resource<'_>) -> Vec<Observation> {
        let coded = self.coded(&resource.code);
        let says_something = coded.is_some();
        let whole =
            coded.or_else(|| self.panel(&resource.code)).and_then(|of| self.observation(of, reference, resource));
        let Some(whole) = whole else { return Vec::new() };
        let mut observed = self.components(&whole, resource);
        observed.extend(says_something.then_some(whole));
        observed
    }

    fn observation(&self, concept: Concept, reference: String, resource: &Resource<'_>) -> Option<Observation> {
        if is_about_something_else(resource) {
            return None;
        }
        let standing = progress::of_result(resource, self.modifiers(resource))?;
        let (read, written_as_period) = resource.when(self.zone);
        let period = read.value().copied().filter(|_| written_as_period);
        let when = match read {
            Read::Value(period) => period.end.or(period.start),
            Read::Absent => moment(&resource.issued, self.zone).value().copied(),
            Read::Unreadable => None,
        };
        let interpretation = self.interpretations(&resource.interpretation);
        // Several ranges (by age, by week of pregnancy), or one in another unit, decide nothing.
        let limit = match resource.reference_range.items.as_slice() {
            [range] => range.high.value(),
            _ => None,
        };
        let unit = |quantity: &QuantityLens<'_>| quantity.code.as_str().or(quantity.unit.as_str()).map(str::to_owned);
        let upper_limit = limit
            .filter(|high| resource.value_quantity.value().is_some_and(|value| unit(value) == unit(high)))
            .and_then(|high| high.value.value().and_then(decimal));
        let value = self.value(&concept, &Values::of_resource(resource));
        Some(Observation { reference, concept, when, period, value, interpretation, upper_limit, standing })
    }

    pub(super) fn allergy(&self, reference: String, resource: &Resource<'_>) -> Option<Allergy> {
        let confirmed = progress::of_allergy(resource)?;
        let mut concept = concept::read_element(&resource.code, self.vocabulary());
        let mut substances = vec![concept.clone()];
        for reaction in &resource.reaction.items {
            let substance = concept::read_element(&reaction.substance, self.vocabulary());
            concept.merge(&substance);
            substances.push(substance);
        }
        if resource.reaction.unreadable > 0 && !concept.is_stated() {
            concept.coding = ConceptCoding::Unreadable;
        }
        let dates = [moment(&resource.onset_date_time, self.zone), moment(&resource.recorded_date, self.zone)];
        Some(Allergy {
            reference,
            concept,
            substances,
            confirmed,
            date: first_value(&dates),
            standing: Standing::Counts,
        })
    }

    pub(super) fn encounter_of(&self, reference: String, resource: &Resource<'_>) -> Option<Encounter> {
        let progress = progress::of_stay(resource)?;
        let codes = resource.class.items.iter().flat_map(|class| {
            class.code.as_str().into_iter().chain(class.coding.items.iter().filter_map(|coding| coding.code.as_str()))
        });
        let class = codes.map(EncounterClass::from_code).find(|class| *class != EncounterClass::NotStated);
        let period = [period(&resource.period, self.zone), period(&resource.actual_period, self.zone)];
        let went = [&resource.hospitalization, &resource.admission].into_iter().filter_map(Read::value);
        let mut went = went.filter_map(|stay| stay.discharge_disposition.value());
        let of_fhir =
            |coding: &Coding<'_>| coding.system.as_str().is_some_and(|system| system.contains("discharge-disposition"));
        let expired = |coding: &Coding<'_>| of_fhir(coding) && coding.code.as_str() == Some("exp");
        let ended_by_death = went.any(|to| to.0.coding.items.iter().any(expired));
        let places = resource.location.items.iter().filter_map(|place| place.location.value());
        let services = resource.service_type.items.iter().flat_map(|service| {
            let codings = service.coding.items.iter().flat_map(|of| [of.code.as_str(), of.display.as_str()]);
            codings.chain([service.text.as_str()]).flatten().map(str::to_owned)
        });
        Some(Encounter {
            reference,
            class: class.unwrap_or(EncounterClass::NotStated),
            progress,
            period: first_value(&period).unwrap_or_default(),
            ended_by_death,
            reasons: self.reasons(resource).0,
            departments: services.chain(places.flat_map(|place| names_of(&place.0))).collect(),
            organisations: resource.service_provider.value().map(|of| names_of(&of.0)).unwrap_or_default(),
        })
    }

    /// The results that a report contains; none of a report that has none, or none that counts.
    pub(super) fn results(&self, reference: &str, report: &Resource<'_>) -> Vec<Observation> {
        let Some(standing) = progress::of_result(report, self.modifiers(report)) else { return Vec::new() };
        let is_result = |of: &&Contained<'_>| of.resource_type.as_str() == Some("Observation");
        let read = |of: &Contained<'_>| {
            let reference = format!("{reference}#{}", of.id.as_str().filter(|id| is_id(id)).unwrap_or_default());
            self.observed(reference, &of.result_of(report))
        };
        let mut results: Vec<Observation> = report.contained.items.iter().filter(is_result).flat_map(read).collect();
        if standing != Standing::Counts {
            for result in &mut results {
                result.standing = standing;
            }
        }
        results
    }

    pub(super) fn report(&self, reference: String, resource: &Resource<'_>) -> Option<Report> {
        let concept = self.coded(&resource.code)?;
        let standing = progress::of_result(resource, self.modifiers(resource))?;
        let when = match resource.when(self.zone).0 {
            Read::Value(period) => period.start,
            Read::Absent => moment(&resource.issued, self.zone).value().copied(),
            Read::Unreadable => None,
        };
        let mut conclusions = self.concepts(&resource.conclusion_code);
        conclusions.extend(self.concepts(&resource.coded_diagnosis));
        Some(Report { reference, concept, when, conclusions, standing })
    }

    pub(super) fn trial(&self, reference: String, resource: &Resource<'_>) -> Option<TrialParticipation> {
        let state = resource
            .progress
            .items
            .iter()
            .filter_map(|progress| progress.subject_state.value())
            .flat_map(|concept| &concept.0.coding.items)
            .filter_map(|coding| coding.code.as_str())
            .next_back();
        let on_study = progress::of_trial(state, resource, self.modifiers(resource))?;
        Some(TrialParticipation { reference, on_study })
    }

    pub(super) fn consent(&self, reference: String, resource: &Resource<'_>) -> Option<Consent> {
        let standing = progress::of_consent(resource, self.modifiers(resource))?;
        let mut concept = Concept::default();
        let parts = resource
            .provision
            .items
            .iter()
            .flat_map(|provision| provision.action.items.iter().chain(&provision.code.items));
        for part in resource.category.items.iter().chain(parts) {
            concept::add(&mut concept, part, self.vocabulary());
        }
        let kind = resource
            .decision
            .as_str()
            .or_else(|| resource.provision.items.iter().find_map(|provision| provision.kind.as_str()));
        let permits = match kind {
            Some("permit") => Verdict::Met,
            Some("deny") => Verdict::NotMet,
            _ => Verdict::Unknown,
        };
        Some(Consent { reference, concept, permits, standing })
    }
}

pub(super) fn reference_text(reference: &Reference<'_>) -> Option<String> {
    reference.reference.as_str().map(str::to_owned)
}

fn first_value<T: Copy>(reads: &[Read<T>; 2]) -> Option<T> {
    reads.iter().find_map(|read| read.value().copied())
}

fn start_of(period: &Read<Period>) -> Read<Moment> {
    match period {
        Read::Value(Period { start: Some(start), .. }) => Read::Value(*start),
        Read::Unreadable => Read::Unreadable,
        _ => Read::Absent,
    }
}

fn end_of(period: &Read<Period>) -> Read<Moment> {
    match period {
        Read::Value(Period { end: Some(end), .. }) => Read::Value(*end),
        Read::Unreadable => Read::Unreadable,
        _ => Read::Absent,
    }
}

/// Every way in which a reference names what it refers to: as it is written, as `Type/id`, its bare id, its identifier, its
/// words.
fn names_of(reference: &Reference<'_>) -> Vec<String> {
    let written = reference.reference.as_str();
    let bare = written.map(bare_id);
    // The slash before the type, counted from the end.
    let relative = written.and_then(|written| written.get(written.rmatch_indices('/').nth(1)?.0 + 1..));
    let identifier = reference.identifier.value().and_then(|of| of.0.value.as_str());
    [written, relative, bare, identifier, reference.display.as_str()].into_iter().flatten().map(str::to_owned).collect()
}
