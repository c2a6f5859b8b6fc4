//! Prophylaxis against infection after a cell therapy that is missing, or is being stopped too early.
//!
//! ## What it flags
//! No prophylaxis in use inside its period (patient-view, encounter-start, encounter-discharge), or an order that ends it
//! (order hooks).
//!
//! ## Why it matters
//! "Om deze infecties te voorkomen krijgt u gedurende 1 jaar na CAR T-celtherapie de volgende medicijnen: cotrimoxazol en
//! valaciclovir" (CART-056). After a stem cell transplantation: an antibiotic and an antiviral, for 6 months after own cells,
//! at least a year after those of a donor (HSCT-062).
//!
//! ## When it is met
//! - CAR-T no more than 1 year ago, own stem cells no more than 6 months, donor cells no more than 1 year: the last day counts.
//! - And no co-trimoxazole or alternative (atovaquone, dapsone, pentamidine), or no aciclovir or valaciclovir, is in use → warning.
//! - An order ends one of them inside the period, and nothing takes its place → warning.
//!
//! ## When it stays quiet
//! Both in use, or replaced in the same draft orders. The period is over. No cell therapy, or only planned. Trimethoprim
//! alone, letermovir and a plan do not count as in use; a cream or eye ointment of aciclovir does not either.
//!
//! ## When it asks
//! An info card: the date is coarse or missing, own or donor cells not recorded, the infusion not recorded, or a drug in use
//! has no usable code (it may be the one); after stem cells, another systemic antibacterial (ATC J01) or antiviral (J05AB) is in
//! use: it may be the prophylaxis. CAR-T no more than 30 days ago, or neutrophils below 0.5 ×10⁹/L: co-trimoxazole is not missed
//! yet (it starts on day 30, and suppresses the marrow); the antiviral is. Where only data that was not sent decides: no card, the client is told.
//!
//! ## Where the catalogue is silent
//! - Alternatives count after stem cells, too. Whether another antibacterial is prophylaxis or a course no code tells.
//! - Pregnancy on record or possible: no drug against bacteria is suggested; the choice is the centre's. Not sent: neither.
//! - A drug given in hospital counts for 7 days; an alternative for 28, because pentamidine is inhaled once a month.
//! - A stopped drug is no longer in use, nor are statements of the same kind of drug; another active prescription is.
//! - An allergy to sulfonamides or to co-trimoxazole itself, also unconfirmed or on the problem list: the alternative is
//!   suggested. Allergies not sent: nothing is suggested in place of co-trimoxazole, the card says why.
//! - No suggestion takes out the order that stops a drug: deleting it could delete the prescription itself.
//! - Numbers of other rules are theirs: severe neutropenia, how long a count is recent, how long a pregnancy counts.
//! - A history code without a date: the therapy had happened by the day it was written down.
//!
//! ## Sources
//! CART-056, CART-104, HSCT-046, HSCT-047, HSCT-062, HSCT-063; Blood article 12523856; conflicts X10, X30.

use crate::questions::reproduction::pregnancy::{Outlook, PregnancyLimits};
use crate::questions::therapy::cell_therapy::{CellTherapies, CellTherapy, Cells};
use crate::questions::therapy::history::Certainty;
use crate::{
    Arg, CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Proposal, Rule, Suggestion, documents,
    numbers,
};
use cellwise_record::facts::allergy::Allergy;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, Route, UseKind};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Gap, GapKind, Judgement, Source, Standing, Verdict, add_gaps, bare_id};

const CAR_T_LEAFLET: Citation =
    Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-056", "CART-104"] };
const AHSCT_LEAFLET: Citation =
    Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-046", "HSCT-047"] };
