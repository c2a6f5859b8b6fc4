//! Building a chart from resources, one by one, as the request is read.
//!
//! What can never matter is dropped here (entered in error, refuted, not done, cancelled, coded as something no value set
//! knows); what may matter but can't be told is kept as unclear, so that a search says so.

use std::collections::HashSet;

use crate::chart::concept::Concept;
use crate::chart::condition::{ClinicalStatus, Condition};
use crate::chart::date::{AsOf, Moment, Period};
use crate::chart::medication::{CourseEnd, MedicationUse, Route, UseKind};
use crate::chart::observation::{Observation, Report, Value};
use crate::chart::order::{DraftOrder, OrderKind};
use crate::chart::patient::{Gender, Patient};
use crate::chart::source::{Source, Sources};
use crate::chart::{Act, Chart, Consent, Standing, TrialParticipation};
use crate::fhir::lens::{Many, Number, Read};
use crate::fhir::prefetch::{Collect, Delivery, Origin, medication};
use crate::fhir::resource::{Concept as ConceptLens, Dosage, Reference, Resource, moment, period};
use crate::terminology::{Terminology, ValueSet};
use crate::verdict::{Gap, GapKind, Verdict};

/// The extension by which a Patient resource says that the person is registered as a donor after death.
const CADAVERIC_DONOR: &str = "http://hl7.org/fhir/StructureDefinition/patient-cadavericDonor";

/// A prefetched Patient is not the one the request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MismatchedPatient;

/// A resource that waits for the patient's id before it counts.
struct Pending<T> {
    about: Option<String>,
    fact: T,
}

/// Collects resources into a chart.
pub struct ChartBuilder<'t> {
    terminology: &'t Terminology,
    wanted: &'t [Source],
    sources: Sources,
    seen: HashSet<String>,
    patient: Option<Patient>,
    conditions: Vec<Pending<Condition>>,
    medications: Vec<Pending<MedicationUse>>,
    procedures: Vec<Pending<Act>>,
    service_requests: Vec<Pending<Act>>,
    observations: Vec<Pending<Observation>>,
    reports: Vec<Pending<Report>>,
    trials: Vec<Pending<TrialParticipation>>,
    consents: Vec<Pending<Consent>>,
    orders: Vec<Pending<DraftOrder>>,
    drugs: Vec<(String, Concept, Route)>,
}

/// The bare id of a reference: `Patient/1`, `https://x/Patient/1/_history/2` and `1` are all `1`.
#[must_use]
pub fn bare_id(reference: &str) -> &str {
    let reference = reference.split("/_history/").next().unwrap_or(reference);
    reference.rsplit('/').next().unwrap_or(reference)
}

impl<'t> ChartBuilder<'t> {
    /// A builder that reads only the resource types of `wanted`.
    #[must_use]
    pub fn new(terminology: &'t Terminology, wanted: &'t [Source]) -> Self {
        Self {
            terminology,
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
            orders: Vec::new(),
            drugs: Vec::new(),
        }
    }

    /// Records what a prefetch key came to.
    pub fn delivered(&mut self, source: Source, delivery: Delivery) {
        match delivery {
            // A Patient that is `null` is not "no patient": nothing was said.
            Delivery::None if source == Source::Patient => {}
            Delivery::None | Delivery::Data => self.sources.supplied(source),
            Delivery::Failed => self.sources.gap(Gap::of(GapKind::Failed, source)),
            Delivery::Incomplete => self.sources.gap(Gap::of(GapKind::Incomplete, source)),
            Delivery::Unreadable | Delivery::NotAnObject => {
                let pointer = format!("/prefetch/{}", source.key());
                self.sources.gap(Gap::at(GapKind::Unreadable, source, &pointer, ""));
            }
        }
    }

