//! An infusion of cells frozen in DMSO for a patient who is hypersensitive to DMSO.
//!
//! ## What it flags
//! CAR-T or a stem cell transplantation that is being ordered or booked, while an allergy to or intolerance of dimethyl
//! sulfoxide (DMSO) is on record.
//!
//! ## Why it matters
//! To CAR-T cells "voegen we het conserveringsmiddel dimethylsulfaatoxide (DMSO) toe" (CART-023; the chemical name is a
//! slip for dimethylsulfoxide). The stem cell graft holds "een zwavelhoudend middel (DMSO)" (HSCT-033).
//!
//! ## When it is met
//! - The infusion itself is ordered, or booked: by the service of the appointment, its reason, or the request it is for.
//! - And an allergy on record names DMSO, by its code or by the substance of a reaction. Unconfirmed, an intolerance, or of
//!   low criticality: it still counts, nobody has ruled it out.
//!
//! Always a warning: the sources say that the product contains DMSO, not that hypersensitivity forbids it.
//!
//! ## When it stays quiet
//! Refuted, in error, inactive, resolved, or of someone else; an allergy to sulfonamides, which is another thing; harvest,
//! lymphodepletion, conditioning, a check-up; a therapy that is only planned, with another order at hand.
//!
//! ## When it asks
//! An allergy or a problem says DMSO in words without a code, or the order says so of the infusion: a warning with the
//! words. An order that can't be read, with an allergy on record: a warning. Allergies that were not sent leave it open.
//!
//! ## Where the catalogue is silent
//! - Donor cells, and cells of an unknown donor, count: they are often frozen, too. The card says that it depends.
//! - Nothing is proposed: not to remove the order, nor premedication, which the source does not name (CART-024).
//! - Most appointments are in words. One whose words say nothing of a cell therapy is none; an order without a usable code
//!   leaves the verdict open, without a card.
//! - A transplant status (ICD-10-CM Z94.84) as the reason of an appointment means a check-up.
//! - The words of an allergy are asked about even when its code is that of something else: no value set lists every code
//!   of an allergy to DMSO.
//!
//! ## Sources
//! CART-023, CART-024, HSCT-033. That the content is a hazard in hypersensitivity is inference.

use crate::questions::therapy::plan::{Asked, Pathway, PathwayOrders};
use crate::{CardFacts, Case, Citation, Criterion, Finding, Hook, Indicator, Message, Rule, documents};
use cellwise_record::facts::allergy::Allergy;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, Judgement, Source, Verdict, add_gaps};

/// The rule.
pub const RULE: Rule = Rule {
    id: "dmso-allergy",
    file: file!(),
    topic: "dmsoAllergy",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-023", "CART-024"] },
        Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-033"] },
    ],
    override_reasons: OVERRIDE_REASONS,
    needs: &[Source::Patient, Source::Conditions, Source::ServiceRequests, Source::Allergies],
    observations: &[],
    numbers: &[],
    judge,
};

const OVERRIDE_REASONS: &[&str] =
    &["arranged-elsewhere", "local-protocol", "patient-informed-accepts-risk", "data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    let orders = q.orders_asked_about(&Asked::INFUSION);
    if q.patient.deceased || orders.judgement.verdict() == Verdict::NotMet {
        return Finding::silent(&Judgement::not_met(Vec::new()));
    }
    let words = q
        .chart
        .allergies_in_words(ValueSet::DIMETHYL_SULFOXIDE, |text| q.terminology.mentions("dimethyl-sulfoxide", text));
    let allergy = allergy(q, &words);
    let judgement = orders.judgement.clone().and(allergy.clone()).and(q.alive().clone());
    let on_record = allergy.verdict() == Verdict::Met;
    if !on_record && words.is_empty() {
        return Finding::silent(&judgement);
    }
    let Some(summary) = summary(q, &orders, &words, on_record) else { return Finding::silent(&judgement) };
    let pathways = pathways(&orders);
    let card = CardFacts {
        indicator: Indicator::Warning,
        summary,
        lead: vec![Message::new("advice-consult")],
        context: context(&orders, &pathways),
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDE_REASONS),
        citations: match pathways.as_slice() {
            [Pathway::CarT] => RULE.citations.get(..1).unwrap_or(RULE.citations),
            [Pathway::Transplantation] => RULE.citations.get(1..).unwrap_or(RULE.citations),
            _ => RULE.citations,
        },
    };
    let ordered = if q.hook == Hook::AppointmentBook { "criterion-booked" } else { "criterion-ordered" };
    let rows = vec![
        Criterion::new(Message::new(ordered), orders.judgement),
        Criterion::new(Message::new("criterion-allergy"), allergy),
    ];
    Finding::beside(&judgement, rows, Some(card))
}

/// Whether hypersensitivity is on record. Words leave it open, and so does what was not sent: the list of allergies, and the
/// problem list, where some write them.
fn allergy(q: &Case<'_>, words: &[Gap]) -> Judgement {
    let coded = q.allergies(ValueSet::DIMETHYL_SULFOXIDE);
    let mut gaps = words.to_vec();
    add_gaps(&mut gaps, coded.gaps);
    add_gaps(&mut gaps, q.sources().gaps_of(Source::Conditions));
    Judgement::found(coded.items.into_iter().map(shown).collect(), gaps)
}

/// The allergy, with the substance of a reaction where only that names DMSO.
fn shown(allergy: &Allergy) -> Evidence {
    let evidence = allergy.evidence();
    let substance = allergy.substances.iter().find(|substance| substance.has(ValueSet::DIMETHYL_SULFOXIDE));
    match substance.map(|substance| &substance.text).filter(|text| **text != evidence.what) {
        Some(text) if evidence.what.is_empty() => Evidence { what: text.clone(), ..evidence },
        Some(text) => Evidence { what: format!("{text} ({})", evidence.what), ..evidence },
        None => evidence,
    }
}

fn summary(q: &Case<'_>, orders: &PathwayOrders<'_>, words: &[Gap], on_record: bool) -> Option<Message> {
    let booking = q.hook == Hook::AppointmentBook;
    if !orders.known.is_empty() {
        if on_record {
            return Some(Message::new(if booking { "summary-booked" } else { "summary-ordered" }));
        }
        let text = words.iter().find_map(|gap| gap.what.clone()).unwrap_or_default();
        return Some(Message::new("summary-allergy-in-words").with("allergy", text));
    }
    if let Some(named) = orders.named.first() {
        return Some(Message::new("summary-named").with("order", named.purpose.text.clone()));
    }
    (!orders.unreadable.is_empty()).then(|| Message::new("summary-unreadable"))
}

/// The therapies that the orders are for, or speak of, each once.
fn pathways(orders: &PathwayOrders<'_>) -> Vec<Pathway> {
    let mut pathways: Vec<Pathway> = orders.known.iter().chain(&orders.named).map(|order| order.pathway).collect();
    pathways.sort();
    pathways.dedup();
    pathways
}

fn context(orders: &PathwayOrders<'_>, pathways: &[Pathway]) -> Vec<Message> {
    let mut context = Vec::new();
    for pathway in pathways {
        context.push(Message::new(match pathway {
            Pathway::CarT => "context-premedication",
            Pathway::Transplantation => "context-graft",
        }));
    }
    let own = |order: &crate::questions::therapy::plan::PathwayOrder<'_>| {
        order.pathway == Pathway::CarT || order.purpose.has(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION)
    };
    if !orders.known.iter().all(own) {
        context.push(Message::new("context-donor-cells"));
    }
    context
}
