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
//! How urgent: no CRS or ICANS on record → critical. CRS below grade `{second-line-crs-grade}`, or without a grade →
//! warning. CRS from that grade on without tocilizumab in the episode → warning, tocilizumab first; with tocilizumab →
//! info. ICANS → info. Adrenal insufficiency or anaphylaxis as the reason → warning. CRS or ICANS in words, by a local
//! code, by an ICE score below 10, or by signs of these hours (fever, hypotension, hypoxia, confusion, a seizure), or a
//! problem since the infusion in words that are not understood → warning that asks, and nothing is taken out.
//! Premedication of CAR-T → critical. Begun in a CRS or ICANS of this episode that is over → info, taper with the centre
//! (a warning when corticosteroids had no place in it, or when it is being ordered). After
//! `{corticosteroid-critical-months}` → warning, discuss with the centre.
//!
//! ## When it stays quiet
//! Topical, inhaled, nasal, eye, ear, mouth and rectal corticosteroids; fludrocortisone; no CAR-T; CAR-T only planned;
//! prednisone in the conditioning of an aHSCT without CAR-T.
//!
//! ## When it asks
//! The route is not stated, the drug has no usable code but its name says corticosteroid, or the order can't be read: a
//! warning that says so. A drug of a systemic class by a route that is local, or neither (into a joint): a warning. A
//! drug without a usable code whose name says nothing of the kind stays unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - An episode lasts `{first-month-after-car-t}` (X12): an older grade, or a diagnosis dated before the infusion, does not soften the card.
//! - An entry without a usable code may be anything, so it leaves "no CAR-T" unknown; without a card, because
//!   otherwise every problem list in words would raise one.
//! - Intra-articular, epidural or intrathecal corticosteroids are neither on the list of the local ones nor systemic by
//!   route: they are asked about, also those of a systemic class (H02AB08 into a joint).
//! - Tocilizumab is drafted only when none is known to be given, prescribed or drafted in the episode, in words either, and no
//!   allergy entry speaks against it or can't be understood.
//! - Missing data never softens: "info" needs conditions and observations to have come through.
//! - ICANS beside CRS that needs tocilizumab and did not get it: warning, because the CRS is not yet treated in the first line.
//! - No end date (X1, plain reading): critical without an end. Harm is tied to early, high and long use, and outside sources
//!   restrict corticosteroids only around the infusion; a hospital can set the months after which it is a warning
//!   (`{corticosteroid-critical-months}` is a lifetime).
//! - A corticosteroid without a start is no taper: it may have been begun before the toxicity.
//!
//! ## Sources
//! CART-024, CART-067, CART-083, CART-084, CART-094, CART-095, HSCT-026 (where it stays quiet); conflicts X1, X2, X12, X27.

