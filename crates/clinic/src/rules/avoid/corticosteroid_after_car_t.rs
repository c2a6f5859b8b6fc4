//! A systemic corticosteroid for a patient who had CAR-T cells, or as premedication of CAR-T.
//!
//! ## What it flags
//! A systemic corticosteroid that is being ordered (order hooks) or in use (patient-view, encounter-start) after CAR-T.
//!
//! ## Why it matters
//! "Daarnaast mogen mensen geen corticosteroïden krijgen" (CART-067): corticosteroids suppress the CAR-T cells. They have a
//! place in cytokine release syndrome, as second line after tocilizumab (CART-083, CART-084), and in ICANS, where the risk
//! must be weighed (CART-094, CART-095).
//!
//! ## When it is met
//! - The drug is a systemic corticosteroid: ATC H02AB or H02BX, or an ingredient by a systemic route or in a systemic form.
//! - And CAR-T is in history (infusion, administration, statement, history code; a completed order counts as probable and
//!   fires one level lower), or a CAR-T infusion stands in the same draft orders (premedication, CART-024).
//!
//! How urgent: no CRS or ICANS on record → critical. CRS grade 1, or without a grade → warning. CRS grade 2 or more without
//! tocilizumab in the episode → warning, tocilizumab first; with tocilizumab → info. ICANS → info. Adrenal insufficiency or
//! anaphylaxis as the reason → warning. Premedication of CAR-T → critical.
//!
//! ## When it stays quiet
//! Topical, inhaled, nasal, eye, ear, mouth and rectal corticosteroids; fludrocortisone; no CAR-T; CAR-T only planned;
//! prednisone in the conditioning of an aHSCT without CAR-T.
//!
//! ## When it asks
//! The route is not stated, the drug has no usable code but its name says corticosteroid, or the order can't be read: a
//! warning that says so. A drug without a usable code whose name says nothing of the kind stays unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - An episode lasts 30 days (X12): an older grade, or a diagnosis dated before the infusion, does not soften the card.
//! - An entry without a usable code may be anything, so it leaves "no CAR-T" unknown; without a card, because
//!   otherwise every problem list in words would raise one.
//! - Intra-articular, epidural or intrathecal corticosteroids are neither on the list of the local ones nor systemic by
//!   route: they are asked about.
//! - Missing data never softens: "info" needs conditions and observations to have come through.
//! - ICANS beside CRS grade 2 or more without tocilizumab: warning, because the CRS is not yet treated in the first line.
//! - No end date (X1, plain reading). Outside sources restrict corticosteroids only around the infusion; a hospital can
//!   set a limit.
//!
//! ## Sources
//! CART-024, CART-067, CART-083, CART-084, CART-094, CART-095, HSCT-026 (where it stays quiet); conflicts X1, X2, X12, X27.

use crate::questions::therapy::history::{Certainty, TherapyHistory};
use crate::questions::toxicity::corticosteroid::is_systemic_corticosteroid;
use crate::questions::toxicity::toxicity::{Toxicity, ToxicityKind};
use crate::{
    CardFacts, Case, Citation, Criterion, Finding, Hook, Indicator, Message, Proposal, Rule, Suggestion, documents,
    numbers,
};
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Source, Standing, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "corticosteroid-after-car-t",
    file: file!(),
    topic: "corticosteroidAfterCarT",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-067", "CART-024"] },
        Citation {
            document: &documents::CAR_T_TOXICITY,
            statements: &["CART-083", "CART-084", "CART-094", "CART-095"],
        },
        Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-026"] },
    ],
    override_reasons: OVERRIDE_REASONS,
    needs: &[
        Source::Conditions,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
        Source::Observations,
    ],
    observations: &[ValueSet::CRS_GRADE, ValueSet::ICANS_GRADE],
    numbers: &[&numbers::FIRST_MONTH_AFTER_CAR_T, &numbers::SECOND_LINE_CRS_GRADE],
    judge,
};

/// What the cards rest on: where the rule is silent (prednisone in aHSCT conditioning) needs no source on a card.
const AFTER_CAR_T: &[Citation] = RULE.citations.split_at(2).0;

const OVERRIDE_REASONS: &[&str] =
    &["crs-second-line", "icans-treatment", "adrenal-replacement", "life-threatening-emergency", "other"];