const SLIDES: Citation = Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-062", "HSCT-063"] };
const OUTSIDE: Citation = Citation { document: &documents::INFECTION_AFTER_CAR_T, statements: &[] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "infection-prophylaxis",
    file: file!(),
    topic: "infectionProphylaxis",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[CAR_T_LEAFLET, AHSCT_LEAFLET, SLIDES, OUTSIDE],
    override_reasons: OVERRIDE_REASONS,
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
        Source::Observations,
        Source::Allergies,
    ],
    observations: &[
        ValueSet::NEUTROPHIL_COUNT,
        ValueSet::PREGNANCY_STATUS,
        ValueSet::PREGNANCY_FINDING,
        ValueSet::HCG_PREGNANCY_TEST,
        ValueSet::HCG_LEVEL,
    ],
    numbers: &[
        &numbers::PROPHYLAXIS_MONTHS_AFTER_CAR_T,
        &numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS,
        &numbers::PROPHYLAXIS_MONTHS_AFTER_DONOR_CELLS,
        &numbers::PROPHYLAXIS_GIVEN_DAYS,
        &numbers::ALTERNATIVE_PROPHYLAXIS_GIVEN_DAYS,
        &numbers::CO_TRIMOXAZOLE_START_DAYS,
    ],
    judge,
};

const OVERRIDE_REASONS: &[&str] =
    &["not-tolerated", "arranged-elsewhere", "already-treated", "local-protocol", "data-outdated", "other"];

/// What prophylaxis is against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Against {
    /// Pneumocystis, and bacteria.
    Bacteria,
    /// Herpes viruses.
    Viruses,
}

const BOTH: [Against; 2] = [Against::Bacteria, Against::Viruses];

impl Against {
    fn is(self, concept: &Concept) -> Verdict {
        match self {
            Self::Bacteria => {
                is_co_trimoxazole(concept).or(concept.is_drug(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS_ALTERNATIVE))
            }
            Self::Viruses => concept.is_drug(ValueSet::HERPES_ANTIVIRAL),
        }
    }
}

impl Against {
    /// Whether a drug is of the class that the sources on stem cells name without naming drugs (X30).
    fn perhaps_is(self, concept: &Concept) -> bool {
        concept.has(match self {
            Self::Bacteria => ValueSet::SYSTEMIC_ANTIBACTERIAL,
            Self::Viruses => ValueSet::SYSTEMIC_ANTIVIRAL,
        })
    }
}

/// Trimethoprim alone is not.
fn is_co_trimoxazole(concept: &Concept) -> Verdict {
    if concept.has(ValueSet::SULFAMETHOXAZOLE) {
        Verdict::Met
    } else if concept.has(ValueSet::TRIMETHOPRIM) {
        Verdict::NotMet
    } else {
        concept.is_drug(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS)
    }
}

/// Prophylaxis that is missing, or ends.
struct Need<'c> {
    bacteria: Judgement,
    viruses: Judgement,
    /// The orders that end it.
    stops: Vec<&'c DraftOrder>,
}

fn judge(q: &Case<'_>) -> Finding {
    let none = Judgement::not_met(Vec::new());
    if q.patient.deceased {
        return Finding::silent(&none);
    }
    let mut need = if q.hook.is_order() { stopped(q) } else { missing(q) };
    let need_at_all = need.bacteria.clone().or(need.viruses.clone());
    if need_at_all.verdict() == Verdict::NotMet {
        return Finding::silent(&none);
    }
    let therapies = q.cell_therapies(q.terminology);
    let window = therapies.any(|therapy| is_in_period(q, therapy));
    let deciding = deciding(q, &therapies, &window);
    if deciding.is_some_and(|therapy| therapy.cells != Cells::CarT) {
        need.bacteria = need.bacteria.and(!perhaps_in_use(q, Against::Bacteria));
        need.viruses = need.viruses.and(!perhaps_in_use(q, Against::Viruses));
    }
    let need_at_all = need.bacteria.clone().or(need.viruses.clone());
    let concern = window.clone().and(need_at_all);
    let judgement = concern.clone().and(q.alive().clone());
    let only_delivery = concern.gaps().iter().all(|gap| gap.kind.is_delivery());
    match (concern.verdict(), deciding) {
        (Verdict::NotMet, _) | (_, None) => Finding::silent(&judgement),
        (Verdict::Unknown, _) if only_delivery => Finding::silent(&judgement),
        _ if q.hook.is_order() && need.stops.is_empty() => Finding::silent(&judgement),
        (_, Some(therapy)) => card(q, &need, therapy, &therapies, &window, &concern, &judgement),
    }
}