use crate::Indicator::{self, Critical, Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::after_car_t;
use crate::criteria::{Criteria, all, any, aside, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::allergy::Prescribable;
use crate::questions::therapy::cell_therapy::Cells;
use crate::questions::therapy::history::TherapyHistory;
use crate::questions::toxicity::corticosteroid::{Corticosteroids, LOCAL_ROUTE};
use crate::questions::toxicity::on_record::{Episode, Resolved, Toxicity, ToxicityKind};
use crate::questions::toxicity::tocilizumab::{Tocilizumab, TocilizumabInEpisode};
use crate::rule::{Judge, Rule, judge};
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Moment, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "corticosteroid-after-car-t",
    file: file!(),
    topic: "corticosteroidAfterCarT",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[
        Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-067", "CART-024"] },
        Citation {
            document: &documents::CAR_T_TOXICITY,
            statements: &["CART-083", "CART-084", "CART-094", "CART-095"],
        },
        Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-026"] },
    ],
    override_reasons: &[
        "crs-second-line",
        "icans-treatment",
        "adrenal-replacement",
        "life-threatening-emergency",
        "relapse-next-line",
        "gvhd",
        "iec-hs",
        "local-protocol",
        "other",
    ],
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
        ValueSet::CRS_GRADE,
        ValueSet::ICANS_GRADE,
        ValueSet::ICE_SCORE,
        ValueSet::GLASGOW_COMA_SCORE,
        ValueSet::BODY_TEMPERATURE,
        ValueSet::BLOOD_PRESSURE,
        ValueSet::SYSTOLIC_BLOOD_PRESSURE,
        ValueSet::OXYGEN_SATURATION,
        ValueSet::OXYGEN_FLOW,
        ValueSet::INHALED_OXYGEN_FRACTION,
        ValueSet::EXTRA_OXYGEN,
    ],
    numbers: &[
        &numbers::FIRST_MONTH_AFTER_CAR_T,
        &numbers::SECOND_LINE_CRS_GRADE,
        &numbers::CORTICOSTEROID_CRITICAL_MONTHS,
        &numbers::CRS_HOURS,
        &numbers::CRS_FEVER,
        &numbers::CRS_SYSTOLIC_PRESSURE,
        &numbers::CRS_OXYGEN_SATURATION,
        &numbers::LOW_OXYGEN_FLOW,
        &numbers::RECORDED_CRS_GRADE_HOURS,
        &numbers::ADULT_AGE,
        &numbers::RECENT_SYMPTOM_HOURS,
        &numbers::ACTIVE_SIGN_DAYS,
        &numbers::COMA_SCORE,
        &numbers::REDUCED_CONSCIOUSNESS_SCORE,
    ],
    concerns: after_or_with_car_t,
    judge: judge::<CorticosteroidAfterCarT>,
};

/// Whom it can concern: who had CAR-T, or may have had it; who gets an order for it.
fn after_or_with_car_t(case: &Case<'_>) -> bool {
    after_car_t(case) || case.orders.iter().any(|order| order.concept.has(ValueSet::CAR_T))
}

/// What the cards rest on: where the rule is silent (prednisone in aHSCT conditioning) needs no source on a card.
const AFTER_CAR_T: &[Citation] = RULE.citations.split_at(2).0;

/// The four functions of the rule.
pub struct CorticosteroidAfterCarT;

/// What the rule rests on.
pub struct Answers<'c> {
    is_order: bool,
    corticosteroids: Corticosteroids<'c>,
    history: &'c TherapyHistory,
    /// CAR-T stands in the record in words only: those entries.
    in_words: Option<Judgement>,
    /// A CAR-T infusion stands in the same draft orders: the corticosteroid is its premedication.
    drafted: Judgement,
    crs: Episode,
    icans: Episode,
    /// What may be CRS, without a code that says so.
    undiagnosed_crs: Vec<Gap>,
    /// What may be ICANS, without a code that says so.
    undiagnosed_icans: Vec<Gap>,
    /// Tocilizumab in the episode.
    tocilizumab: &'c TocilizumabInEpisode,
    /// The lowest grade of CRS at which a corticosteroid has a place.
    second_line: u8,
    /// Adrenal insufficiency or anaphylaxis calls for every one of the corticosteroids.
    replaces_or_rescues: bool,
    /// The time after CAR-T in which a corticosteroid is critical still lasts. The source gives no end; a hospital may.
    critical_time: Judgement,
    /// Where a toxicity would be recorded did not come through.
    is_incomplete: bool,
    /// Tocilizumab, to prescribe.
    to_prescribe: Prescribable,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Nothing on record calls for it.
    Forbidden,
    /// Premedication of CAR-T.
    Premedication,
    /// CRS below the grade of the second line, or without a grade.
    MildCrs(Option<u8>),
    /// CRS of that grade or more, tocilizumab not known to be given.
    CrsWithoutTocilizumab(u8),
    /// CRS of that grade or more after tocilizumab.
    CrsAfterTocilizumab(u8),
    /// ICANS.
    Icans(Option<u8>),
    /// Adrenal insufficiency or anaphylaxis is the reason.
    OtherReason,
    /// Words, a local code or an ICE score may mean CRS or ICANS.
    UndiagnosedToxicity,
    /// Begun in a toxicity of this episode that is over.
    Taper,
    /// After the time in which the hospital calls it critical.
    LongAgo,
    /// The route is not stated, or whether it is in use.
    RouteUnclear,
    /// The class is systemic, the route that is stated is not.
    LocalRoute,
    /// Without a usable code, by a name that says corticosteroid.
    Uncoded,
    /// It can't be read at all.
    Unreadable,
    /// CAR-T stands in the record in words only.
    CarTInWords,
}