    /// The chart of patient `patient_id` (bare) at `as_of`. `selections` are the draft orders that order-select asks about;
    /// `None` asks about all.
    ///
    /// # Errors
    /// [`MismatchedPatient`] when the prefetched Patient has another id.
    pub fn finish(mut self, patient_id: &str, as_of: AsOf, selections: Option<&[String]>) -> Result<Chart, MismatchedPatient> {
        if let Some(patient) = &self.patient
            && !patient.id.is_empty()
            && patient.id != patient_id
        {
            return Err(MismatchedPatient);
        }
        self.resolve_drugs();
        let mut about_others = 0;
        let mut patient = self.patient.take().unwrap_or(Patient {
            id: String::new(),
            birth_date: Read::Absent,
            gender: Gender::NotStated,
            cadaveric_donor: None,
            supplied: false,
        });
        patient_id.clone_into(&mut patient.id);
        let mut orders = keep(self.orders, patient_id, &mut about_others);
        for order in &mut orders {
            order.in_scope = selections.is_none_or(|selected| {
                selected.iter().any(|selection| *selection == order.reference || bare_id(selection) == bare_id(&order.reference) && !order.reference.starts_with('/'))
            });
        }
        Ok(Chart {
            as_of,
            patient,
            orders,
            conditions: keep(self.conditions, patient_id, &mut about_others),
            medications: keep(self.medications, patient_id, &mut about_others),
            procedures: keep(self.procedures, patient_id, &mut about_others),
            service_requests: keep(self.service_requests, patient_id, &mut about_others),
            observations: keep(self.observations, patient_id, &mut about_others),
            reports: keep(self.reports, patient_id, &mut about_others),
            trials: keep(self.trials, patient_id, &mut about_others),
            consents: keep(self.consents, patient_id, &mut about_others),
            about_others,
            sources: self.sources,
        })
    }

    /// Fills in the drugs that are only referenced. A drug that can't be found keeps its display, uncoded.
    fn resolve_drugs(&mut self) {
        let drugs = &self.drugs;
        let find = |reference: &str| drugs.iter().find(|(id, ..)| id == reference);
        let resolve = |concept: &mut Concept, route: &mut Route, reference: Option<&String>| {
            if let Some((_, drug, form)) = reference.and_then(|reference| find(reference)) {
                concept.merge(drug);
                if *route == Route::NotStated {
                    *route = *form;
                }
            }
        };
        for Pending { fact, .. } in &mut self.medications {
            resolve(&mut fact.concept, &mut fact.route, fact.medication_reference.as_ref());
        }
        self.medications.retain(|pending| !pending.fact.concept.is_irrelevant_drug());
        for Pending { fact, .. } in &mut self.orders {
            resolve(&mut fact.concept, &mut fact.route, fact.medication_reference.as_ref());
        }
    }

    fn concepts(&self, many: &Many<ConceptLens<'_>>) -> Vec<Concept> {
        many.items.iter().map(|lens| Concept::read(lens, self.terminology)).collect()
    }

    fn reasons(&self, resource: &Resource<'_>) -> (Vec<Concept>, Vec<String>) {
        let mut concepts = self.concepts(&resource.reason_code);
        let mut references: Vec<String> = resource.reason_reference.items.iter().filter_map(reference_text).collect();
        for both in &resource.reason.items {
            concepts.push(Concept::read(both, self.terminology));
            references.extend(both.reference.value().and_then(|reference| reference_text(reference)));
        }
        (concepts, references)
    }

