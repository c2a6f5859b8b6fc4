//! Stem cell transplantation without a word on fertility.
//!
//! ## What it flags
//! A stem cell transplantation, or the chemotherapy and antithymocyte globulin that prepare for it, is being ordered or
//! booked for a patient of reproductive age, and no referral to a fertility clinic is on record.
//!
//! ## Why it matters
//! Before the treatment come "mogelijke maatregelen om de vruchtbaarheid te behouden (invriezen van eicellen of sperma)"
//! (HSCT-012, HSCT-039). "Onvruchtbaarheid/infertiliteit of verminderde vruchtbaarheid/subfertiliteit of vervroegde
//! overgang" is a frequent side effect (HSCT-029) and stands among the long-term ones (HSCT-059).
//!
//! ## When it is met
//! - The order or appointment is a transplantation (own cells, donor cells, or not stated), or a conditioning drug while a
//!   transplantation is planned on record or drafted beside it.
//! - And the patient is at least 12 and not yet 50, whatever the gender: both lose fertility, both can preserve it.
//! - And no fertility counselling is on record: no request (active or completed), no procedure, no referral or visit in the
//!   same draft.
//!
//! Always info, with the referral as a suggestion.
//!
//! ## When it stays quiet
//! CAR-T and its lymphodepletion: the sources speak of transplantation. Cyclophosphamide without a transplantation in sight.
//! A referral, also one that is only proposed. Younger than 12, 50 and older.
//!
//! ## When it asks
//! The age is not known or straddles a limit; a referral stands there in words only; requests or procedures were not sent;
//! the order speaks of a transplantation in words only: the same info, and it says what is missing. When the patient was
//! not sent at all, age is anything: no card, the call says so, unless a referral settles it.
//!
//! ## Where the catalogue is silent
//! - The ages are inference.
//! - A referral that is withdrawn, in error, of someone else, or on hold is none. Its date does not matter: who was
//!   counselled once has been.
//! - G-CSF and plerixafor alone don't count: they do not harm fertility, and the transplantation has an order of its own.
//! - Entries without a usable code count as a question only when their words speak of fertility; nearly every list of
//!   procedures has some that say nothing.
//! - An appointment in words is asked about only when no transplantation is in history: else it is a check-up.
//!
//! ## Sources
//! HSCT-012, HSCT-029, HSCT-039, HSCT-059.

use crate::questions::therapy::plan::{Asked, PathwayOrders};
use crate::{
    CardFacts, Case, Citation, Criterion, Finding, Hook, Indicator, Message, Proposal, Rule, Suggestion, documents,
    numbers,
};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, Judgement, Progress, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "fertility-preservation",
    file: file!(),
    topic: "fertilityPreservation",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-012", "HSCT-029", "HSCT-039"] },
        Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-059"] },
    ],
    override_reasons: OVERRIDE_REASONS,
    needs: &[Source::Patient, Source::Procedures, Source::ServiceRequests],
    observations: &[],
    numbers: &[&numbers::REPRODUCTIVE_FROM_AGE, &numbers::REPRODUCTIVE_BELOW_AGE],
    judge,
};

const OVERRIDE_REASONS: &[&str] =
    &["arranged-elsewhere", "patient-informed-accepts-risk", "life-threatening-emergency", "data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    let orders = q.orders_asked_about(&Asked::TRANSPLANTATION);
    if q.patient.deceased || orders.judgement.verdict() == Verdict::NotMet {
        return Finding::silent(&Judgement::not_met(Vec::new()));
    }
    let patient = &q.patient;
    let old_enough = patient.is_at_least(q.whole(&numbers::REPRODUCTIVE_FROM_AGE), &q.as_of);
    let age = old_enough.and(!patient.is_at_least(q.whole(&numbers::REPRODUCTIVE_BELOW_AGE), &q.as_of));
    let counselled = counselled(q);
    let judgement = orders.judgement.clone().and(age.clone()).and(!counselled.clone());
    let is_settled = age.verdict() == Verdict::NotMet || counselled.verdict() == Verdict::Met;
    // Without the patient, age may be anything: an advice for everyone would be noise.
    let is_unseen = age.gaps().iter().any(|gap| gap.kind.is_delivery());
    let summary = if is_settled || is_unseen { None } else { summary(q, &orders, &counselled) };
    let Some(summary) = summary else { return Finding::silent(&judgement) };
    let card = CardFacts {
        indicator: Indicator::Info,
        summary,
        lead: vec![Message::new("advice-preserve")],
        context: vec![Message::new("context-frequent"), context_of_ages(q)],
        suggestions: referral(q).into_iter().collect(),
        override_reasons: Some(OVERRIDE_REASONS),
        citations: RULE.citations,
    };
    let ordered = if q.hook == Hook::AppointmentBook { "criterion-booked" } else { "criterion-ordered" };
    let from_to = |id| {
        Message::new(id)
            .with("from", q.whole(&numbers::REPRODUCTIVE_FROM_AGE))
            .with("below", q.whole(&numbers::REPRODUCTIVE_BELOW_AGE))
    };
    let rows = vec![
        Criterion::new(Message::new(ordered), orders.judgement),
        Criterion { remark: years(q), ..Criterion::new(from_to("criterion-age"), age) },
        Criterion::new(Message::new("criterion-no-counselling"), !counselled),
    ];
    Finding::beside(&judgement, rows, Some(card))
}