impl Judge for CorticosteroidAfterCarT {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let history = case.car_t_history();
        let corticosteroids = case.systemic_corticosteroids();
        let reasons = corticosteroids.known().flat_map(|of| of.reasons.iter().map(|reason| (reason, of.reference)));
        let reasons: Vec<(&Concept, &str)> = reasons.collect();
        let replaces_or_rescues = corticosteroids.known().all(|of| case.replaces_or_rescues(of));
        let drafted = case.orders.iter().filter(|order| order.concept.has(ValueSet::CAR_T));
        Answers {
            is_order: case.hook.is_order(),
            in_words: in_words(case, history),
            history,
            drafted: Judgement::found(drafted.map(DraftOrder::evidence).collect(), Vec::new()),
            crs: case.toxicity(ToxicityKind::CytokineReleaseSyndrome, &reasons),
            icans: case.toxicity(ToxicityKind::Icans, &reasons),
            undiagnosed_crs: case.undiagnosed_toxicity(ToxicityKind::CytokineReleaseSyndrome, &reasons),
            undiagnosed_icans: case.undiagnosed_toxicity(ToxicityKind::Icans, &reasons),
            tocilizumab: case.tocilizumab(),
            second_line: u8::try_from(case.whole(&numbers::SECOND_LINE_CRS_GRADE)).unwrap_or(u8::MAX),
            replaces_or_rescues,
            critical_time: case.lasts(history, |cells| cells == Cells::CarT, &numbers::CORTICOSTEROID_CRITICAL_MONTHS),
            is_incomplete: ToxicityKind::SOURCES.into_iter().any(|source| case.sources().is_undelivered(source)),
            to_prescribe: case.prescribable(ValueSet::TOCILIZUMAB),
            corticosteroids,
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let Answers { corticosteroids, history, .. } = answers;
        let is_probable = history.is_probable();
        let in_history = must("criterion-car-t", history.judgement.clone())
            .showing(answers.in_words.clone())
            .remarking(is_probable.then(|| Message::new("remark-infusion-not-recorded")));
        let car_t = if answers.drafted.is_met() {
            any([in_history, must("criterion-car-t-ordered", answers.drafted.clone())])
        } else {
            in_history
        };
        let drug = must("criterion-corticosteroid", corticosteroids.judgement.clone()).showing(answers.asked_about());
        let toxicities = [
            Some(line("criterion-crs", &answers.crs, &answers.undiagnosed_crs)),
            Some(line("criterion-icans", &answers.icans, &answers.undiagnosed_icans)),
            answers.crs.present.is_some().then(|| aside("criterion-tocilizumab", answers.tocilizumab.given.clone())),
        ];
        let matter = corticosteroids.judgement.is_met() && history.judgement.is_met();
        all([drug, car_t].into_iter().chain(toxicities.into_iter().flatten().filter(|_| matter)))
    }