    /// The drug of a medication resource; contained drugs are read on the spot, others wait for [`Self::resolve_drugs`].
    fn drug(&self, resource: &Resource<'_>) -> (Concept, Option<String>, Route) {
        let (concept, reference, unreadable) = medication(resource);
        if let Some(concept) = concept {
            return (Concept::read(concept, self.terminology), None, Route::NotStated);
        }
        if let Some(reference) = reference {
            let mut drug = Concept::display_only(reference);
            let target = reference.reference.as_str().unwrap_or_default();
            if let Some(local) = target.strip_prefix('#') {
                let contained = resource.contained.items.iter().find(|contained| contained.id.as_str() == Some(local));
                let mut form = Route::NotStated;
                if let Some(contained) = contained {
                    let parts = [&contained.form, &contained.dose_form];
                    form = self.form(&parts.map(|part| Concept::read_element(part, self.terminology).text));
                    let mut code = Concept::read_element(&contained.code, self.terminology);
                    for ingredient in &contained.ingredient.items {
                        for item in [&ingredient.item_codeable_concept, &ingredient.item] {
                            code.merge(&Concept::read_element(item, self.terminology));
                        }
                    }
                    drug.merge(&code);
                }
                return (drug, None, form);
            }
            return (drug, (!target.is_empty()).then(|| bare_id(target).to_owned()), Route::NotStated);
        }
        let mut drug = Concept::default();
        if unreadable {
            drug.coding = crate::chart::concept::Coding::Unreadable;
        }
        (drug, None, Route::NotStated)
    }

    fn form(&self, words: &[String]) -> Route {
        let says = |hint: &str| words.iter().any(|text| self.terminology.mentions(hint, text));
        if says("form-systemic") || says("route-systemic") {
            Route::Systemic
        } else if says("form-local") || says("route-local") {
            Route::Local
        } else {
            Route::NotStated
        }
    }

