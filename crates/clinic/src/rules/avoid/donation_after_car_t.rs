//! Donation of blood, organs, tissues or cells by a patient who had CAR-T cells.
//!
//! ## What it flags
//! A donation that is being ordered (order hooks) or booked (appointment-book), or a registration or consent as a donor
//! (patient-view, encounter-start), after CAR-T.
//!
//! ## Why it matters
//! "Na een CAR T-celtherapie mogen mensen geen bloed, organen, weefsels en cellen doneren voor transplantatie" (CART-066).
//!
//! ## When it is met
//! - Order hooks, appointment-book: the order or appointment is a donation by its code (harvesting of donor material,
//!   evaluation of a donor), by its reason (ICD-10 Z52…), or by the request it is booked for; and CAR-T is in history →
//!   critical.
//! - patient-view, encounter-start: willing to donate (organ donor, advance directive, problem list, post-mortem donor on the Patient), or
//!   an active consent that permits donation, and CAR-T is in history → warning.
//! - A CAR-T order marked completed without a recorded infusion: one level lower.
//!
//! ## When it stays quiet
//! The patient's own cells, blood or skin: an autologous reason, or a collection of stem cells without the reason of a
//! donor (X8). Donations of the past, samples for diagnosis, a no that is newer than the yes, a consent that denies or is
//! no longer active. No CAR-T, or only planned; stem cell transplantation alone: the sources state no ban after it.
//!
//! ## When it asks
//! The order has no usable code, and its words speak of a donation; or CAR-T stands in the record in words only: a
//! warning. A registration in words only stays unknown, without a card. An order that can't be read leaves the verdict
//! unknown; rule `corticosteroid-after-car-t` shows it.
//!
//! ## Where the catalogue is silent
//! - No end date (X8): the ban holds for life. "Voor transplantatie" is read to go with all four nouns.
//! - The reason of a donor outweighs everything else in an order; an own reason outweighs its code.
//! - Registrations: the newest observation decides. Patient, problem list and consents each stand for themselves.
//! - Consents and observations are asked for on patient-view and encounter-start only: orders and appointments need none.
//! - An appointment gets no suggestion to remove it: it is only proposed, nothing of it is on a server yet.
//! - A request that came through and is not the one an appointment names is for something else.
//!
//! ## Sources
//! CART-066, CART-071; conflict X8.

use std::collections::BTreeMap;

use crate::questions::therapy::history::{Certainty, TherapyHistory};
use crate::{
    CardFacts, Case, Citation, Criterion, Finding, Hook, Indicator, Message, Proposal, Rule, Suggestion, documents,
};
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Act, Evidence, Gap, GapKind, Judgement, Source, Verdict, bare_id};

/// The rule.
pub const RULE: Rule = Rule {
    id: "donation-after-car-t",
    file: file!(),
    topic: "donationAfterCarT",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-066"] }],
    override_reasons: ORDER_OVERRIDES,
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
    ],
    observations: &[],
    numbers: &[],
    judge,
};

const ORDER_OVERRIDES: &[&str] = &["own-cells-collection", "not-a-donation", "data-outdated", "other"];
const REGISTRATION_OVERRIDES: &[&str] = &["data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    if q.hook.is_order() || is_booking(q) { judge_orders(q) } else { judge_registration(q) }
}

fn is_booking(q: &Case<'_>) -> bool {
    q.hook == Hook::AppointmentBook
}

/// What a draft order says of donation.
enum Reading {
    Donation(Vec<Evidence>),
    /// No usable code, but words of a donation.
    Named(String, Judgement),
    /// A donation by its code, unless the reason it refers to says otherwise; that did not come through.
    Likely(Judgement),
    /// It may be one.
    Open(Vec<Gap>),
    Other,
}