/// A corticosteroid, or something that may be one.
struct Steroid<'c> {
    reference: String,
    name: String,
    systemic: Judgement,
    /// Whether an unknown is worth a question: the record itself speaks of a corticosteroid, or can't be read.
    ask: bool,
    reasons: &'c [Concept],
    reason_references: &'c [String],
}

fn judge(q: &Case<'_>) -> Finding {
    let steroids = steroids(q);
    let systemic = any_systemic(q, &steroids);
    let history = q.car_t_history();
    let premedication = premedication(q);
    let after = history.judgement.clone().or(premedication.clone());
    let judgement = systemic.clone().and(after.clone());
    match judgement.verdict() {
        Verdict::Met => concern(q, &steroids, &history, &premedication, &judgement),
        Verdict::Unknown if after.verdict() == Verdict::Met && steroids.iter().any(|steroid| steroid.ask) => {
            ask(q, &steroids, &history, &judgement)
        }
        Verdict::Unknown
            if systemic.verdict() == Verdict::Met && q.says_in_words(|text| q.terminology.mentions("car-t", text)) =>
        {
            ask(q, &steroids, &history, &judgement)
        }
        Verdict::NotMet | Verdict::Unknown => Finding::silent(&judgement),
    }
}

/// Everything in scope that is, or may be, a systemic corticosteroid.
fn steroids<'c>(q: &'c Case<'_>) -> Vec<Steroid<'c>> {
    if q.hook.is_order() {
        return q.orders_in_scope().map(|order| of_order(q, order)).collect();
    }
    let today = q.as_of.day();
    let mut found: Vec<Steroid<'c>> = Vec::new();
    for medication in q.all_medications() {
        let unclear = |kind| Gap::at(kind, medication.source(), &medication.reference, &medication.concept.text);
        let in_use = match (medication.is_in_use(&today), medication.standing) {
            (Verdict::NotMet, _) => continue,
            (Verdict::Met, Standing::Counts) => Judgement::met(Vec::new()),
            (_, Standing::Unclear(kind)) => Judgement::unknown(vec![unclear(kind)]),
            (Verdict::Unknown, Standing::Counts) => Judgement::unknown(vec![unclear(GapKind::NotRecorded)]),
        };
        let (systemic, ask) = is_systemic_corticosteroid(
            q.terminology,
            &medication.concept,
            medication.route,
            medication.source(),
            medication.evidence(),
        );
        found.push(Steroid {
            reference: medication.reference.clone(),
            name: medication.concept.text.clone(),
            ask: ask || systemic.verdict() == Verdict::Met,
            systemic: systemic.and(in_use),
            reasons: &medication.reasons,
            reason_references: &medication.reason_references,
        });
    }
    for condition in q.conditions(ValueSet::LONG_TERM_CORTICOSTEROID_USE).items {
        if condition.is_active() == Verdict::Met {
            found.push(Steroid {
                reference: condition.reference.clone(),
                name: condition.concept.text.clone(),
                systemic: Judgement::met(vec![condition.evidence()]),
                ask: false,
                reasons: &[],
                reason_references: &[],
            });
        }
    }
    found
}

fn of_order<'c>(q: &Case<'_>, order: &'c DraftOrder) -> Steroid<'c> {
    let evidence = order.evidence();
    let (systemic, ask) = if !order.readable {
        (
            Judgement::unknown(vec![Gap::at(
                GapKind::Unreadable,
                Source::DraftOrders,
                &order.reference,
                &order.concept.text,
            )]),
            true,
        )
    } else if order.kind == OrderKind::Medication {
        is_systemic_corticosteroid(q.terminology, &order.concept, order.route, Source::DraftOrders, evidence)
    } else if order.concept.has(ValueSet::LONG_TERM_CORTICOSTEROID_USE) {
        (Judgement::met(vec![evidence]), false)
    } else {
        (Judgement::not_met(Vec::new()), false)
    };
    Steroid {
        reference: order.reference.clone(),
        name: order.concept.text.clone(),
        systemic,
        ask,
        reasons: &order.reasons,
        reason_references: &order.reason_references,
    }
}

/// At least one of them; on patient-view, also what may be hidden in the medication that was not sent.
fn any_systemic(q: &Case<'_>, steroids: &[Steroid<'_>]) -> Judgement {
    let hidden: Vec<Gap> = if q.hook.is_order() {
        Vec::new()
    } else {
        [
            Source::MedicationRequests,
            Source::MedicationStatements,
            Source::MedicationAdministrations,
            Source::Conditions,
        ]
        .into_iter()
        .flat_map(|source| q.sources().gaps_of(source))
        .collect()
    };
    steroids.iter().fold(Judgement::found(Vec::new(), hidden), |all, steroid| all.or(steroid.systemic.clone()))
}