    /// Where a drug goes, by its stated routes, else its instruction. One systemic route among several decides.
    fn route(&self, dosages: [&Many<Dosage<'_>>; 2]) -> Route {
        let dosages = dosages.into_iter().flat_map(|many| &many.items);
        let mut routes = Vec::new();
        let mut texts = Vec::new();
        for dosage in dosages {
            if let Some(route) = dosage.route.value() {
                routes.extend(route.0.text.as_str().map(str::to_owned));
                routes.extend(route.0.coding.items.iter().filter_map(|coding| coding.display.as_str()).map(str::to_owned));
            }
            texts.extend(dosage.text.as_str().map(str::to_owned));
        }
        let of = |words: &[String]| {
            let says = |hint: &str| words.iter().any(|text| self.terminology.mentions(hint, text));
            match (says("route-local"), says("route-systemic")) {
                // Words of both kinds in one phrase ("oral inhalation") name a place; in several phrases, one is systemic.
                (true, true) if words.len() == 1 => Route::Local,
                (_, true) => Route::Systemic,
                (true, false) => Route::Local,
                (false, false) => Route::NotStated,
            }
        };
        match of(&routes) {
            Route::NotStated => of(&texts),
            route => route,
        }
    }

    fn order(&mut self, origin: Origin<'_>, resource_type: &str, resource: &Resource<'_>) {
        if matches!(resource.status.as_str(), Some("cancelled" | "entered-in-error" | "revoked" | "stopped" | "completed" | "rejected"))
            || resource.do_not_perform == Read::Value(true)
        {
            return;
        }
        let reference = match resource.id.as_str() {
            Some(id) => format!("{resource_type}/{id}"),
            None => origin.to_string(),
        };
        let (kind, concept, medication_reference, form) = match resource_type {
            "MedicationRequest" | "MedicationOrder" => {
                let (concept, reference, form) = self.drug(resource);
                (OrderKind::Medication, concept, reference, form)
            }
            "ServiceRequest" | "ProcedureRequest" | "Procedure" => {
                (OrderKind::Service, Concept::read_element(&resource.code, self.terminology), None, Route::NotStated)
            }
            _ => (OrderKind::Other, Concept::read_element(&resource.code, self.terminology), None, Route::NotStated),
        };
        let stated = self.route([&resource.dosage_instruction, &resource.dosage]);
        let named = self.terminology.mentions("form-local", &concept.text);
        let route = match (stated, form) {
            (Route::NotStated, Route::NotStated) if named => Route::Local,
            (Route::NotStated, form) => form,
            (stated, _) => stated,
        };
        let (reasons, reason_references) = self.reasons(resource);
        let when = [&resource.occurrence_date_time, &resource.authored_on].into_iter().find_map(|text| moment(text).value().copied());
        let readable = kind == OrderKind::Other
            || concept.coding != crate::chart::concept::Coding::Unreadable
                && !(concept.text.is_empty() && concept.coding == crate::chart::concept::Coding::None && medication_reference.is_none());
        let about = resource.about().map(str::to_owned);
        let fact =
            DraftOrder { reference, kind, concept, route, reasons, reason_references, when, in_scope: true, readable, medication_reference };
        self.orders.push(Pending { about, fact });
    }

    fn patient(&mut self, resource: &Resource<'_>) {
        let gender = match resource.gender.as_str() {
            Some("female") => Gender::Female,
            Some("male") => Gender::Male,
            _ => Gender::NotStated,
        };
        let donor = resource.extension.items.iter().find(|extension| extension.url.as_str() == Some(CADAVERIC_DONOR));
        self.patient = Some(Patient {
            id: resource.id.as_str().unwrap_or_default().to_owned(),
            birth_date: moment(&resource.birth_date),
            gender,
            cadaveric_donor: donor.and_then(|extension| extension.value_boolean.value().copied()),
            supplied: true,
        });
    }

    fn condition(&self, reference: String, resource: &Resource<'_>) -> Option<Condition> {
        let concept = Concept::read_element(&resource.code, self.terminology);
        if concept.is_irrelevant() {
            return None;
        }
        let verification = match &resource.verification_status {
            Read::Absent => Ok("confirmed"),
            Read::Value(status) => Ok(status.code().unwrap_or("confirmed")),
            Read::Unreadable => Err(()),
        };
        let standing = match verification {
            Ok("refuted" | "entered-in-error") => return None,
            Ok("confirmed") => Standing::Counts,
            Ok(_) => Standing::Unclear(GapKind::NotRecorded),
            Err(()) => Standing::Unclear(GapKind::Unreadable),
        };
        let clinical_status = match &resource.clinical_status {
            Read::Absent => ClinicalStatus::NotStated,
            Read::Value(status) => status.code().map_or(ClinicalStatus::NotStated, ClinicalStatus::from_code),
            Read::Unreadable => ClinicalStatus::Unreadable,
        };
        let onset = [moment(&resource.onset_date_time), start_of(period(&resource.onset_period))];
        let recorded = [moment(&resource.recorded_date), moment(&resource.asserted_date)];
        let abatement = [moment(&resource.abatement_date_time), end_of(period(&resource.abatement_period))];
        let ended = resource.abatement_boolean == Read::Value(true) || abatement.iter().any(|read| !read.is_absent());
        // A date that is there and can't be read leaves the fact without a date: windows are unknown, bans still apply.
        Some(Condition {
            reference,
            concept,
            clinical_status,
            onset: first_value(onset),
            recorded: first_value(recorded),
            abatement: first_value(abatement),
            ended,
            standing,
        })
    }

    fn medication_use(&self, kind: UseKind, reference: String, resource: &Resource<'_>) -> Option<MedicationUse> {
        let (concept, medication_reference, form) = self.drug(resource);
        if concept.is_irrelevant_drug() || resource.do_not_perform == Read::Value(true) {
            return None;
        }
        let status = resource.status.as_str().unwrap_or_default();
        let unclear = Standing::Unclear(if resource.status.is_unreadable() { GapKind::Unreadable } else { GapKind::NotRecorded });
        let standing = match (kind, status) {
            (_, "entered-in-error" | "cancelled" | "draft" | "not-done" | "not-taken" | "intended" | "declined" | "preparation") => return None,
            (UseKind::Given, "completed" | "in-progress") | (UseKind::Stated | UseKind::Prescribed, "active" | "completed" | "stopped" | "recorded" | "ended") => {
                Standing::Counts
            }
            // Stopped while it was being given: some of it may have gone in.
            (UseKind::Given, "stopped") => Standing::Unclear(GapKind::NotRecorded),
            _ => unclear,
        };
        let standing = match (kind, resource.intent.as_str()) {
            (UseKind::Prescribed, Some("proposal" | "plan" | "option" | "directive")) => return None,
            (UseKind::Prescribed, None) => unclear,
            _ => standing,
        };
        if resource.not_given == Read::Value(true) || resource.taken.as_str() == Some("n") {
            return None;
        }
        let (when, written_as_period) = resource.when();
        let (when, standing) = match kind {
            UseKind::Prescribed => prescribed_period(resource, standing),
            UseKind::Given | UseKind::Stated => match when {
                Read::Unreadable => (Period::default(), Standing::Unclear(GapKind::Unreadable)),
                Read::Absent => (Period::default(), standing),
                Read::Value(period) => (period, standing),
            },
        };
        let open = matches!(status, "active" | "in-progress" | "recorded");
        // A statement of an active drug "on" a day, or a period without an end, goes on; anything else ends where it says.
        let end = match (when.end, open) {
            (Some(end), true) if kind == UseKind::Stated && !written_as_period && Some(end) == when.start => CourseEnd::Ongoing,
            (Some(end), _) => CourseEnd::On(end),
            (None, true) => CourseEnd::Ongoing,
            (None, false) => CourseEnd::NotRecorded,
        };
        let (reasons, reason_references) = self.reasons(resource);
        let route = match (self.route([&resource.dosage_instruction, &resource.dosage]), form) {
            (Route::NotStated, form) => form,
            (stated, _) => stated,
        };
        Some(MedicationUse {
            reference,
            concept,
            kind,
            status: status.to_owned(),
            start: when.start,
            end,
            reasons,
            reason_references,
            route,
            standing,
            medication_reference,
        })
    }

    fn act(&self, reference: String, resource: &Resource<'_>, is_request: bool) -> Option<Act> {
        let concept = Concept::read_element(&resource.code, self.terminology);
        if concept.is_irrelevant() || resource.not_done == Read::Value(true) || resource.do_not_perform == Read::Value(true) {
            return None;
        }
        let status = resource.status.as_str().unwrap_or_default();
        let standing = match (is_request, status) {
            (_, "entered-in-error" | "not-done" | "revoked" | "cancelled" | "rejected" | "preparation" | "suspended" | "aborted") => return None,
            (false, "completed" | "in-progress") | (true, "active" | "completed" | "draft" | "on-hold" | "requested") => Standing::Counts,
            (false, "stopped" | "on-hold") => Standing::Unclear(GapKind::NotRecorded),
            _ => Standing::Unclear(if resource.status.is_unreadable() { GapKind::Unreadable } else { GapKind::NotRecorded }),
        };
        let (when, _) = resource.when();
        let mut when = when.value().copied().unwrap_or_default();
        if is_request && when.start.is_none() {
            when.start = moment(&resource.authored_on).value().copied();
        }
        let (reasons, reason_references) = self.reasons(resource);
        Some(Act { reference, concept, period: when, status: status.to_owned(), reasons, reason_references, standing })
    }

    fn observation(&self, reference: String, resource: &Resource<'_>) -> Option<Observation> {
        let concept = Concept::read_element(&resource.code, self.terminology);
        if concept.is_irrelevant() || is_about_something_else(resource) {
            return None;
        }
        let standing = match resource.status.as_str() {
            Some("entered-in-error" | "cancelled" | "registered") => return None,
            Some("final" | "amended" | "corrected" | "preliminary" | "appended") => Standing::Counts,
            _ => Standing::Unclear(if resource.status.is_unreadable() { GapKind::Unreadable } else { GapKind::NotRecorded }),
        };
        let when = match resource.when().0 {
            Read::Value(period) => period.end.or(period.start),
            Read::Absent => moment(&resource.issued).value().copied(),
            Read::Unreadable => None,
        };
        let interpretation = resource
            .interpretation
            .items
            .iter()
            .flat_map(|concept| &concept.coding.items)
            .filter_map(|coding| coding.code.as_str().map(str::to_owned))
            .collect();
        let upper_limit = resource
            .reference_range
            .items
            .iter()
            .find_map(|range| range.high.value().and_then(|high| high.value.value().and_then(decimal)));
        Some(Observation { reference, concept, when, value: self.value(resource), interpretation, upper_limit, standing })
    }

    fn value(&self, resource: &Resource<'_>) -> Value {
        if let Some(quantity) = resource.value_quantity.value() {
            let Some(number) = quantity.value.value().and_then(decimal) else { return Value::Unreadable };
            let unit = quantity.code.as_str().or(quantity.unit.as_str()).unwrap_or_default().to_owned();
            return Value::Quantity { number, unit, exact: quantity.comparator.is_absent() };
        }
        if let Some(number) = resource.value_integer.value() {
            return decimal(number).map_or(Value::Unreadable, |number| Value::Quantity { number, unit: String::new(), exact: true });
        }
        if let Some(value) = resource.value_boolean.value() {
            return Value::Boolean(*value);
        }
        if let Some(concept) = resource.value_codeable_concept.value() {
            return Value::Concept(Concept::read(&concept.0, self.terminology));
        }
        if let Some(text) = resource.value_string.as_str() {
            return Value::Text(text.to_owned());
        }
        let unreadable = resource.value_quantity.is_unreadable()
            || resource.value_integer.is_unreadable()
            || resource.value_boolean.is_unreadable()
            || resource.value_codeable_concept.is_unreadable()
            || resource.value_string.is_unreadable();
        if unreadable { Value::Unreadable } else { Value::None }
    }

    fn report(&self, reference: String, resource: &Resource<'_>) -> Option<Report> {
        let concept = Concept::read_element(&resource.code, self.terminology);
        if concept.is_irrelevant() {
            return None;
        }
        let standing = match resource.status.as_str() {
            Some("entered-in-error" | "cancelled" | "registered") => return None,
            Some("final" | "amended" | "corrected" | "preliminary" | "appended" | "partial") => Standing::Counts,
            _ => Standing::Unclear(if resource.status.is_unreadable() { GapKind::Unreadable } else { GapKind::NotRecorded }),
        };
        let when = match resource.when().0 {
            Read::Value(period) => period.start,
            Read::Absent => moment(&resource.issued).value().copied(),
            Read::Unreadable => None,
        };
        let mut conclusions = self.concepts(&resource.conclusion_code);
        conclusions.extend(self.concepts(&resource.coded_diagnosis));
        Some(Report { reference, concept, when, conclusions, standing })
    }

    fn trial(reference: String, resource: &Resource<'_>) -> Option<TrialParticipation> {
        let state = resource
            .progress
            .items
            .iter()
            .filter_map(|progress| progress.subject_state.value())
            .flat_map(|concept| &concept.0.coding.items)
            .filter_map(|coding| coding.code.as_str())
            .next_back();
        let on_study = match state.or(resource.status.as_str()) {
            Some("on-study" | "on-study-intervention" | "on-study-observation" | "active") => Verdict::Met,
            Some("entered-in-error") => return None,
            Some(_) => Verdict::NotMet,
            None => Verdict::Unknown,
        };
        Some(TrialParticipation { reference, on_study })
    }

    fn consent(&self, reference: String, resource: &Resource<'_>) -> Option<Consent> {
        if resource.status.as_str() != Some("active") {
            return None;
        }
        let mut concept = Concept::default();
        let parts = resource.provision.items.iter().flat_map(|provision| provision.action.items.iter().chain(&provision.code.items));
        for part in resource.category.items.iter().chain(parts) {
            concept.add(part, self.terminology);
        }
        let kind = resource.decision.as_str().or_else(|| resource.provision.items.iter().find_map(|provision| provision.kind.as_str()));
        let permits = match kind {
            Some("permit") => Verdict::Met,
            Some("deny") => Verdict::NotMet,
            _ => Verdict::Unknown,
        };
        Some(Consent { reference, concept, permits })
    }
}

impl Collect for ChartBuilder<'_> {
    fn wants(&self, resource_type: &str) -> bool {
        resource_type == "Medication" || resource_type == "ProcedureRequest" || self.wanted.iter().any(|source| source.resource_type() == resource_type)
    }

