//! Taking resources into the chart, one by one, and deciding early which of them need not be read.

use crate::builder::identity::reference_of;
use crate::builder::{ChartBuilder, Pending, is_order};
use crate::collect::{Collect, Element, Origin, Passing};
use crate::lens::{Object, Read};
use crate::read::concept;
use crate::resource::{Concept, Resource};
use cellwise_record::facts::medication::UseKind;
use cellwise_record::terminology::{Digest, Earlier};
use cellwise_record::{Gap, GapKind, Source};

impl Collect for ChartBuilder<'_> {
    fn called_on(&mut self, hook: &str) {
        // What is ordered concerns whoever gets it.
        if hook.starts_with("order-") {
            self.spare_no_more();
        }
    }

    fn wants(&self, origin: Origin<'_>, resource_type: &str) -> bool {
        // A draft order is read whether or not the service asks for older ones of its kind.
        let is_draft = matches!(origin, Origin::Draft { .. });
        // Why something is ordered may stand beside the order.
        let may_be_drafted = is_order(resource_type) || matches!(resource_type, "Condition" | "Appointment");
        resource_type == "Medication" || is_draft && may_be_drafted || self.is_asked_for(resource_type)
    }

    fn reads(&self, resource_type: &str, element: &str) -> bool {
        match element {
            "category" => resource_type == "Consent",
            "basedOn" | "participant" => resource_type == "Appointment",
            _ => true,
        }
    }

    fn known(&mut self, written: Element<'_>) -> Option<Passing> {
        let earlier = self.terminology.experience().of(self.digest(written))?;
        Some(self.passing_by(earlier))
    }

    fn passing(&mut self, written: Element<'_>, what: &Read<Object<Concept<'_>>>) -> Passing {
        let Element { resource_type, element, .. } = written;
        let earlier = if self.is_irrelevant(resource_type, element, what) {
            Earlier::Never
        } else {
            self.listed(resource_type, what).map_or(Earlier::Unlisted, Earlier::Listed)
        };
        self.terminology.experience().keep(self.digest(written), earlier.clone());
        self.passing_by(earlier)
    }

    fn passes_parts(&mut self) {
        if let Some(waiting) = &mut self.sparing {
            waiting.have_parts = true;
        }
    }

    fn take_gaps(&mut self, source: Source) -> Vec<Gap> {
        Self::take_gaps(self, source)
    }

    fn resource(&mut self, origin: Origin<'_>, resource_type: Option<&str>, resource: &Resource<'_>) {
        let is_told = std::mem::take(&mut self.is_told);
        let Some(resource_type) = resource_type else { return self.unreadable(origin) };
        if !self.wants(origin, resource_type) {
            return;
        }
        let reference = reference_of(origin, resource_type, resource);
        self.addresses.reading(&reference);
        if resource_type == "Medication" {
            let drug = self.product(resource);
            self.drugs.insert(reference, drug);
            return;
        }
        if let Origin::Draft { .. } = origin {
            if resource_type == "Condition" {
                let reason = concept::read_element(&resource.code, self.vocabulary());
                self.drafted_reasons.insert(reference, reason);
                return;
            }
            return self.order(origin, resource_type, resource);
        }
        if !self.is_asked_for(resource_type) {
            return;
        }
        // What can never matter does not hide another resource with its id either.
        if !is_told && self.can_never_matter(resource_type, resource) {
            return;
        }
        let about = resource.about().map(str::to_owned);
        self.compare_with_question(origin, about.as_deref());
        let id = resource.id.as_str();
        let key = (id.map_or_else(|| reference.clone(), |id| format!("{resource_type}/{id}")), about.clone());
        if self.seen.contains(&key) {
            return;
        }
        let in_part = resource.meta.value().filter(|meta| meta.is_of_part()).map(|_| reference.clone());
        let kept = match resource_type {
            // A Patient that came along in another search (a donor, a relative) is not the patient.
            "Patient" if matches!(origin, Origin::Value { key: "patient" } | Origin::Entry { key: "patient", .. }) => {
                self.patient(resource);
                true
            }
            "Condition" => {
                let fact = self.condition(reference, resource);
                self.may_be_needed_by(fact.as_ref().map(|fact| &fact.concept));
                push(&mut self.conditions, about, fact)
            }
            "MedicationRequest" | "MedicationStatement" | "MedicationAdministration" => {
                let kind = match resource_type {
                    "MedicationRequest" => UseKind::Prescribed,
                    "MedicationStatement" => UseKind::Stated,
                    _ => UseKind::Given,
                };
                let fact = self.medication_use(kind, reference, resource);
                self.may_be_needed_by(fact.as_ref().map(|fact| &fact.concept));
                push(&mut self.medications, about, fact)
            }
            "Procedure" => {
                let fact = self.act(reference, resource, false);
                self.may_be_needed_by(fact.as_ref().map(|fact| &fact.concept));
                push(&mut self.procedures, about, fact)
            }
            "ServiceRequest" | "ProcedureRequest" => {
                let fact = self.act(reference, resource, true);
                self.may_be_needed_by(fact.as_ref().map(|fact| &fact.concept));
                push(&mut self.service_requests, about, fact)
            }
            "Observation" => {
                let facts = self.observed(reference, resource);
                push_all(&mut self.observations, about.as_ref(), facts)
            }
            "DiagnosticReport" => {
                let results = self.results(&reference, resource);
                let has_results = push_all(&mut self.observations, about.as_ref(), results);
                let fact = self.report(reference, resource);
                push(&mut self.reports, about, fact) || has_results
            }
            "ResearchSubject" => {
                let fact = self.trial(reference, resource);
                push(&mut self.trials, about, fact)
            }
            "Consent" => {
                let fact = self.consent(reference, resource);
                push(&mut self.consents, about, fact)
            }
            "AllergyIntolerance" => {
                let fact = self.allergy(reference, resource);
                push(&mut self.allergies, about, fact)
            }
            "Encounter" => {
                let fact = self.encounter_of(reference, resource);
                push(&mut self.encounters, about, fact)
            }
            _ => false,
        };
        match in_part {
            // The whole of it may follow.
            Some(reference) if kept => self.hidden_at(origin, &reference),
            None if kept => drop(self.seen.insert(key)),
            _ => {}
        }
    }

    fn entry_ends(&mut self, full_url: Option<&str>) {
        self.addresses.entry_ends(full_url);
    }

    fn unreadable(&mut self, origin: Origin<'_>) {
        match origin {
            Origin::Draft { .. } => self.order_not_seen(&origin.to_string()),
            // An entry that holds no resource hides one.
            Origin::Value { .. } | Origin::Entry { .. } => self.hidden_at(origin, &origin.to_string()),
        }
    }
}