/// A CAR-T infusion in the same draft orders: the corticosteroid is its premedication.
fn premedication(q: &Case<'_>) -> Judgement {
    let infusions = q.orders.iter().filter(|order| order.concept.has(ValueSet::CAR_T));
    let evidence = infusions.map(DraftOrder::evidence);
    Judgement::found(evidence.collect(), Vec::new())
}

/// What makes a corticosteroid acceptable, or less than forbidden.
enum Tier {
    /// Nothing on record that asks for it.
    None,
    /// Premedication of CAR-T.
    Premedication,
    /// CRS below the grade of the second line, or without a grade.
    MildCrs(Option<u8>),
    /// CRS of grade 2 or more, tocilizumab not known to be given.
    CrsWithoutTocilizumab(u8),
    /// CRS of grade 2 or more after tocilizumab.
    CrsAfterTocilizumab(u8),
    /// ICANS.
    Icans(Option<u8>),
    /// Adrenal insufficiency or anaphylaxis is the reason.
    OtherReason,
}

fn tier(
    q: &Case<'_>,
    steroids: &[Steroid<'_>],
    crs: Option<&Toxicity>,
    icans: Option<&Toxicity>,
    tocilizumab: bool,
    planned: bool,
) -> Tier {
    let second_line = u8::try_from(q.whole(&numbers::SECOND_LINE_CRS_GRADE)).unwrap_or(u8::MAX);
    let named = |reason: &Concept| q.terminology.mentions("corticosteroid-exception", &reason.text);
    let deficient = q.conditions(ValueSet::ADRENAL_INSUFFICIENCY).items;
    let deficient = deficient.iter().any(|condition| condition.is_active() == Verdict::Met);
    let excused = |steroid: &Steroid<'_>| {
        // Words can't classify, but a card that forbids treating an emergency does more harm than one that asks.
        deficient
            || steroid.reasons.iter().any(named)
            || [ValueSet::ADRENAL_INSUFFICIENCY, ValueSet::ANAPHYLAXIS]
                .into_iter()
                .any(|set| q.has_reason(steroid.reasons, steroid.reason_references, set))
    };
    let mut met = steroids.iter().filter(|steroid| steroid.systemic.verdict() == Verdict::Met);
    match (crs.map(|crs| crs.grade), icans) {
        (Some(Some(grade)), _) if grade >= second_line && !tocilizumab => Tier::CrsWithoutTocilizumab(grade),
        (_, Some(icans)) => Tier::Icans(icans.grade),
        (Some(Some(grade)), None) if grade >= second_line => Tier::CrsAfterTocilizumab(grade),
        (Some(grade), None) => Tier::MildCrs(grade),
        (None, None) if planned => Tier::Premedication,
        (None, None) if met.all(excused) => Tier::OtherReason,
        (None, None) => Tier::None,
    }
}