fn months_after(q: &Case<'_>, cells: Cells) -> i32 {
    q.whole(match cells {
        Cells::CarT => &numbers::PROPHYLAXIS_MONTHS_AFTER_CAR_T,
        Cells::OwnStemCells => &numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS,
        Cells::DonorStemCells | Cells::StemCells => &numbers::PROPHYLAXIS_MONTHS_AFTER_DONOR_CELLS,
    })
}

/// Whether today lies in the period of prophylaxis after a therapy.
fn is_in_period(q: &Case<'_>, therapy: &CellTherapy) -> Judgement {
    let today = q.as_of.day();
    let whole = therapy.is_within_months(months_after(q, therapy.cells), &today);
    let own = therapy.is_within_months(months_after(q, Cells::OwnStemCells), &today);
    let shown = [therapy.evidence.clone()];
    let period = match therapy.cells {
        Cells::StemCells if own.verdict() == Verdict::Met => own,
        Cells::StemCells if whole.verdict() == Verdict::Met => {
            Judgement::unknown(vec![Gap::not_recorded(Source::Procedures, "gap-cells")]).with_evidence(shown.clone())
        }
        _ => whole,
    };
    if therapy.certainty == Certainty::Probable {
        let gap = Gap::not_recorded(Source::Procedures, "gap-infusion");
        return period.and(Judgement::unknown(vec![gap]).with_evidence(shown));
    }
    period
}

/// The therapy to speak about: CAR-T first, because its drugs are named.
fn deciding<'c>(q: &Case<'_>, therapies: &'c CellTherapies, window: &Judgement) -> Option<&'c CellTherapy> {
    let decides = |therapy: &&CellTherapy| is_in_period(q, therapy).verdict() == window.verdict();
    therapies.known.iter().filter(decides).min_by_key(|therapy| therapy.cells != Cells::CarT)
}

/// Whether a use of a drug goes on: by its course, or because it was given a short while ago.
fn goes_on(q: &Case<'_>, usage: &MedicationUse) -> Verdict {
    let today = q.as_of.day();
    let given = match usage.end {
        CourseEnd::On(day) => Some(day),
        CourseEnd::Ongoing | CourseEnd::NotRecorded => usage.start,
    };
    match (usage.kind, given) {
        (UseKind::Given, Some(day)) => {
            let alternative = usage.concept.has(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS_ALTERNATIVE);
            let days = q.whole(if alternative {
                &numbers::ALTERNATIVE_PROPHYLAXIS_GIVEN_DAYS
            } else {
                &numbers::PROPHYLAXIS_GIVEN_DAYS
            });
            usage.is_in_use(&today).or(q.within_days(&day, days))
        }
        _ => usage.is_in_use(&today),
    }
}

/// Whether prophylaxis is in use that no order of `stops` ends.
fn in_use(q: &Case<'_>, against: Against, stops: &[&DraftOrder]) -> Judgement {
    let mut evidence = Vec::new();
    let mut gaps = Vec::new();
    for source in [Source::MedicationRequests, Source::MedicationStatements, Source::MedicationAdministrations] {
        add_gaps(&mut gaps, q.sources().gaps_of(source));
    }
    for usage in q.all_medications() {
        let running = goes_on(q, usage);
        let local = against == Against::Viruses && usage.route == Route::Local;
        if running == Verdict::NotMet || local || stops.iter().any(|stop| ends(stop, usage, against)) {
            continue;
        }
        let kind = match (against.is(&usage.concept), usage.standing) {
            (Verdict::NotMet, _) => continue,
            (Verdict::Met, Standing::Counts) if running == Verdict::Met => {
                evidence.push(usage.evidence());
                continue;
            }
            (Verdict::Met, Standing::Counts) => GapKind::ImpreciseDate,
            (Verdict::Met, Standing::Unclear(kind)) => kind,
            (Verdict::Unknown, _) => usage.concept.gap_kind(),
        };
        add_gaps(&mut gaps, [Gap::at(kind, usage.source(), &usage.reference, &usage.concept.text)]);
    }
    Judgement::found(evidence, gaps)
}