fn judge_orders(q: &Case<'_>) -> Finding {
    let mut orders = Judgement::not_met(Vec::new());
    let mut donations: Vec<&DraftOrder> = Vec::new();
    let mut named: Vec<String> = Vec::new();
    let donor_problems = Problems::new(q, ValueSet::DONATION);
    let own_problems = Problems::new(q, ValueSet::AUTOLOGOUS_DONATION);
    for order in q.orders_in_scope() {
        orders = orders.or(match read(q, order, &donor_problems, &own_problems) {
            Reading::Donation(evidence) => {
                donations.push(order);
                Judgement::met(evidence)
            }
            Reading::Named(words, open) => {
                named.push(words);
                open
            }
            Reading::Likely(open) => {
                donations.push(order);
                open
            }
            Reading::Open(gaps) => Judgement::unknown(gaps),
            Reading::Other => Judgement::not_met(Vec::new()),
        });
    }
    if orders.verdict() == Verdict::NotMet {
        return Finding::silent(&orders);
    }
    let history = q.car_t_history();
    let judgement = orders.clone().and(history.judgement.clone());
    let in_words = q.says_in_words(|text| q.terminology.mentions("car-t", text));
    let probable = history.certainty() == Some(Certainty::Probable);
    let of = |order, booking| Message::new(if is_booking(q) { booking } else { order });
    let (indicator, summary) = match history.judgement.verdict() {
        Verdict::Met if !donations.is_empty() && probable => {
            (Indicator::Warning, of("summary-order-probable", "summary-booking-probable"))
        }
        Verdict::Met if !donations.is_empty() => (Indicator::Critical, of("summary-order", "summary-booking")),
        Verdict::Unknown if !donations.is_empty() && in_words => {
            (Indicator::Warning, of("summary-order-history-in-words", "summary-booking-history-in-words"))
        }
        Verdict::Met if !named.is_empty() => {
            let name = named.first().cloned().unwrap_or_default();
            (
                if probable { Indicator::Info } else { Indicator::Warning },
                Message::new("summary-order-named").with("order", name),
            )
        }
        _ => return Finding::silent(&judgement),
    };
    // An appointment that is only proposed is not on a server yet: there is nothing to take out.
    let removable = donations.iter().filter(|order| !is_booking(q) && !order.reference.starts_with('/'));
    let suggestions = removable
        .map(|order| Suggestion {
            label: Message::new("suggest-remove").with("order", order.concept.text.clone()),
            proposal: Proposal::Remove { reference: order.reference.clone() },
            note: None,
        })
        .collect();
    let card = CardFacts {
        indicator,
        summary,
        lead: vec![Message::new("advice-no-donation")],
        context: vec![Message::new("context-no-end-date"), of("context-own-cells", "context-own-cells-booking")],
        suggestions,
        override_reasons: Some(ORDER_OVERRIDES),
        citations: RULE.citations,
    };
    let rows = vec![Criterion::new(of("criterion-donation", "criterion-booking"), orders), history_row(&history)];
    Finding::beside(&judgement, rows, Some(card))
}

fn read(q: &Case<'_>, order: &DraftOrder, donor: &Problems<'_>, own: &Problems<'_>) -> Reading {
    if !order.readable {
        return Reading::Open(vec![Gap::at(
            GapKind::Unreadable,
            Source::DraftOrders,
            &order.reference,
            &order.concept.text,
        )]);
    }
    let ordered = order.evidence();
    let (requests, hidden_requests) = q.requests_of(order);
    let is_in = |set| order.concept.has(set) || requests.iter().any(|request| request.concept.has(set));
    let reasons = donor.reasons_of(order, &requests);
    if !reasons.is_empty() {
        return Reading::Donation(std::iter::once(ordered).chain(reasons).collect());
    }
    let own = is_in(ValueSet::AUTOLOGOUS_DONATION) || !own.reasons_of(order, &requests).is_empty();
    let donation = is_in(ValueSet::DONATION);
    // What would say more, and did not come through: the problems and requests that the order refers to.
    let of_request = |request: &&Act| !request.reason_references.is_empty();
    let refers = !references(order).is_empty() || requests.iter().any(of_request);
    let mut hidden = if refers { q.sources().gaps_of(Source::Conditions) } else { Vec::new() };
    hidden.extend(hidden_requests);
    match (!hidden.is_empty(), donation && !own) {
        (true, true) => return Reading::Likely(Judgement::unknown(hidden).with_evidence([ordered])),
        (true, false) => return Reading::Open(hidden),
        (false, true) => return Reading::Donation(vec![ordered]),
        (false, false) if own => return Reading::Other,
        (false, false) => {}
    }
    // Words decide only whether to ask: for what has no usable code, and for a collection whose reason is in words.
    let collection = order.concept.has(ValueSet::LEUKAPHERESIS);
    let uncoded = order.kind != OrderKind::Medication && order.concept.is(ValueSet::DONATION) == Verdict::Unknown;
    let gap = |what: &str| vec![Gap::at(order.concept.gap_kind(), Source::DraftOrders, &order.reference, what)];
    // Who receives material of a donor is no donor.
    let says =
        |text: &str| q.terminology.mentions("donation", text) && !q.terminology.mentions("receives-material", text);
    if uncoded && says(&order.concept.text) {
        return Reading::Named(order.concept.text.clone(), Judgement::unknown(gap(&order.concept.text)));
    }
    let requested = requests.iter().map(|request| &request.concept);
    let reasons = order.reasons.iter().filter(|_| uncoded || collection);
    let said = reasons.chain(requested.filter(|concept| concept.is(ValueSet::DONATION) == Verdict::Unknown));
    match said.into_iter().find(|concept| says(&concept.text)) {
        Some(said) => {
            Reading::Named(said_by(order, said), Judgement::unknown(gap(&said.text)).with_evidence([ordered]))
        }
        None => Reading::Other,
    }
}