    fn resource(&mut self, origin: Origin<'_>, resource_type: Option<&str>, resource: &Resource<'_>) {
        let Some(resource_type) = resource_type else { return self.unreadable(origin) };
        if resource_type == "Medication" {
            let mut concept = Concept::read_element(&resource.code, self.terminology);
            for ingredient in &resource.ingredient.items {
                for item in [&ingredient.item_codeable_concept, &ingredient.item] {
                    concept.merge(&Concept::read_element(item, self.terminology));
                }
            }
            let forms = [&resource.form, &resource.dose_form].map(|form| Concept::read_element(form, self.terminology).text);
            let form = self.form(&forms);
            if let Some(id) = resource.id.as_str() {
                self.drugs.push((id.to_owned(), concept, form));
            }
            return;
        }
        if let Origin::Draft { .. } = origin {
            return self.order(origin, resource_type, resource);
        }
        let reference = match resource.id.as_str() {
            Some(id) => format!("{resource_type}/{id}"),
            None => origin.to_string(),
        };
        if !self.seen.insert(reference.clone()) {
            return;
        }
        let about = resource.about().map(str::to_owned);
        match resource_type {
            "Patient" => self.patient(resource),
            "Condition" => {
                let fact = self.condition(reference, resource);
                push(&mut self.conditions, about, fact);
            }
            "MedicationRequest" => {
                let fact = self.medication_use(UseKind::Prescribed, reference, resource);
                push(&mut self.medications, about, fact);
            }
            "MedicationStatement" => {
                let fact = self.medication_use(UseKind::Stated, reference, resource);
                push(&mut self.medications, about, fact);
            }
            "MedicationAdministration" => {
                let fact = self.medication_use(UseKind::Given, reference, resource);
                push(&mut self.medications, about, fact);
            }
            "Procedure" => {
                let fact = self.act(reference, resource, false);
                push(&mut self.procedures, about, fact);
            }
            "ServiceRequest" | "ProcedureRequest" => {
                let fact = self.act(reference, resource, true);
                push(&mut self.service_requests, about, fact);
            }
            "Observation" => {
                let fact = self.observation(reference, resource);
                push(&mut self.observations, about, fact);
            }
            "DiagnosticReport" => {
                let fact = self.report(reference, resource);
                push(&mut self.reports, about, fact);
            }
            "ResearchSubject" => {
                let fact = Self::trial(reference, resource);
                push(&mut self.trials, about, fact);
            }
            "Consent" => {
                let fact = self.consent(reference, resource);
                push(&mut self.consents, about, fact);
            }
            _ => {}
        }
    }