/// Whether a drug is in use that may be prophylaxis after a transplantation; never known to be.
fn perhaps_in_use(q: &Case<'_>, against: Against) -> Judgement {
    let gap = |usage: &MedicationUse| {
        let gap = Gap::at(GapKind::NotRecorded, usage.source(), &usage.reference, &usage.concept.text);
        gap.said_as("gap-perhaps-prophylaxis")
    };
    let perhaps = q.all_medications().filter(|usage| {
        against.perhaps_is(&usage.concept)
            && against.is(&usage.concept) == Verdict::NotMet
            && usage.route != Route::Local
            && goes_on(q, usage) != Verdict::NotMet
    });
    let mut gaps = Vec::new();
    add_gaps(&mut gaps, perhaps.map(gap));
    Judgement::found(Vec::new(), gaps)
}

/// Whether co-trimoxazole is known not to be due yet: soon after CAR-T, or the neutrophils are low.
fn is_too_soon(q: &Case<'_>, therapy: &CellTherapy) -> bool {
    const COUNTS: &str = "cytopenia-after-cell-therapy";
    if therapy.cells != Cells::CarT {
        return false;
    }
    let soon = q.within_days(&therapy.when, q.whole(&numbers::CO_TRIMOXAZOLE_START_DAYS) - 1) == Verdict::Met;
    let counts = q.measurements(ValueSet::NEUTROPHIL_COUNT);
    let days = q.whole(&numbers::RECENT_COUNT_DAYS);
    let recent = counts.recent(|when| q.within_days(when, days));
    let low = counts.below(q.value(&numbers::SEVERE_NEUTROPENIA), "10*9/L", "gap-bound");
    soon || recent.verdict() == Verdict::Met && low.judgement.verdict() == Verdict::Met
}

/// Whether a pregnancy is on record or possible, or is not known because data was not sent.
fn pregnancy(q: &Case<'_>) -> Verdict {
    let limits = PregnancyLimits {
        test_days: q.whole(&numbers::PREGNANCY_TEST_DAYS),
        exclusion_days: q.whole(&numbers::NOT_PREGNANT_DAYS),
        record_months: q.whole(&numbers::PREGNANCY_RECORD_MONTHS),
        breastfeeding_months: 0,
        from_age: q.whole(&numbers::CHILDBEARING_FROM_AGE),
        to_age: q.whole(&numbers::CHILDBEARING_TO_AGE),
    };
    let status = q.recorded_pregnancy(&limits, q.terminology);
    let unsent = status.judgement.gaps().iter().any(|gap| gap.kind.is_delivery());
    match status.outlook {
        Outlook::OnRecord | Outlook::Open => Verdict::Met,
        Outlook::Clear if unsent && q.patient.is_female() != Verdict::NotMet => Verdict::Unknown,
        Outlook::Clear => Verdict::NotMet,
    }
}

/// Whether a stop ends a use: its own prescription, or what the list and the ward still show of the same kind of drug.
fn ends(stop: &DraftOrder, usage: &MedicationUse, against: Against) -> bool {
    if usage.kind == UseKind::Prescribed {
        return bare_id(&stop.reference) == bare_id(&usage.reference);
    }
    match against {
        Against::Bacteria => {
            is_co_trimoxazole(&stop.concept) == Verdict::Met && is_co_trimoxazole(&usage.concept) == Verdict::Met
                || stop.concept.has(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS_ALTERNATIVE)
                    && usage.concept.has(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS_ALTERNATIVE)
        }
        Against::Viruses => {
            stop.concept.has(ValueSet::HERPES_ANTIVIRAL)
                && stop.concept.has(ValueSet::VALACICLOVIR) == usage.concept.has(ValueSet::VALACICLOVIR)
        }
    }
}

/// What is not in use.
fn missing<'c>(q: &'c Case<'_>) -> Need<'c> {
    let [bacteria, viruses] = BOTH.map(|against| !in_use(q, against, &[]));
    Need { bacteria, viruses, stops: Vec::new() }
}

