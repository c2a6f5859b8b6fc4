//! Drugs: which one, where it goes, when it was used; as a use on record and as a draft order.

use crate::builder::facts::reference_text;
use crate::builder::identity::reference_of;
use crate::builder::medication::Drug;
use crate::builder::route::form_of_product;
use crate::builder::stops::treatment;
use crate::builder::{ChartBuilder, Pending};
use crate::collect::Origin;
use crate::lens::{Many, Number, Read};
use crate::prefetch::medication;
use crate::read::progress::{Drafted, Status};
use crate::read::{concept, progress};
use crate::resource::{
    Concept as ConceptLens, Dosage, Recommendation, Repeat, Resource, days_of, decimal, moment, period, quantity,
};
use cellwise_record::facts::concept::{Coding, Concept};
use cellwise_record::facts::dose::Dose;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, Route, UseKind};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::facts::quantity::{Bound, Quantity};
use cellwise_record::{Moment, Period, without_version};
use jiff::tz::TimeZone;

impl ChartBuilder<'_> {
    pub(super) fn concepts(&self, many: &Many<ConceptLens<'_>>) -> Vec<Concept> {
        many.items.iter().map(|lens| concept::read(lens, self.vocabulary())).collect()
    }

    pub(super) fn reasons(&self, resource: &Resource<'_>) -> (Vec<Concept>, Vec<String>) {
        let mut concepts = self.concepts(&resource.reason_code);
        concepts.extend(resource.reason.items.iter().map(|both| concept::read(both, self.vocabulary())));
        let of_both = resource.reason.items.iter().filter_map(|both| both.reference.value().map(|of| &**of));
        let mut references = Vec::new();
        let mut is_unreadable = resource.reason_code.unreadable + resource.reason.unreadable > 0;
        for reference in resource.reason_reference.items.iter().chain(of_both).filter_map(reference_text) {
            match reference.strip_prefix('#') {
                None => references.push(reference),
                Some(id) => match resource.contained.items.iter().find(|of| of.id.as_str() == Some(id)) {
                    Some(reason) => concepts.push(concept::read_element(&reason.code, self.vocabulary())),
                    None => is_unreadable = true,
                },
            }
        }
        // A reason that can't be read may be any.
        if is_unreadable {
            concepts.push(Concept::unreadable());
        }
        (concepts, references)
    }

    pub(super) fn order(&mut self, origin: Origin<'_>, resource_type: &str, resource: &Resource<'_>) {
        let drafted = progress::of_draft(resource_type, resource, self.modifiers(resource));
        if drafted == Drafted::Nothing {
            return;
        }
        let reference = reference_of(origin, resource_type, resource);
        let mut medication_references = Vec::new();
        let (mut form, mut drugs) = (Route::NotStated, Vec::new());
        let (kind, concept) = match resource_type {
            "MedicationRequest" | "MedicationOrder" => {
                let drug = self.drug(resource);
                (form, medication_references, drugs) = (drug.form, drug.references, drug.substances);
                (OrderKind::Medication, drug.concept)
            }
            "ServiceRequest" | "ProcedureRequest" | "Procedure" => {
                (OrderKind::Service, concept::read_element(&resource.code, self.vocabulary()))
            }
            "Immunization" | "ImmunizationRecommendation" => {
                let mut vaccine = concept::read_element(&resource.vaccine_code, self.vocabulary());
                for recommended in progress::recommended(resource) {
                    vaccine.merge(&self.recommended(recommended));
                }
                (OrderKind::Vaccination, vaccine)
            }
            "Appointment" => {
                let mut service = Concept::default();
                for kind in &resource.service_type.items {
                    service.merge(&concept::read(kind, self.vocabulary()));
                }
                if resource.service_type.unreadable > 0 && service.coding != Coding::Known {
                    service.coding = Coding::Unreadable;
                }
                (OrderKind::Appointment, service)
            }
            _ => (OrderKind::Other, concept::read_element(&resource.code, self.vocabulary())),
        };
        let stated = self.route([&resource.dosage_instruction, &resource.dosage]);
        let route = stated.or(form).or(form_of_product(&concept));
        let (reasons, reason_references) = self.reasons(resource);
        let start =
            moment(&resource.start, self.zone).value().copied().map(|start| Period { start: Some(start), end: None });
        let of_use = resource.period_of_use(self.zone).value().copied();
        let planned_for = resource.when(self.zone).0.value().copied().or(of_use).or(start);
        let when = planned_for
            .and_then(|period| period.start)
            .or_else(|| moment(&resource.authored_on, self.zone).value().copied());
        let is_empty = concept.text.is_empty() && concept.coding == Coding::None && medication_references.is_empty();
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
            not_before: not_before(resource, self.zone),
            doses: doses(&resource.dosage_instruction, self.zone),
            details: self.details(resource),
            in_scope: true,
            readable,
            medication_references,
            treatment: treatment(resource, drugs),
            prior: resource.prior_prescription.value().and_then(|prior| reference_text(&prior.0)),
            standing: progress::of_kept_draft(self.modifiers(resource)),
        };
        let list = if drafted == Drafted::Stop { &mut self.stops } else { &mut self.orders };
        list.push(Pending { about, fact });
    }

    /// What an order says beside what is ordered.
    fn details(&self, resource: &Resource<'_>) -> Vec<Concept> {
        let notes = resource.note.items.iter().map(|note| &note.text);
        let instructions = resource.dosage_instruction.items.iter().map(|dosage| &dosage.text);
        let words = notes.chain(instructions).chain([&resource.patient_instruction]);
        let words = words.filter_map(|words| words.as_str()).map(concept::words);
        self.concepts(&resource.order_detail).into_iter().chain(words).collect()
    }

    /// The vaccine that is recommended. Where only the disease is named, it is that name: which vaccine is open.
    fn recommended(&self, recommended: &Recommendation<'_>) -> Concept {
        let mut vaccine = Concept::default();
        for code in &recommended.vaccine_code.items {
            vaccine.merge(&concept::read(code, self.vocabulary()));
        }
        let is_named = vaccine.is_stated() || recommended.vaccine_code.unreadable > 0;
        if let Some(disease) = recommended.target_disease.items.first().filter(|_| !is_named) {
            vaccine.text = concept::read(disease, self.vocabulary()).text;
        }
        vaccine
    }

    pub(super) fn medication_use(
        &mut self,
        kind: UseKind,
        reference: String,
        resource: &Resource<'_>,
    ) -> Option<MedicationUse> {
        let is_request = kind == UseKind::Prescribed;
        // What a patient tells of is no prescription.
        let kind = if is_request && progress::is_reported(resource) { UseKind::Stated } else { kind };
        let Drug { concept, form, references: medication_references, substances } = self.drug(resource);
        if concept.is_irrelevant_drug() {
            return None;
        }
        let modifiers = self.modifiers(resource);
        let Status { progress, standing, is_open } = progress::of_use(resource, kind, is_request, modifiers)?;
        let (when, written_as_period) = resource.when(self.zone);
        // A date that can't be read leaves the use without a date: windows are unknown, bans still apply.
        let when = match (is_request, when, resource.period_of_use(self.zone)) {
            (true, ..) => prescribed_period(resource, modifiers.stop.is_some(), self.zone),
            (false, Read::Absent, of_use) => of_use.value().copied().unwrap_or_default(),
            (false, when, _) => {
                when.value().and_then(|when| resource.lasting(*when).value().copied()).unwrap_or_default()
            }
        };
        // A statement of an active drug "on" a day, or a period without an end, goes on; anything else ends where it says.
        let end = match (when.end, is_open) {
            (Some(end), true) if kind == UseKind::Stated && !written_as_period && Some(end) == when.start => {
                CourseEnd::Ongoing
            }
            (Some(end), _) => CourseEnd::On(end),
            (None, true) => CourseEnd::Ongoing,
            (None, false) => CourseEnd::NotRecorded,
        };
        let (reasons, reason_references) = self.reasons(resource);
        let stated = self.route([&resource.dosage_instruction, &resource.dosage]);
        let route = stated.or(form).or(form_of_product(&concept));
        let doses = if is_request { doses(&resource.dosage_instruction, self.zone) } else { Vec::new() };
        let usage = MedicationUse {
            reference,
            concept,
            kind,
            progress,
            start: when.start,
            end,
            authored: moment(&resource.authored_on, self.zone).value().copied(),
            doses,
            reasons,
            reason_references,
            route,
            standing,
            medication_references,
            treatment: treatment(resource, substances),
        };
        if modifiers.stop.is_some() {
            self.stop_agreements.insert(&usage);
        }
        Some(usage)
    }
}