/// The words that a question shows: those of the order; of an appointment, those that speak of a donation.
fn said_by(order: &DraftOrder, said: &Concept) -> String {
    if order.kind == OrderKind::Appointment { said.text.clone() } else { order.concept.text.clone() }
}

/// The problems on record in one value set, by their bare id: orders refer to them as their reason.
struct Problems<'c> {
    set: ValueSet,
    by_id: BTreeMap<&'c str, &'c Condition>,
}

impl<'c> Problems<'c> {
    fn new(chart: &'c Case<'_>, set: ValueSet) -> Self {
        Self {
            set,
            by_id: chart
                .conditions(set)
                .items
                .into_iter()
                .map(|problem| (bare_id(&problem.reference), problem))
                .collect(),
        }
    }

    /// The reasons of an order in the set: its own, those of the requests it is booked for, and the problems they refer to.
    fn reasons_of(&self, order: &DraftOrder, requests: &[&Act]) -> Vec<Evidence> {
        let how = Some(match order.kind {
            OrderKind::Appointment => "evidence-booking-reason",
            _ => "evidence-order-reason",
        });
        let requested =
            requests.iter().map(|request| (&request.reasons, &*request.reason_references, &request.reference));
        let parts = std::iter::once((&order.reasons, references(order), &order.reference)).chain(requested);
        let of_part = |(reasons, references, reference): (&'_ Vec<Concept>, &'_ [String], &'_ String)| {
            let own = reasons.iter().filter(|reason| reason.has(self.set)).map(|reason| Evidence {
                what: reason.text.clone(),
                how,
                period: None,
                source: Source::of_reference(reference),
                reference: reference.clone(),
            });
            let problems = references.iter().filter_map(|reference| self.by_id.get(bare_id(reference)));
            own.chain(problems.map(|problem| Evidence { how, ..problem.evidence() })).collect::<Vec<_>>()
        };
        parts.flat_map(of_part).collect()
    }
}

/// The problems that an order gives as its reason. A drug is no donation: only a reason of its own makes it part of one.
fn references(order: &DraftOrder) -> &[String] {
    if order.kind == OrderKind::Medication { &[] } else { &order.reason_references }
}

fn judge_registration(q: &Case<'_>) -> Finding {
    let history = q.car_t_history();
    if history.judgement.verdict() == Verdict::NotMet {
        return Finding::silent(&history.judgement);
    }
    let registration = q.donor_registration();
    let judgement = registration.clone().and(history.judgement.clone());
    if judgement.verdict() != Verdict::Met {
        return Finding::silent(&judgement);
    }
    let (indicator, summary) = match history.certainty() {
        Some(Certainty::Probable) => (Indicator::Info, "summary-registered-probable"),
        _ => (Indicator::Warning, "summary-registered"),
    };
    let card = CardFacts {
        indicator,
        summary: Message::new(summary),
        lead: vec![Message::new("advice-no-donation")],
        context: vec![Message::new("context-no-end-date"), Message::new("context-registration")],
        suggestions: Vec::new(),
        override_reasons: Some(REGISTRATION_OVERRIDES),
        citations: RULE.citations,
    };
    let row = Criterion::new(Message::new("criterion-registered"), registration);
    let row = if q.patient.cadaveric_donor == Some(true) {
        row.remarking(Message::new("remark-post-mortem-donor"))
    } else {
        row
    };
    let rows = vec![row, history_row(&history)];
    Finding::beside(&judgement, rows, Some(card))
}

fn history_row(history: &TherapyHistory) -> Criterion {
    let row = Criterion::new(Message::new("criterion-car-t"), history.judgement.clone());
    if history.certainty() == Some(Certainty::Probable) {
        row.remarking(Message::new("remark-infusion-not-recorded"))
    } else if history.certainty().is_some() && history.t0().is_none() {
        row.remarking(Message::new("remark-date-not-recorded"))
    } else {
        row
    }
}
