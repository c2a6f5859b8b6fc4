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
//! How urgent: no CRS or ICANS on record → critical. CRS below grade `{second-line-crs-grade}`, or without a grade → warning. CRS
//! from that grade on without tocilizumab in the episode → warning, tocilizumab first; with tocilizumab → info. ICANS → info. Adrenal insufficiency or
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
//! - An episode lasts `{first-month-after-car-t}` (X12): an older grade, or a diagnosis dated before the infusion, does not soften the card.
//! - An entry without a usable code may be anything, so it leaves "no CAR-T" unknown; without a card, because
//!   otherwise every problem list in words would raise one.
//! - Intra-articular, epidural or intrathecal corticosteroids are neither on the list of the local ones nor systemic by
//!   route: they are asked about.
//! - Missing data never softens: "info" needs conditions and observations to have come through.
//! - ICANS beside CRS that needs tocilizumab and did not get it: warning, because the CRS is not yet treated in the first line.
//! - No end date (X1, plain reading). Outside sources restrict corticosteroids only around the infusion; a hospital can
//!   set a limit.
//!
//! ## Sources
//! CART-024, CART-067, CART-083, CART-084, CART-094, CART-095, HSCT-026 (where it stays quiet); conflicts X1, X2, X12, X27.

use crate::Indicator::{self, Critical, Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::criteria::{Criteria, all, any, aside, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::history::TherapyHistory;
use crate::questions::toxicity::corticosteroid::Corticosteroids;
use crate::questions::toxicity::on_record::{Toxicity, ToxicityKind};
use crate::rule::{Judge, Rule, judge};
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Gap, GapKind, Judgement, Source, Verdict};

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
    override_reasons: &[
        "crs-second-line",
        "icans-treatment",
        "adrenal-replacement",
        "life-threatening-emergency",
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
    ],
    observations: &[ValueSet::CRS_GRADE, ValueSet::ICANS_GRADE],
    numbers: &[&numbers::FIRST_MONTH_AFTER_CAR_T, &numbers::SECOND_LINE_CRS_GRADE],
    judge: judge::<CorticosteroidAfterCarT>,
};

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
    /// Tocilizumab was given in the episode.
    tocilizumab: Judgement,
    /// The lowest grade of CRS at which a corticosteroid has a place.
    second_line: u8,
    /// Adrenal insufficiency or anaphylaxis calls for every one of the corticosteroids.
    replaces_or_rescues: bool,
    /// Where a toxicity would be recorded did not come through.
    is_incomplete: bool,
    /// Tocilizumab, to prescribe.
    to_prescribe: Option<Coded>,
}

/// A toxicity of the present episode.
struct Episode {
    toxicity: Option<Toxicity>,
    /// The same, as a card shows it: without a grade it is open.
    judgement: Judgement,
    /// It is on record, and not of this episode.
    is_past: bool,
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
    /// The route is not stated, or whether it is in use.
    RouteUnclear,
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
            crs: Episode::of(case, ToxicityKind::CytokineReleaseSyndrome, &reasons),
            icans: Episode::of(case, ToxicityKind::Icans, &reasons),
            tocilizumab: case.tocilizumab_given(),
            second_line: u8::try_from(case.whole(&numbers::SECOND_LINE_CRS_GRADE)).unwrap_or(u8::MAX),
            replaces_or_rescues,
            is_incomplete: Episode::SOURCES.into_iter().any(|source| case.sources().is_undelivered(source)),
            to_prescribe: case.code_of(ValueSet::TOCILIZUMAB),
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
            Some(answers.crs.line("criterion-crs")),
            Some(answers.icans.line("criterion-icans")),
            answers.crs.toxicity.is_some().then(|| aside("criterion-tocilizumab", answers.tocilizumab.clone())),
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
            Verdict::Unknown | Verdict::NotMet => None,
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let drug = |id| Message::new(id).with("drug", answers.name());
        let graded = |id, grade: u8| drug(id).with("grade", i32::from(grade));
        let with = |indicator, summary: Message, advice| card(answers.urgency(indicator), summary).lead([advice]);
        let card = match reading {
            Reading::Forbidden if answers.is_order => with(Critical, drug("summary-ordered"), "advice-forbidden"),
            Reading::Forbidden => with(Critical, drug("summary-in-use"), "advice-forbidden"),
            Reading::Premedication => with(Critical, drug("summary-premedication"), "advice-premedication"),
            Reading::MildCrs(Some(grade)) => with(Warning, graded("summary-mild-crs", grade), "advice-mild-crs"),
            Reading::MildCrs(None) => with(Warning, drug("summary-crs-without-grade"), "advice-mild-crs"),
            Reading::CrsWithoutTocilizumab(grade) => {
                with(Warning, graded("summary-crs-without-tocilizumab", grade), "advice-tocilizumab-first")
                    .lead(answers.icans.toxicity.is_some().then_some("advice-icans"))
                    .suggest(answers.tocilizumab_first())
            }
            Reading::CrsAfterTocilizumab(grade) => {
                with(Info, graded("summary-crs-after-tocilizumab", grade), "advice-second-line")
            }
            Reading::Icans(Some(grade)) => with(Info, graded("summary-icans", grade), "advice-icans"),
            Reading::Icans(None) => with(Info, drug("summary-icans-without-grade"), "advice-icans"),
            Reading::OtherReason => {
                let indicator = if answers.is_order { Warning } else { Info };
                with(indicator, drug("summary-other-reason"), "advice-other-reason")
            }
            Reading::RouteUnclear => with(Warning, drug("summary-route"), "advice-check"),
            Reading::Uncoded => with(Warning, drug("summary-uncoded"), "advice-check"),
            Reading::Unreadable => with(Warning, Message::new("summary-unreadable"), "advice-check"),
            Reading::CarTInWords => with(Warning, drug("summary-car-t-in-words"), "advice-check"),
        };
        let is_concern = !reading.is_question();
        let is_premedication = is_concern && !answers.history.judgement.is_met();
        // Nothing is taken out of a treatment that has a reason.
        let is_forbidden = matches!(reading, Reading::Forbidden | Reading::Premedication);
        let removals = if answers.is_order && is_forbidden { answers.removals() } else { Vec::new() };
        let context: &[_] = if is_premedication { &[] } else { &["context-no-end-date", "context-call-centre"] };
        card.lead((is_concern && !answers.is_order).then_some("advice-not-abruptly"))
            .context(context.iter().copied())
            .suggest(removals)
            .citing(AFTER_CAR_T)
    }
}