/// From when on an order may be carried out: the start of its validity, or the first date of a recommended vaccination.
fn not_before(resource: &Resource<'_>, zone: &TimeZone) -> Option<Moment> {
    let recommended = progress::recommended(resource).flat_map(|recommended| &recommended.date_criterion.items);
    let first = recommended.filter_map(|date| moment(&date.value, zone).value().copied()).min_by_key(|day| day.first);
    first.or_else(|| validity(resource, zone).value()?.start)
}

/// The time in which a prescription can be dispensed.
fn validity(resource: &Resource<'_>, zone: &TimeZone) -> Read<Period> {
    match &resource.dispense_request {
        Read::Value(dispense) => period(&dispense.validity_period, zone),
        Read::Absent => Read::Absent,
        Read::Unreadable => Read::Unreadable,
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
        let path = without_version(reference);
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
fn doses(instructions: &Many<Dosage<'_>>, zone: &TimeZone) -> Vec<Dose> {
    let mut doses: Vec<Dose> = instructions.items.iter().take(MOST_INSTRUCTIONS).map(|lens| dose(lens, zone)).collect();
    if instructions.unreadable > 0 || instructions.items.len() > MOST_INSTRUCTIONS {
        doses.push(Dose { unreadable: true, ..Dose::default() });
    }
    doses
}

/// One dosage instruction of an order.
fn dose(lens: &Dosage<'_>, zone: &TimeZone) -> Dose {
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
        read.days = timing.event.items.iter().filter_map(|event| Moment::parse_at(event, zone)).collect();
        read.unreadable_days = timing.event.unreadable > 0 || read.days.len() < timing.event.items.len();
        if let Some(repeat) = timing.repeat.value() {
            let number = |read: &Read<Number>| read.value().and_then(decimal);
            read.course = period(&repeat.bounds_period, zone).value().copied();
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

/// The course of a prescription: its period of use, else its bounds, else its validity, else open from the day it was written.
/// A stop agreement without a period ends on that day.
fn prescribed_period(resource: &Resource<'_>, is_stop: bool, zone: &TimeZone) -> Period {
    let written = moment(&resource.authored_on, zone);
    let bounds = resource
        .dosage_instruction
        .items
        .iter()
        .map(|dosage| match &dosage.timing {
            Read::Value(timing) => match &timing.repeat {
                Read::Value(repeat) => bounds(repeat, &written, zone),
                Read::Absent => Read::Absent,
                Read::Unreadable => Read::Unreadable,
            },
            Read::Absent => Read::Absent,
            Read::Unreadable => Read::Unreadable,
        })
        .find(|period| !period.is_absent())
        .unwrap_or_default();
    for read in [resource.period_of_use(zone), bounds, validity(resource, zone)] {
        match read {
            Read::Value(period) => return period,
            // A period that can't be read is a gap, never a long exposure.
            Read::Unreadable => return Period::default(),
            Read::Absent => {}
        }
    }
    match written {
        Read::Value(end) if is_stop => Period { start: None, end: Some(end) },
        Read::Value(start) => Period { start: Some(start), end: None },
        Read::Absent | Read::Unreadable => Period::default(),
    }
}

/// The bounds of a course: its days, or how long it is from the day on which it was written.
fn bounds(repeat: &Repeat<'_>, written: &Read<Moment>, zone: &TimeZone) -> Read<Period> {
    let stated = period(&repeat.bounds_period, zone);
    let Read::Value(length) = &repeat.bounds_duration else { return stated };
    match (&stated, written, days_of(length)) {
        (Read::Absent, Read::Value(start), Some(days)) => {
            Read::Value(Period { start: Some(*start), end: Some(start.plus_days(days)) })
        }
        _ => stated,
    }
}
