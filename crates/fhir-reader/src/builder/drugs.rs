//! Drugs: which one, where it goes, when it was used; as a use on record and as a draft order.

use crate::builder::facts::{decimal, quantity, reference_text};
use crate::builder::identity::reference_of;
use crate::builder::route::{form_of_name, form_of_product};
use crate::builder::{ChartBuilder, Pending};
use crate::collect::Origin;
use crate::lens::{Many, Number, Read};
use crate::prefetch::medication;
use crate::read::{concept, progress};
use crate::resource::{Concept as ConceptLens, Dosage, Resource, moment, period};
use cellwise_record::facts::concept::{Coding, Concept};
use cellwise_record::facts::dose::Dose;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, Route, UseKind};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::facts::quantity::{Bound, Quantity};
use cellwise_record::{GapKind, Moment, Period, Standing};

impl ChartBuilder<'_> {
    pub(super) fn concepts(&self, many: &Many<ConceptLens<'_>>) -> Vec<Concept> {
        many.items.iter().map(|lens| concept::read(lens, self.terminology)).collect()
    }

    pub(super) fn reasons(&self, resource: &Resource<'_>) -> (Vec<Concept>, Vec<String>) {
        let mut concepts = self.concepts(&resource.reason_code);
        let mut references: Vec<String> = resource.reason_reference.items.iter().filter_map(reference_text).collect();
        for both in &resource.reason.items {
            concepts.push(concept::read(both, self.terminology));
            references.extend(both.reference.value().and_then(|reference| reference_text(reference)));
        }
        // A reason that can't be read may be any.
        if resource.reason_code.unreadable + resource.reason.unreadable > 0 {
            concepts.push(Concept::unreadable());
        }
        (concepts, references)
    }

    /// The drug of a medication resource; contained drugs are read on the spot, others wait for [`Self::resolve_drugs`].
    pub(super) fn drug(&self, resource: &Resource<'_>) -> (Concept, Option<String>, Route) {
        let (concept, reference, unreadable) = medication(resource);
        if let Some(concept) = concept {
            return (concept::read(concept, self.terminology), None, Route::NotStated);
        }
        if let Some(reference) = reference {
            let mut drug = concept::display_only(reference, self.terminology);
            let target = reference.reference.as_str().unwrap_or_default();
            if let Some(local) = target.strip_prefix('#') {
                let contained = resource.contained.items.iter().find(|contained| contained.id.as_str() == Some(local));
                let mut form = Route::NotStated;
                if let Some(contained) = contained {
                    form = self.form([&contained.form, &contained.dose_form]);
                    let mut code = concept::read_element(&contained.code, self.terminology);
                    for ingredient in &contained.ingredient.items {
                        for item in [&ingredient.item_codeable_concept, &ingredient.item] {
                            code.add_ingredient(&concept::read_element(item, self.terminology));
                        }
                    }
                    drug.merge(&code);
                }
                return (drug, None, form);
            }
            return (drug, (!target.is_empty()).then(|| target.to_owned()), Route::NotStated);
        }
        let mut drug = Concept::default();
        if unreadable {
            drug.coding = Coding::Unreadable;
        }
        (drug, None, Route::NotStated)
    }

    pub(super) fn order(&mut self, origin: Origin<'_>, resource_type: &str, resource: &Resource<'_>) {
        let status = resource.status.as_str();
        // An order that is written to end a drug is no order of it; whether the drug may end is a question of its own.
        let is_stop =
            resource_type == "MedicationRequest" && matches!(status, Some("cancelled" | "stopped" | "completed"));
        // An Immunization knows no draft (R4): one that is about to be written says that it was given.
        let is_written = resource_type == "Immunization" && status == Some("completed");
        if !is_stop
            && !is_written
            && matches!(
                status,
                Some(
                    "cancelled"
                        | "entered-in-error"
                        | "revoked"
                        | "stopped"
                        | "completed"
                        | "rejected"
                        | "not-done"
                        | "noshow"
                        | "fulfilled"
                )
            )
            || resource.do_not_perform == Read::Value(true)
        {
            return;
        }
        let reference = reference_of(origin, resource_type, resource);
        let (kind, concept, medication_reference, form) = match resource_type {
            "MedicationRequest" | "MedicationOrder" => {
                let (concept, reference, form) = self.drug(resource);
                (OrderKind::Medication, concept, reference, form)
            }
            "ServiceRequest" | "ProcedureRequest" | "Procedure" => {
                (OrderKind::Service, concept::read_element(&resource.code, self.terminology), None, Route::NotStated)
            }
            "Immunization" | "ImmunizationRecommendation" => {
                let mut vaccine = concept::read_element(&resource.vaccine_code, self.terminology);
                for recommended in &resource.recommendation.items {
                    for code in &recommended.vaccine_code.items {
                        vaccine.merge(&concept::read(code, self.terminology));
                    }
                }
                (OrderKind::Vaccination, vaccine, None, Route::NotStated)
            }
            "Appointment" => {
                let mut service = Concept::default();
                for kind in &resource.service_type.items {
                    service.merge(&concept::read(kind, self.terminology));
                }
                if resource.service_type.unreadable > 0 && service.coding != Coding::Known {
                    service.coding = Coding::Unreadable;
                }
                (OrderKind::Appointment, service, None, Route::NotStated)
            }
            _ => (OrderKind::Other, concept::read_element(&resource.code, self.terminology), None, Route::NotStated),
        };
        let stated = self.route([&resource.dosage_instruction, &resource.dosage]);
        let named = form_of_name(&concept, &self.terminology);
        let route = stated.or(form).or(form_of_product(&concept)).or(named);
        let (reasons, reason_references) = self.reasons(resource);
        let start = moment(&resource.start).value().copied().map(|start| Period { start: Some(start), end: None });
        let planned_for = resource.when().0.value().copied().or(start);
        let when =
            planned_for.and_then(|period| period.start).or_else(|| moment(&resource.authored_on).value().copied());
        let is_empty = concept.text.is_empty() && concept.coding == Coding::None && medication_reference.is_none();
        // Nothing is chosen yet: that is no order. Many appointments name no service: that says nothing.
        if is_empty && !matches!(kind, OrderKind::Appointment | OrderKind::Other) && !refers_to_something(resource) {
            return;
        }
        let may_be_empty = matches!(kind, OrderKind::Appointment | OrderKind::Other);
        let readable = kind == OrderKind::Other || concept.coding != Coding::Unreadable && (may_be_empty || !is_empty);
        let about = resource.about().or_else(|| only_patient(resource)).map(str::to_owned);
        let fact = DraftOrder {
            reference,
            kind,
            concept,
            route,
            reasons,
            reason_references,
            based_on: resource.based_on.items.iter().filter_map(reference_text).collect(),
            when,
            planned_for,
            doses: doses(&resource.dosage_instruction),
            in_scope: true,
            readable,
            medication_reference,
        };
        let list = if is_stop { &mut self.stops } else { &mut self.orders };
        list.push(Pending { about, fact });
    }

    pub(super) fn medication_use(
        &self,
        kind: UseKind,
        reference: String,
        resource: &Resource<'_>,
    ) -> Option<MedicationUse> {
        let (concept, medication_reference, form) = self.drug(resource);
        if concept.is_irrelevant_drug() || resource.do_not_perform == Read::Value(true) {
            return None;
        }
        let status = resource.status.as_str().unwrap_or_default();
        let unclear =
            Standing::Unclear(if resource.status.is_unreadable() { GapKind::Unreadable } else { GapKind::NotRecorded });
        let standing = match (kind, status) {
            (
                _,
                "entered-in-error" | "cancelled" | "draft" | "not-done" | "not-taken" | "intended" | "declined"
                | "preparation",
            ) => return None,
            (UseKind::Given, "completed" | "in-progress")
            | (UseKind::Stated | UseKind::Prescribed, "active" | "completed" | "stopped" | "recorded" | "ended") => {
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
        // A date that can't be read leaves the use without a date: windows are unknown, bans still apply.
        let when = match kind {
            UseKind::Prescribed => prescribed_period(resource),
            UseKind::Given | UseKind::Stated => when.value().copied().unwrap_or_default(),
        };
        let open = matches!(status, "active" | "in-progress" | "recorded");
        // A statement of an active drug "on" a day, or a period without an end, goes on; anything else ends where it says.
        let end = match (when.end, open) {
            (Some(end), true) if kind == UseKind::Stated && !written_as_period && Some(end) == when.start => {
                CourseEnd::Ongoing
            }
            (Some(end), _) => CourseEnd::On(end),
            (None, true) => CourseEnd::Ongoing,
            (None, false) => CourseEnd::NotRecorded,
        };
        let (reasons, reason_references) = self.reasons(resource);
        let stated = self.route([&resource.dosage_instruction, &resource.dosage]);
        let named = form_of_name(&concept, &self.terminology);
        let route = stated.or(form).or(form_of_product(&concept)).or(named);
        let doses = if kind == UseKind::Prescribed { doses(&resource.dosage_instruction) } else { Vec::new() };
        Some(MedicationUse {
            reference,
            concept,
            kind,
            progress: if kind == UseKind::Prescribed {
                progress::of_request(resource)
            } else {
                progress::of_deed(resource)
            },
            start: when.start,
            end,
            authored: moment(&resource.authored_on).value().copied(),
            doses,
            reasons,
            reason_references,
            route,
            standing,
            medication_reference,
        })
    }
}

/// Whether an order that says in no code or word what it is for refers to something all the same.
fn refers_to_something(resource: &Resource<'_>) -> bool {
    let drug = medication(resource).1;
    let concepts = [&resource.code, &resource.vaccine_code].into_iter().filter_map(Read::value);
    let references = drug.into_iter().chain(concepts.filter_map(|concept| concept.0.reference.value().map(|of| &**of)));
    let is_empty_within = |target: &str| {
        let local = target.strip_prefix('#');
        local.is_some_and(|id| resource.contained.items.iter().any(|contained| contained.id.as_str() == Some(id)))
    };
    references.into_iter().any(|reference| match reference.reference.as_str() {
        Some(target) if !target.is_empty() => !is_empty_within(target),
        _ => reference.reference.is_unreadable() || !reference.identifier.is_absent(),
    })
}

/// The patient that an appointment is of. Of several, any may be meant: then it counts.
fn only_patient<'r>(resource: &'r Resource<'_>) -> Option<&'r str> {
    let actors = resource.participant.items.iter().filter_map(|participant| participant.actor.value());
    let references = actors.filter_map(|actor| actor.0.reference.as_str());
    let mut patients = references.filter(|reference| {
        let path = reference.split("/_history/").next().unwrap_or(reference);
        path.rsplit('/').nth(1) == Some("Patient")
    });
    match (patients.next(), patients.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// More instructions than anybody writes; what comes after them is not read, and the order says so.
const MOST_INSTRUCTIONS: usize = 32;

/// The dosage instructions of an order. One that can't be read is one whose amount can't be read.
fn doses(instructions: &Many<Dosage<'_>>) -> Vec<Dose> {
    let mut doses: Vec<Dose> = instructions.items.iter().take(MOST_INSTRUCTIONS).map(dose).collect();
    if instructions.unreadable > 0 || instructions.items.len() > MOST_INSTRUCTIONS {
        doses.push(Dose { unreadable: true, ..Dose::default() });
    }
    doses
}

/// One dosage instruction of an order.
fn dose(lens: &Dosage<'_>) -> Dose {
    let rates = &lens.dose_and_rate.items;
    let amounts = rates.iter().map(|rate| &rate.dose_quantity).chain([&lens.dose_quantity]);
    let ranges = rates.iter().map(|rate| &rate.dose_range).chain([&lens.dose_range]);
    let mut read = Dose {
        unreadable: lens.dose_and_rate.unreadable > 0 || ranges.into_iter().any(|range| !range.is_absent()),
        text: lens.text.as_str().unwrap_or_default().to_owned(),
        ..Dose::default()
    };
    for amount in amounts {
        match amount {
            Read::Absent => {}
            Read::Value(amount) => match quantity(amount) {
                Some(amount) => read.amounts.push(amount),
                None => read.unreadable = true,
            },
            Read::Unreadable => read.unreadable = true,
        }
    }
    if let Some(timing) = lens.timing.value() {
        read.days = timing.event.items.iter().filter_map(|event| Moment::parse(event)).collect();
        read.unreadable_days = timing.event.unreadable > 0 || read.days.len() < timing.event.items.len();
        if let Some(repeat) = timing.repeat.value() {
            let number = |read: &Read<Number>| read.value().and_then(decimal);
            read.course = period(&repeat.bounds_period).value().copied();
            read.frequency = number(&repeat.frequency);
            read.count = number(&repeat.count);
            read.every = number(&repeat.period).map(|number| Quantity {
                number,
                unit: repeat.period_unit.as_str().unwrap_or_default().to_owned(),
                bound: Bound::Exactly,
            });
        }
    }
    read
}

/// The course of a prescription: its bounds, else its validity, else open from the day it was written.
fn prescribed_period(resource: &Resource<'_>) -> Period {
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
            Read::Value(period) => return period,
            // A period that can't be read is a gap, never a long exposure.
            Read::Unreadable => return Period::default(),
            Read::Absent => {}
        }
    }
    match moment(&resource.authored_on) {
        Read::Value(start) => Period { start: Some(start), end: None },
        Read::Absent | Read::Unreadable => Period::default(),
    }
}