/// What an order ends and nothing replaces.
fn stopped<'c>(q: &'c Case<'_>) -> Need<'c> {
    let in_scope: Vec<&'c DraftOrder> = q.stops.iter().filter(|stop| stop.in_scope).collect();
    let mut stops: Vec<&'c DraftOrder> = Vec::new();
    let [bacteria, viruses] = BOTH.map(|against| {
        let mut ended = Judgement::not_met(Vec::new());
        for stop in &in_scope {
            if against == Against::Viruses && stop.route == Route::Local {
                continue;
            }
            let is = match against.is(&stop.concept) {
                Verdict::NotMet => continue,
                Verdict::Met => Judgement::met(vec![stop.evidence()]),
                Verdict::Unknown => {
                    let kind = stop.concept.gap_kind();
                    let gap = Gap::at(kind, Source::DraftOrders, &stop.reference, &stop.concept.text);
                    Judgement::unknown(vec![gap]).with_evidence([stop.evidence()])
                }
            };
            // Words decide only whether to ask.
            let named =
                is.verdict() == Verdict::Met || q.terminology.mentions("infection-prophylaxis", &stop.concept.text);
            if named && !stops.iter().any(|known| known.reference == stop.reference) {
                stops.push(stop);
            }
            ended = ended.or(is);
        }
        if ended.verdict() == Verdict::NotMet {
            return ended;
        }
        let drafted = q.orders.iter().filter(|order| order.kind == OrderKind::Medication);
        let replaced = drafted.fold(Judgement::not_met(Vec::new()), |any, order| {
            any.or(match against.is(&order.concept) {
                Verdict::Met => Judgement::met(vec![order.evidence()]),
                Verdict::NotMet => Judgement::not_met(Vec::new()),
                Verdict::Unknown => Judgement::unknown(vec![Gap::at(
                    order.concept.gap_kind(),
                    Source::DraftOrders,
                    &order.reference,
                    &order.concept.text,
                )]),
            })
        });
        ended.and(!in_use(q, against, &in_scope)).and(!replaced)
    });
    Need { bacteria, viruses, stops }
}

/// Whether co-trimoxazole is ruled out by an allergy.
fn allergy(q: &Case<'_>) -> Judgement {
    let allergies = q.allergies(ValueSet::SULFONAMIDE_ALLERGY).plus(q.allergies(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS));
    let problems = q.conditions(ValueSet::SULFONAMIDE_ALLERGY).keep(Condition::is_active, |problem| {
        Gap::at(GapKind::NotRecorded, Source::Conditions, &problem.reference, &problem.concept.text)
    });
    // Nearly every problem list has entries without a usable code; an allergy list that has them may hide this one.
    let unseen = problems.gaps.iter().filter(|gap| gap.kind != GapKind::Uncoded).cloned().collect();
    let on_list = Judgement::found(problems.items.iter().map(|problem| problem.evidence()).collect(), unseen);
    allergies.exists(Allergy::evidence).or(on_list)
}