    fn reading(answers: &Answers<'_>, verdict: Verdict) -> Option<Reading> {
        let is_certain = answers.history.judgement.is_met() || answers.drafted.is_met();
        match verdict {
            Verdict::Met => Some(answers.concern()),
            Verdict::Unknown if is_certain => answers.question(),
            Verdict::Unknown if answers.corticosteroids.judgement.is_met() => {
                answers.in_words.as_ref().map(|_| Reading::CarTInWords)
            }
            // Both stand in words: the drug is what can be looked up.
            Verdict::Unknown if answers.in_words.is_some() => answers.question(),
            Verdict::Unknown | Verdict::NotMet => None,
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let drug = |id| Message::new(id).with("drug", answers.name());
        let graded = |id, grade: u8| drug(id).with("grade", i32::from(grade));
        let with = |indicator, summary: Message, advice| card(answers.urgency(indicator), summary).lead([advice]);
        let card = match reading {
            Reading::Forbidden if answers.is_order => with(Critical, drug("summary-ordered"), "advice-suppress"),
            Reading::Forbidden => with(Critical, drug("summary-in-use"), "advice-suppress"),
            Reading::Premedication => with(Critical, drug("summary-premedication"), "advice-premedication"),
            Reading::MildCrs(Some(grade)) => with(Warning, graded("summary-mild-crs", grade), "advice-mild-crs"),
            Reading::MildCrs(None) => with(Warning, drug("summary-crs-without-grade"), "advice-mild-crs"),
            Reading::CrsWithoutTocilizumab(grade) => {
                let is_unclear = matches!(answers.tocilizumab.known, Tocilizumab::Unclear | Tocilizumab::NotSent);
                let summary =
                    if is_unclear { "summary-crs-tocilizumab-unclear" } else { "summary-crs-without-tocilizumab" };
                with(Warning, graded(summary, grade), "advice-tocilizumab-first")
                    .lead(answers.icans.present.is_some().then_some("advice-icans"))
                    .lead(answers.tocilizumab_caution())
                    .suggest(answers.tocilizumab_first())
            }
            Reading::CrsAfterTocilizumab(grade) => {
                with(Info, graded("summary-crs-after-tocilizumab", grade), "advice-suppress")
            }
            Reading::Icans(Some(grade)) => with(Info, graded("summary-icans", grade), "advice-icans"),
            Reading::Icans(None) => with(Info, drug("summary-icans-without-grade"), "advice-icans"),
            Reading::OtherReason => {
                let indicator = if answers.is_order { Warning } else { Info };
                with(indicator, drug("summary-other-reason"), "advice-other-reason")
            }
            Reading::UndiagnosedToxicity => {
                let what = answers.undiagnosed_toxicity().find_map(|gap| gap.what.clone()).unwrap_or_default();
                with(Warning, drug("summary-toxicity-in-words").with("what", what), "advice-toxicity-in-words")
            }
            Reading::Taper => {
                let is_second_line = answers.was_treated_with_corticosteroids() && !answers.is_order;
                with(if is_second_line { Info } else { Warning }, drug("summary-taper"), "advice-suppress")
            }
            Reading::LongAgo => with(Warning, drug("summary-long-ago"), "advice-long-ago"),
            Reading::RouteUnclear => with(Warning, drug("summary-route"), "advice-check"),
            Reading::LocalRoute => with(Warning, drug("summary-local-route"), "advice-local-route"),
            Reading::Uncoded => with(Warning, drug("summary-uncoded"), "advice-check"),
            Reading::Unreadable => with(Warning, Message::new("summary-unreadable"), "advice-check"),
            Reading::CarTInWords => with(Warning, drug("summary-car-t-in-words"), "advice-check"),
        };
        let is_concern = !reading.is_question();
        let is_premedication = is_concern && !answers.history.judgement.is_met();
        // Nothing is taken out of a treatment that has a reason.
        let is_forbidden = matches!(reading, Reading::Forbidden | Reading::Premedication);
        let removals = if answers.is_order && is_forbidden { answers.removals() } else { Vec::new() };
        // Where a toxicity calls for the drug, the question is another.
        let may_seem_over = reading == Reading::Forbidden || reading.is_question();
        let warns_of_stopping = is_concern && !answers.is_order && reading != Reading::Taper;
        card.lead(warns_of_stopping.then_some("advice-not-abruptly"))
            .context(may_seem_over.then_some("context-no-end-date"))
            .context((!is_premedication).then_some("context-call-centre"))
            .suggest(removals)
            .citing(AFTER_CAR_T)
    }
}

impl Reading {
    /// Whether it can't be told if the rule holds.
    fn is_question(self) -> bool {
        matches!(self, Self::RouteUnclear | Self::LocalRoute | Self::Uncoded | Self::Unreadable | Self::CarTInWords)
    }
}

impl Answers<'_> {
    /// What makes a corticosteroid acceptable, or less than forbidden; the sternest advice goes first.
    fn concern(&self) -> Reading {
        let crs = self.crs.present.as_ref().map(|crs| crs.grade);
        let icans = self.icans.present.as_ref().map(|icans| icans.grade);
        match (crs, icans) {
            (Some(Some(grade)), _) if grade >= self.second_line && !self.tocilizumab.given.is_met() => {
                Reading::CrsWithoutTocilizumab(grade)
            }
            (_, Some(grade)) => Reading::Icans(grade),
            (Some(Some(grade)), None) if grade >= self.second_line => Reading::CrsAfterTocilizumab(grade),
            (Some(grade), None) => Reading::MildCrs(grade),
            (None, None) if !self.history.judgement.is_met() => Reading::Premedication,
            (None, None) if self.replaces_or_rescues => Reading::OtherReason,
            (None, None) if self.undiagnosed_toxicity().next().is_some() => Reading::UndiagnosedToxicity,
            (None, None) if self.is_taper() => Reading::Taper,
            (None, None) if self.critical_time.is_not_met() => Reading::LongAgo,
            (None, None) => Reading::Forbidden,
        }
    }