    fn unreadable(&mut self, origin: Origin<'_>) {
        match origin {
            Origin::Draft { .. } => {
                let fact = DraftOrder {
                    reference: origin.to_string(),
                    kind: OrderKind::Other,
                    concept: Concept::default(),
                    route: Route::NotStated,
                    reasons: Vec::new(),
                    reason_references: Vec::new(),
                    when: None,
                    in_scope: true,
                    readable: false,
                    medication_reference: None,
                };
                self.orders.push(Pending { about: None, fact });
            }
            Origin::Value { key } | Origin::Entry { key, .. } => {
                if let Some(source) = Source::from_key(key) {
                    self.sources.gap(Gap::at(GapKind::Unreadable, source, &origin.to_string(), ""));
                }
            }
        }
    }
}

fn push<T>(list: &mut Vec<Pending<T>>, about: Option<String>, fact: Option<T>) {
    list.extend(fact.map(|fact| Pending { about, fact }));
}

/// Keeps what is about the patient; a resource that does not say whom it is about came with the patient's data and counts.
fn keep<T>(pending: Vec<Pending<T>>, patient_id: &str, about_others: &mut usize) -> Vec<T> {
    pending
        .into_iter()
        .filter_map(|Pending { about, fact }| {
            if about.as_deref().is_none_or(|about| bare_id(about) == patient_id) {
                Some(fact)
            } else {
                *about_others += 1;
                None
            }
        })
        .collect()
}