fn card(
    q: &Case<'_>,
    need: &Need<'_>,
    therapy: &CellTherapy,
    therapies: &CellTherapies,
    window: &Judgement,
    concern: &Judgement,
    judgement: &Judgement,
) -> Finding {
    let car_t = therapy.cells == Cells::CarT;
    let met = concern.verdict() == Verdict::Met;
    // Own stem cells or a donor's: what both ask for is sure.
    let sure = therapy.cells == Cells::StemCells && met;
    let months = months_after(q, if sure { Cells::OwnStemCells } else { therapy.cells });
    let allergy = allergy(q);
    let pregnancy = pregnancy(q);
    let too_soon = need.stops.is_empty() && is_too_soon(q, therapy) && need.bacteria.verdict() == Verdict::Met;
    let missing = |need: &Judgement| need.verdict() != Verdict::NotMet;
    let mut rows = Vec::new();
    let (history, id) = if car_t {
        (&therapies.car_t, "criterion-car-t")
    } else {
        (&therapies.transplantation, "criterion-stem-cells")
    };
    let row = Criterion::new(Message::new(id), history.clone());
    let probable = therapy.certainty == Certainty::Probable;
    rows.push(if probable { row.remarking(Message::new("remark-infusion-not-recorded")) } else { row });
    rows.push(Criterion::new(Message::new("criterion-period").with("months", months), window.clone()));
    for (against, need_of) in [(Against::Bacteria, &need.bacteria), (Against::Viruses, &need.viruses)] {
        let id = match (against, car_t, need.stops.is_empty()) {
            (Against::Bacteria, true, true) => "criterion-pneumocystis",
            (Against::Bacteria, false, true) => "criterion-antibacterial",
            (Against::Viruses, _, true) => "criterion-antiviral",
            (Against::Bacteria, _, false) => "criterion-stop-antibacterial",
            (Against::Viruses, _, false) => "criterion-stop-antiviral",
        };
        if need.stops.is_empty() {
            rows.push(Criterion::new(Message::new(id), !need_of.clone()));
        } else if missing(need_of) {
            rows.push(Criterion::new(Message::new(id), need_of.clone()));
        }
    }
    if missing(&need.bacteria) {
        rows.push(Criterion::new(Message::new("criterion-allergy"), allergy.clone()));
    }
    let mut lead = Vec::new();
    if car_t {
        lead.push(Message::new("advice-car-t").with("months", months));
    } else {
        let own =
            Message::new("advice-stem-cells").with("months", q.whole(&numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS));
        lead.push(own.with("donor_months", q.whole(&numbers::PROPHYLAXIS_MONTHS_AFTER_DONOR_CELLS)));
    }
    if missing(&need.bacteria) {
        match allergy.verdict() {
            Verdict::Met => lead.push(Message::new("advice-allergy")),
            Verdict::Unknown => lead.push(Message::new("advice-allergy-unknown")),
            Verdict::NotMet => {}
        }
        match pregnancy {
            Verdict::Met => lead.push(Message::new("advice-pregnancy")),
            Verdict::Unknown => lead.push(Message::new("advice-pregnancy-unknown")),
            Verdict::NotMet => {}
        }
    }
    if too_soon {
        lead.push(Message::new("advice-too-soon").with("days", q.whole(&numbers::CO_TRIMOXAZOLE_START_DAYS)));
    }
    let context = if car_t {
        vec![Message::new("context-risk"), Message::new("context-start")]
    } else {
        vec![
            Message::new("context-preventive"),
            Message::new("context-duration"),
            Message::new("context-other-antibacterial"),
        ]
    };
    let facts = CardFacts {
        indicator: if met && (!too_soon || need.viruses.verdict() == Verdict::Met) {
            Indicator::Warning
        } else {
            Indicator::Info
        },
        summary: if pregnancy == Verdict::Met && need.stops.is_empty() && missing(&need.bacteria) {
            let name = if car_t { "therapy-car-t" } else { "therapy-stem-cells" };
            Message::new("summary-pregnant").with("therapy", Arg::Message(name))
        } else {
            summary(need, therapy, met, months, allergy.verdict() == Verdict::Met, too_soon)
                .with("days", q.whole(&numbers::CO_TRIMOXAZOLE_START_DAYS))
        },
        lead,
        context,
        suggestions: if met {
            suggestions(q, need, &allergy, !too_soon && pregnancy == Verdict::NotMet)
        } else {
            Vec::new()
        },
        override_reasons: Some(OVERRIDE_REASONS),
        citations: match (car_t, allergy.verdict()) {
            (true, _) => const { &[CAR_T_LEAFLET, OUTSIDE] },
            (false, Verdict::NotMet) => const { &[AHSCT_LEAFLET, SLIDES] },
            (false, _) => const { &[AHSCT_LEAFLET, SLIDES, OUTSIDE] },
        },
    };
    Finding::beside(judgement, rows, Some(facts))
}