    /// The toxicities of this episode that are over.
    fn resolved(&self) -> impl Iterator<Item = &Resolved> {
        self.crs.resolved.iter().chain(&self.icans.resolved)
    }

    /// Whether corticosteroids had a place in a toxicity that is over: ICANS, or CRS of the grade of the second line.
    fn was_treated_with_corticosteroids(&self) -> bool {
        let crs = self.crs.resolved.as_ref().and_then(|crs| crs.highest);
        self.icans.resolved.is_some() || crs.is_some_and(|grade| grade >= self.second_line)
    }

    /// Whether every corticosteroid was begun in a toxicity of this episode that is over, so that it is being tapered. One
    /// that is being ordered after it may be the next step down.
    fn is_taper(&self) -> bool {
        let began = self.resolved().filter_map(|of| of.began).min_by_key(|began| began.first);
        let is_of_it = |since: Option<Moment>| {
            began.zip(since).is_some_and(|(began, since)| since.on_or_after(&began) == Verdict::Met)
        };
        self.resolved().next().is_some() && (self.is_order || self.corticosteroids.known().all(|of| is_of_it(of.since)))
    }

    /// What to ask about something that may be a systemic corticosteroid.
    fn question(&self) -> Option<Reading> {
        let mut asked = self.corticosteroids.asked_about().peekable();
        let is_nameless = asked.peek()?.name.is_empty();
        let gaps: Vec<&Gap> = asked.flat_map(|steroid| steroid.systemic.gaps()).collect();
        let is_unsaid = |gap: &Gap| matches!(gap.kind, GapKind::NotRecorded | GapKind::Conflicting);
        let is_local = |gap: &&Gap| gap.text.as_deref() == Some(LOCAL_ROUTE);
        Some(match (is_nameless, gaps.iter().all(|gap| is_unsaid(gap))) {
            (true, _) => Reading::Unreadable,
            (false, true) if gaps.iter().all(is_local) => Reading::LocalRoute,
            (false, true) => Reading::RouteUnclear,
            (false, false) => Reading::Uncoded,
        })
    }

    /// What the card is about: of those that surely are, else of those that are asked about, the first.
    fn name(&self) -> String {
        let first = self.corticosteroids.known().next().or_else(|| self.corticosteroids.asked_about().next());
        first.map(|steroid| steroid.name.to_owned()).unwrap_or_default()
    }