fn reference_text(reference: &Reference<'_>) -> Option<String> {
    reference.reference.as_str().map(str::to_owned)
}

fn first_value<T: Copy>(reads: [Read<T>; 2]) -> Option<T> {
    reads.iter().find_map(|read| read.value().copied())
}

fn start_of(period: Read<Period>) -> Read<Moment> {
    match period {
        Read::Value(Period { start: Some(start), .. }) => Read::Value(start),
        Read::Unreadable => Read::Unreadable,
        _ => Read::Absent,
    }
}

fn end_of(period: Read<Period>) -> Read<Moment> {
    match period {
        Read::Value(Period { end: Some(end), .. }) => Read::Value(end),
        Read::Unreadable => Read::Unreadable,
        _ => Read::Absent,
    }
}

fn decimal(number: &Number) -> Option<f64> {
    number.0.parse().ok().filter(|number: &f64| number.is_finite())
}

/// An observation whose `focus` is not the patient (a fetus, a donor) says nothing about the patient.
fn is_about_something_else(resource: &Resource<'_>) -> bool {
    resource.focus.items.iter().any(|focus| {
        let reference = focus.reference.as_str().unwrap_or_default();
        reference.is_empty() || resource.about().is_none_or(|about| bare_id(about) != bare_id(reference))
    })
}