impl Reading {
    /// Whether it can't be told if the rule holds.
    fn is_question(self) -> bool {
        matches!(self, Self::RouteUnclear | Self::Uncoded | Self::Unreadable | Self::CarTInWords)
    }
}

impl Answers<'_> {
    /// What makes a corticosteroid acceptable, or less than forbidden; the sternest advice goes first.
    fn concern(&self) -> Reading {
        let crs = self.crs.toxicity.as_ref().map(|crs| crs.grade);
        let icans = self.icans.toxicity.as_ref().map(|icans| icans.grade);
        match (crs, icans) {
            (Some(Some(grade)), _) if grade >= self.second_line && !self.tocilizumab.is_met() => {
                Reading::CrsWithoutTocilizumab(grade)
            }
            (_, Some(grade)) => Reading::Icans(grade),
            (Some(Some(grade)), None) if grade >= self.second_line => Reading::CrsAfterTocilizumab(grade),
            (Some(grade), None) => Reading::MildCrs(grade),
            (None, None) if !self.history.judgement.is_met() => Reading::Premedication,
            (None, None) if self.replaces_or_rescues => Reading::OtherReason,
            (None, None) => Reading::Forbidden,
        }
    }

    /// What to ask about something that may be a systemic corticosteroid.
    fn question(&self) -> Option<Reading> {
        let mut asked = self.corticosteroids.asked_about().peekable();
        let is_nameless = asked.peek()?.name.is_empty();
        let mut gaps = asked.flat_map(|steroid| steroid.systemic.gaps());
        Some(match (is_nameless, gaps.all(|gap| matches!(gap.kind, GapKind::NotRecorded | GapKind::Conflicting))) {
            (true, _) => Reading::Unreadable,
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

    fn tocilizumab_first(&self) -> Option<Suggestion> {
        let code = self.to_prescribe.clone()?;
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

impl Episode {
    /// Where a toxicity is recorded.
    const SOURCES: [Source; 2] = [Source::Conditions, Source::Observations];

    fn of(case: &Case<'_>, kind: ToxicityKind, reasons: &[(&Concept, &str)]) -> Self {
        let toxicity = case.toxicity(kind, reasons);
        let past = if toxicity.is_none() { case.toxicity_on_record(kind) } else { Vec::new() };
        let is_past = !past.is_empty();
        let judgement = match &toxicity {
            Some(Toxicity { grade: None, evidence, .. }) => {
                let gap = Gap::not_recorded(Source::Observations, "gap-grade");
                Judgement::unknown(vec![gap]).with_evidence(evidence.clone())
            }
            Some(toxicity) => Judgement::met(toxicity.evidence.clone()),
            None if is_past => Judgement::not_met(past),
            None => {
                let gaps = Self::SOURCES.into_iter().flat_map(|source| case.sources().gaps_of(source));
                Judgement::found(Vec::new(), gaps.collect())
            }
        };
        Self { toxicity, judgement, is_past }
    }

    fn line(&self, text: &'static str) -> Criteria {
        aside(text, self.judgement.clone()).remarking(self.is_past.then(|| Message::new("remark-not-this-episode")))
    }
}

/// The entries in words that leave "CAR-T in history" open.
fn in_words(case: &Case<'_>, history: &TherapyHistory) -> Option<Judgement> {
    let says = |gap: &&Gap| gap.what.as_deref().is_some_and(|what| case.mentions("car-t", what));
    let gaps = || history.judgement.gaps().iter().filter(says).cloned().collect();
    (history.judgement.is_unknown() && case.is_in_words("car-t")).then(|| Judgement::unknown(gaps()))
}