/// The age, as far as it is known.
fn years(q: &Case<'_>) -> Option<Message> {
    let (youngest, oldest) = q.patient.age(&q.as_of)?;
    Some(if youngest == oldest {
        Message::new("remark-age").with("age", youngest)
    } else {
        Message::new("remark-age-between").with("youngest", youngest).with("oldest", oldest)
    })
}

fn context_of_ages(q: &Case<'_>) -> Message {
    Message::new("context-ages")
        .with("from", q.whole(&numbers::REPRODUCTIVE_FROM_AGE))
        .with("below", q.whole(&numbers::REPRODUCTIVE_BELOW_AGE))
}

/// Whether fertility counselling is on record, or being arranged in the same draft.
fn counselled(q: &Case<'_>) -> Judgement {
    let set = ValueSet::FERTILITY_REFERRAL;
    let chart = q;
    let (drafted, others): (Vec<&DraftOrder>, Vec<&DraftOrder>) =
        chart.orders.iter().partition(|order| chart.purposes(order).0.iter().any(|purpose| purpose.has(set)));
    let mut evidence: Vec<_> = drafted.into_iter().map(DraftOrder::evidence).collect();
    let mut gaps = Vec::new();
    let requests = chart.service_requests(set);
    let standing = requests.items.iter().filter(|request| request.progress != Progress::Held);
    evidence.extend(standing.map(|request| request.evidence()));
    let procedures = chart.procedures(set);
    evidence.extend(procedures.items.iter().map(|procedure| procedure.evidence()));
    let speaks = |gap: &Gap| gap.what.as_deref().is_some_and(|text| q.terminology.mentions("fertility", text));
    let open = requests.gaps.into_iter().chain(procedures.gaps);
    gaps.extend(open.filter(|gap| gap.kind.is_delivery() || speaks(gap)));
    for order in others {
        let said = chart.purposes(order).0.into_iter().find(|purpose| {
            order.kind != OrderKind::Medication
                && purpose.is(set) == Verdict::Unknown
                && q.terminology.mentions("fertility", &purpose.text)
        });
        gaps.extend(said.map(|said| Gap::at(said.gap_kind(), Source::DraftOrders, &order.reference, &said.text)));
    }
    Judgement::found(evidence, gaps)
}

fn summary(q: &Case<'_>, orders: &PathwayOrders<'_>, counselled: &Judgement) -> Option<Message> {
    let booking = q.hook == Hook::AppointmentBook;
    if !orders.known.is_empty() {
        let open = counselled.verdict() == Verdict::Unknown;
        return Some(Message::new(match (open, booking) {
            (false, false) => "summary-ordered",
            (false, true) => "summary-booked",
            (true, false) => "summary-ordered-check",
            (true, true) => "summary-booked-check",
        }));
    }
    let named = orders.named.first()?;
    let is_check_up = booking && !q.procedures(ValueSet::STEM_CELL_TRANSPLANTATION).items.is_empty();
    (!is_check_up).then(|| Message::new("summary-named").with("order", named.purpose.text.clone()))
}

/// Draft the referral.
fn referral(q: &Case<'_>) -> Option<Suggestion> {
    let code = q.terminology.members(ValueSet::FERTILITY_REFERRAL).first()?;
    let proposal = Proposal::Service { code: Some(code.clone()), reasons: Vec::new() };
    Some(Suggestion { label: Message::new("suggest-referral"), proposal, note: None })
}