fn concern(
    q: &Case<'_>,
    steroids: &[Steroid<'_>],
    history: &TherapyHistory,
    premedication: &Judgement,
    judgement: &Judgement,
) -> Finding {
    let met: Vec<&Steroid<'_>> = steroids.iter().filter(|steroid| steroid.systemic.verdict() == Verdict::Met).collect();
    let reasons: Vec<(&Concept, &str)> = met
        .iter()
        .flat_map(|steroid| steroid.reasons.iter().map(|reason| (reason, steroid.reference.as_str())))
        .collect();
    let window = q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
    let t0 = history.t0();
    let crs = q.toxicity(ToxicityKind::CytokineReleaseSyndrome, t0, window, &reasons);
    let icans = q.toxicity(ToxicityKind::Icans, t0, window, &reasons);
    let (tocilizumab, hidden_tocilizumab) = q.tocilizumab_given(t0, window);
    let planned = history.judgement.verdict() != Verdict::Met;
    let tier = tier(q, steroids, crs.as_ref(), icans.as_ref(), !tocilizumab.is_empty(), planned);
    let name = met.first().map(|steroid| steroid.name.clone()).unwrap_or_default();
    let (indicator, summary) = headline(&tier, q.hook, &name);
    let incomplete =
        [Source::Conditions, Source::Observations].into_iter().any(|source| q.sources().is_undelivered(source));
    let indicator = if incomplete && indicator == Indicator::Info { Indicator::Warning } else { indicator };
    let probable = history.certainty() == Some(Certainty::Probable);
    let indicator = if probable { lower(indicator) } else { indicator };
    let mut criteria = vec![
        Criterion::new(
            Message::new("criterion-corticosteroid"),
            Judgement::met(met.iter().flat_map(|steroid| steroid.systemic.evidence().to_vec()).collect()),
        ),
        if planned {
            Criterion::new(Message::new("criterion-car-t-ordered"), premedication.clone())
        } else {
            let row = Criterion::new(Message::new("criterion-car-t"), history.judgement.clone());
            if probable { row.remarking(Message::new("remark-infusion-not-recorded")) } else { row }
        },
    ];
    if !planned {
        criteria.push(toxicity_row(q, ToxicityKind::CytokineReleaseSyndrome, crs.as_ref()));
        criteria.push(toxicity_row(q, ToxicityKind::Icans, icans.as_ref()));
        if crs.is_some() {
            criteria.push(Criterion::new(
                Message::new("criterion-tocilizumab"),
                Judgement::found(tocilizumab, hidden_tocilizumab),
            ));
        }
    }
    let mut suggestions = Vec::new();
    if matches!(tier, Tier::CrsWithoutTocilizumab(_))
        && let Some(code) = q.terminology.members(ValueSet::TOCILIZUMAB).first()
    {
        suggestions.push(Suggestion {
            label: Message::new("suggest-tocilizumab"),
            proposal: Proposal::Medication { code: code.clone() },
            note: Some(Message::new("note-dose")),
        });
    }
    // Nothing is taken out of a treatment that has a reason.
    let forbidden = matches!(tier, Tier::None | Tier::Premedication);
    if q.hook.is_order() && forbidden {
        let unexplained =
            met.iter().filter(|steroid| steroid.reasons.is_empty() && steroid.reason_references.is_empty());
        suggestions.extend(unexplained.map(|steroid| Suggestion {
            label: Message::new("suggest-remove").with("drug", steroid.name.clone()),
            proposal: Proposal::Remove { reference: steroid.reference.clone() },
            note: None,
        }));
    }
    let mut lead = vec![advice(&tier)];
    if matches!(tier, Tier::CrsWithoutTocilizumab(_)) && icans.is_some() {
        lead.push(Message::new("advice-icans"));
    }
    if !q.hook.is_order() {
        lead.push(Message::new("advice-not-abruptly"));
    }
    let card = CardFacts {
        indicator,
        summary,
        lead,
        context: if planned {
            Vec::new()
        } else {
            vec![Message::new("context-no-end-date"), Message::new("context-call-centre")]
        },
        suggestions,
        override_reasons: Some(OVERRIDE_REASONS),
        citations: AFTER_CAR_T,
    };
    Finding::beside(judgement, criteria, Some(card))
}

/// The first words: how urgent, and what to do.
fn headline(tier: &Tier, hook: Hook, name: &str) -> (Indicator, Message) {
    let with_drug = |id| Message::new(id).with("drug", name);
    let graded = |id, grade: u8| with_drug(id).with("grade", i32::from(grade));
    match tier {
        Tier::None if !hook.is_order() => (Indicator::Critical, with_drug("summary-in-use")),
        Tier::None => (Indicator::Critical, with_drug("summary-ordered")),
        Tier::Premedication => (Indicator::Critical, with_drug("summary-premedication")),
        Tier::MildCrs(Some(grade)) => (Indicator::Warning, graded("summary-mild-crs", *grade)),
        Tier::MildCrs(None) => (Indicator::Warning, with_drug("summary-crs-without-grade")),
        Tier::CrsWithoutTocilizumab(grade) => (Indicator::Warning, graded("summary-crs-without-tocilizumab", *grade)),
        Tier::CrsAfterTocilizumab(grade) => (Indicator::Info, graded("summary-crs-after-tocilizumab", *grade)),
        Tier::Icans(Some(grade)) => (Indicator::Info, graded("summary-icans", *grade)),
        Tier::Icans(None) => (Indicator::Info, with_drug("summary-icans-without-grade")),
        Tier::OtherReason if !hook.is_order() => (Indicator::Info, with_drug("summary-other-reason")),
        Tier::OtherReason => (Indicator::Warning, with_drug("summary-other-reason")),
    }
}

fn advice(tier: &Tier) -> Message {
    Message::new(match tier {
        Tier::None => "advice-forbidden",
        Tier::Premedication => "advice-premedication",
        Tier::MildCrs(_) => "advice-mild-crs",
        Tier::CrsWithoutTocilizumab(_) => "advice-tocilizumab-first",
        Tier::CrsAfterTocilizumab(_) => "advice-second-line",
        Tier::Icans(_) => "advice-icans",
        Tier::OtherReason => "advice-other-reason",
    })
}

fn lower(indicator: Indicator) -> Indicator {
    match indicator {
        Indicator::Critical => Indicator::Warning,
        Indicator::Warning | Indicator::Info => Indicator::Info,
    }
}

/// The row of CRS or ICANS: on record, with its grade; not on record; or not known.
fn toxicity_row(q: &Case<'_>, kind: ToxicityKind, toxicity: Option<&Toxicity>) -> Criterion {
    let text = match kind {
        ToxicityKind::CytokineReleaseSyndrome => "criterion-crs",
        ToxicityKind::Icans => "criterion-icans",
    };
    let gaps = || -> Vec<Gap> {
        [Source::Conditions, Source::Observations].into_iter().flat_map(|source| q.sources().gaps_of(source)).collect()
    };
    match toxicity {
        Some(Toxicity { grade: None, evidence, .. }) => {
            let gap = Gap::not_recorded(Source::Observations, "gap-grade");
            Criterion::new(Message::new(text), Judgement::unknown(vec![gap]).with_evidence(evidence.clone()))
        }
        Some(toxicity) => Criterion::new(Message::new(text), Judgement::met(toxicity.evidence.clone())),
        None => {
            let past = q.toxicity_on_record(kind);
            if past.is_empty() {
                return Criterion::new(Message::new(text), Judgement::found(Vec::new(), gaps()));
            }
            let row = Criterion::new(Message::new(text), Judgement::not_met(past));
            row.remarking(
                Message::new("remark-not-this-episode").with("days", q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T)),
            )
        }
    }
}