    /// Those that are asked about, without the entries in words that may be anything.
    fn asked_about(&self) -> Option<Judgement> {
        let asked = self.corticosteroids.asked_about().map(|steroid| steroid.systemic.clone());
        asked.reduce(Judgement::or).filter(|_| self.corticosteroids.judgement.is_unknown())
    }

    /// Missing data never softens; an infusion that is not recorded makes it one level lower.
    fn urgency(&self, indicator: Indicator) -> Indicator {
        let indicator = if self.is_incomplete && indicator == Info { Warning } else { indicator };
        match indicator {
            Critical if self.history.is_probable() => Warning,
            Warning if self.history.is_probable() => Info,
            other => other,
        }
    }

    /// What may be CRS or ICANS, without a code that says so.
    fn undiagnosed_toxicity(&self) -> impl Iterator<Item = &Gap> {
        let of = [(&self.icans, &self.undiagnosed_icans), (&self.crs, &self.undiagnosed_crs)];
        of.into_iter().filter(|(episode, _)| is_open(episode)).flat_map(|(_, undiagnosed)| undiagnosed)
    }

    /// Why tocilizumab is not drafted although it is due.
    fn tocilizumab_caution(&self) -> Option<Message> {
        match self.tocilizumab.known {
            Tocilizumab::No => self.to_prescribe.caution(),
            Tocilizumab::Unclear | Tocilizumab::NotSent => Some(Message::new("advice-tocilizumab-check")),
            Tocilizumab::Given | Tocilizumab::Prescribed => None,
        }
    }

    fn tocilizumab_first(&self) -> Option<Suggestion> {
        let code = self.to_prescribe.code.clone().filter(|_| self.tocilizumab.is_known_not_given())?;
        Some(Suggestion::prescribe("suggest-tocilizumab", code).noting("note-dose"))
    }

    /// Take out what has no reason.
    fn removals(&self) -> Vec<Suggestion> {
        let known = self.corticosteroids.known();
        let unexplained = known.filter(|of| of.reasons.is_empty() && of.reason_references.is_empty());
        let remove = unexplained.filter_map(|steroid| {
            Some(Suggestion::remove(Message::new("suggest-remove").with("drug", steroid.name), steroid.address?))
        });
        remove.collect()
    }
}

/// Whether no code says that a toxicity goes on, or went on in this episode: then words count.
fn is_open(episode: &Episode) -> bool {
    episode.present.is_none() && episode.resolved.is_none()
}

/// The line of a toxicity below the table: without a grade it is open, and so it is where nothing but signs or words tell it.
fn line(text: &'static str, episode: &Episode, undiagnosed: &[Gap]) -> Criteria {
    if is_open(episode) && !undiagnosed.is_empty() {
        let on_record = episode.judgement.evidence().to_vec();
        return aside(text, Judgement::unknown(undiagnosed.to_vec()).with_evidence(on_record));
    }
    let remark = match episode {
        Episode { resolved: Some(_), .. } => Some("remark-resolved"),
        Episode { is_past: true, .. } => Some("remark-not-this-episode"),
        _ => None,
    };
    let answer = match &episode.present {
        Some(Toxicity { grade: None, evidence, .. }) => {
            Judgement::unknown(vec![Gap::not_recorded(Source::Observations, "gap-grade")])
                .with_evidence(evidence.clone())
        }
        _ => episode.judgement.clone(),
    };
    aside(text, answer).remarking(remark.map(Message::new))
}

/// The entries in words that leave "CAR-T in history" open.
fn in_words(case: &Case<'_>, history: &TherapyHistory) -> Option<Judgement> {
    let says = |gap: &&Gap| gap.what.as_deref().is_some_and(|what| case.mentions("car-t", what));
    let gaps = || history.judgement.gaps().iter().filter(says).cloned().collect();
    (history.judgement.is_unknown() && case.is_in_words("car-t")).then(|| Judgement::unknown(gaps()))
}