/// The first words: what is missing, or why that can't be told.
fn summary(need: &Need<'_>, therapy: &CellTherapy, met: bool, months: i32, allergic: bool, too_soon: bool) -> Message {
    let car_t = therapy.cells == Cells::CarT;
    let about = |id: &'static str| {
        Message::new(id).with("therapy", Arg::Message(if car_t { "therapy-car-t" } else { "therapy-stem-cells" }))
    };
    let drug = need.stops.first().map(|stop| stop.concept.text.clone());
    let missing = (need.bacteria.verdict() == Verdict::Met, need.viruses.verdict() == Verdict::Met);
    match (met, therapy.date, drug) {
        (true, Some(_), Some(drug)) => {
            about("summary-stop").with("drug", drug).with("until", therapy.plus_months(months))
        }
        (true, None, Some(drug)) | (false, _, Some(drug)) => {
            about("summary-stop-unclear").with("drug", drug).with("months", months)
        }
        (true, Some(date), None) => {
            let id = match (missing, car_t) {
                ((true, false), _) if too_soon => "summary-too-soon",
                ((true, true), _) if too_soon => "summary-antiviral",
                ((true, true), true) if allergic => "summary-both-allergy",
                ((true, false), true) if allergic => "summary-pneumocystis-allergy",
                ((true, true), true) => "summary-both",
                ((true, true), false) => "summary-both-stem-cells",
                ((true, false), true) => "summary-pneumocystis",
                ((true, false), false) => "summary-antibacterial",
                _ => "summary-antiviral",
            };
            about(id).with("date", date).with("until", therapy.plus_months(months))
        }
        _ if therapy.certainty == Certainty::Probable => about("summary-infusion"),
        (false, Some(date), None) if missing == (false, false) => about("summary-drug").with("date", date),
        (false, Some(date), None) if date.exact_day().is_some() => about("summary-cells").with("date", date),
        _ => about("summary-date").with("months", months),
    }
}

/// Drafts of what is missing, without a dose.
/// `drug` says whether one against bacteria may be chosen here.
fn suggestions(q: &Case<'_>, need: &Need<'_>, allergy: &Judgement, drug: bool) -> Vec<Suggestion> {
    let draft = |label: &'static str, drug: &'static str, code: &Coded| Suggestion {
        label: Message::new(label),
        proposal: Proposal::Medication { code: code.clone() },
        note: Some(Message::new("note-dose").with("drug", Arg::Message(drug))),
    };
    let stops = |set| need.stops.iter().any(|stop| stop.concept.has(set));
    let mut suggestions = Vec::new();
    if drug && need.bacteria.verdict() == Verdict::Met {
        let single = [ValueSet::SULFAMETHOXAZOLE, ValueSet::TRIMETHOPRIM].map(|set| q.terminology.members(set));
        let combined = q.terminology.members(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS).iter();
        let co_trimoxazole = combined.clone().find(|code| !single.iter().any(|members| members.contains(code)));
        let atovaquone = q.terminology.members(ValueSet::PNEUMOCYSTIS_PROPHYLAXIS_ALTERNATIVE).first();
        let ends_it = need.stops.iter().any(|stop| is_co_trimoxazole(&stop.concept) == Verdict::Met);
        match allergy.verdict() {
            // Why co-trimoxazole stops is not known: something speaks against it.
            Verdict::NotMet if !ends_it => {
                suggestions
                    .extend(co_trimoxazole.map(|code| draft("suggest-co-trimoxazole", "drug-co-trimoxazole", code)));
            }
            Verdict::Unknown if !ends_it => {}
            _ => suggestions.extend(atovaquone.map(|code| draft("suggest-atovaquone", "drug-atovaquone", code))),
        }
    }
    let allergic = !q.allergies(ValueSet::HERPES_ANTIVIRAL).items.is_empty();
    if need.viruses.verdict() == Verdict::Met && !allergic && !stops(ValueSet::VALACICLOVIR) {
        let valaciclovir = q.terminology.members(ValueSet::VALACICLOVIR).first();
        suggestions.extend(valaciclovir.map(|code| draft("suggest-valaciclovir", "drug-valaciclovir", code)));
    }
    suggestions
}