/// The course of a prescription: its bounds, else its validity, else open from the day it was written.
fn prescribed_period(resource: &Resource<'_>, standing: Standing) -> (Period, Standing) {
    let bounds = resource
        .dosage_instruction
        .items
        .iter()
        .map(|dosage| match &dosage.timing {
            Read::Value(timing) => match &timing.repeat {
                Read::Value(repeat) => period(&repeat.bounds_period),
                Read::Absent => Read::Absent,
                Read::Unreadable => Read::Unreadable,
            },
            Read::Absent => Read::Absent,
            Read::Unreadable => Read::Unreadable,
        })
        .find(|period| !period.is_absent())
        .unwrap_or_default();
    let validity = match &resource.dispense_request {
        Read::Value(dispense) => period(&dispense.validity_period),
        Read::Absent => Read::Absent,
        Read::Unreadable => Read::Unreadable,
    };
    for read in [bounds, validity] {
        match read {
            Read::Value(period) => return (period, standing),
            // A period that can't be read is a gap, never a long exposure.
            Read::Unreadable => return (Period::default(), Standing::Unclear(GapKind::Unreadable)),
            Read::Absent => {}
        }
    }
    match moment(&resource.authored_on) {
        Read::Value(start) => (Period { start: Some(start), end: None }, standing),
        Read::Absent => (Period::default(), standing),
        Read::Unreadable => (Period::default(), Standing::Unclear(GapKind::Unreadable)),
    }
}

/// Whether any reason of an order or use is in `set`, directly or through a referenced condition.
pub(crate) fn has_reason(chart: &Chart, reasons: &[Concept], references: &[String], set: ValueSet) -> bool {
    reasons.iter().any(|reason| reason.has(set))
        || references.iter().any(|reference| {
            chart
                .conditions
                .iter()
                .any(|condition| condition.concept.has(set) && bare_id(&condition.reference) == bare_id(reference))
        })
}