/// CAR-T is in history, and something may be a systemic corticosteroid.
fn ask(q: &Case<'_>, steroids: &[Steroid<'_>], history: &TherapyHistory, judgement: &Judgement) -> Finding {
    let ordered_with = premedication(q);
    let in_words = history.judgement.verdict() != Verdict::Met && ordered_with.verdict() != Verdict::Met;
    let concerns = |steroid: &&Steroid<'_>| match steroid.systemic.verdict() {
        Verdict::Met => in_words,
        Verdict::Unknown => steroid.ask && !in_words,
        Verdict::NotMet => false,
    };
    let open: Vec<&Steroid<'_>> = steroids.iter().filter(concerns).collect();
    let name = open.first().map(|steroid| steroid.name.clone()).unwrap_or_default();
    let route_only =
        open.iter().all(|steroid| steroid.systemic.gaps().iter().all(|gap| gap.kind == GapKind::NotRecorded));
    let summary = match (name.is_empty(), route_only) {
        (_, _) if in_words => Message::new("summary-car-t-in-words").with("drug", name),
        (true, _) => Message::new("summary-unreadable"),
        (false, true) => Message::new("summary-route").with("drug", name),
        (false, false) => Message::new("summary-uncoded").with("drug", name),
    };
    let drugs = open.iter().fold(Judgement::not_met(Vec::new()), |all, steroid| all.or(steroid.systemic.clone()));
    let car_t = match (history.judgement.verdict(), in_words) {
        (Verdict::Met, _) => history.judgement.clone(),
        (_, false) => ordered_with,
        (_, true) => {
            let says = |gap: &&Gap| gap.what.as_deref().is_some_and(|what| q.terminology.mentions("car-t", what));
            Judgement::unknown(history.judgement.gaps().iter().filter(says).cloned().collect())
        }
    };
    let criteria = vec![
        Criterion::new(Message::new("criterion-corticosteroid"), drugs),
        Criterion::new(Message::new("criterion-car-t"), car_t),
    ];
    let indicator = if history.certainty() == Some(Certainty::Probable) { Indicator::Info } else { Indicator::Warning };
    let card = CardFacts {
        indicator,
        summary,
        lead: vec![Message::new("advice-check")],
        context: vec![Message::new("context-no-end-date"), Message::new("context-call-centre")],
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDE_REASONS),
        citations: AFTER_CAR_T,
    };
    Finding::beside(judgement, criteria, Some(card))
}