impl ChartBuilder<'_> {
    /// What becomes of a resource by what its code came to.
    fn passing_by(&mut self, earlier: Earlier) -> Passing {
        match earlier {
            Earlier::Never => Passing::Never,
            Earlier::Listed(codings) if self.waits(&codings) => Passing::Later,
            Earlier::Listed(_) | Earlier::Unlisted => {
                self.is_told = true;
                Passing::Read
            }
        }
    }

    /// By what an element is known in other calls.
    fn digest(&self, Element { resource_type, element, text }: Element<'_>) -> Digest {
        self.terminology.experience().digest((self.language, resource_type, element, text))
    }

    /// Whether a resource can never matter, by the element that tells what it is.
    #[must_use]
    pub fn can_never_matter(&self, resource_type: &str, resource: &Resource<'_>) -> bool {
        self.is_irrelevant(resource_type, "code", &resource.code)
            || self.is_irrelevant(resource_type, "medicationCodeableConcept", &resource.medication_codeable_concept)
    }

    /// Decides early what reading the whole resource would decide: `coded`, `diagnosis` and the drug of
    /// `medication_use`.
    #[must_use]
    pub fn is_irrelevant(&self, resource_type: &str, element: &str, what: &Read<Object<Concept<'_>>>) -> bool {
        match (resource_type, element) {
            ("Condition", "code") => !self.is_diagnosis(what),
            ("Observation", "code") => !self.is_coded(what) && !self.may_be_panel(what),
            // What a report is called says nothing of the results that it contains.
            ("Procedure" | "ServiceRequest" | "ProcedureRequest", "code") => !self.is_coded(what),
            ("MedicationRequest" | "MedicationStatement" | "MedicationAdministration", "medicationCodeableConcept") => {
                let codes = concept::codes_of(what, self.vocabulary());
                codes.is_irrelevant_drug() && (codes.is_listed() || !concept::speaks(what, self.vocabulary()))
            }
            _ => false,
        }
    }

    /// Notes that something of a kind of data was left out, at the entry that it was left out of.
    fn hidden_at(&mut self, origin: Origin<'_>, reference: &str) {
        let (Origin::Value { key } | Origin::Entry { key, .. }) = origin else { return };
        if let Some(source) = Source::of_key(key) {
            self.sources.gap(Gap::at(GapKind::Incomplete, source, reference, ""));
        }
    }
}

/// Adds the facts of one resource, and says whether there are any.
fn push_all<T>(list: &mut Vec<Pending<T>>, about: Option<&String>, facts: Vec<T>) -> bool {
    let are_any = !facts.is_empty();
    list.extend(facts.into_iter().map(|fact| Pending { about: about.cloned(), fact }));
    are_any
}

/// Adds a fact, if there is one, and says whether there is.
fn push<T>(list: &mut Vec<Pending<T>>, about: Option<String>, fact: Option<T>) -> bool {
    let Some(fact) = fact else { return false };
    list.push(Pending { about, fact });
    true
}
