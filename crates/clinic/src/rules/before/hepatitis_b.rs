//! Hepatitis B before and after treatment that takes the B or the T cells away.
//!
//! ## What it flags
//! - Order hooks: CAR-T, a stem cell transplantation, their lymphodepletion or conditioning, or an antibody against CD20 is
//!   drafted, and hepatitis B was not tested for, or is on record without an antiviral.
//! - patient-view: hepatitis B on record after such a treatment, and no antiviral in use.
//!
//! ## Why it matters
//! A virus that the immune system held down comes back when that system is gone, also in patients who seemed cured
//! (surface antigen negative, antibodies against the core positive): hepatitis and liver failure, up to a year and more later.
//! Entecavir or tenofovir prevents it.
//!
//! ## When it is met
//! - Such an order, and the surface antigen (HBsAg) was not found negative in the last `{hbsag-months}`, or antibodies against
//!   the core (anti-HBc) were never tested, and nothing of it is on record: info, both tests are suggested.
//! - Such an order, hepatitis B on record, and neither entecavir nor tenofovir in use or among the draft orders: warning. On
//!   record is a positive HBsAg or anti-HBc, DNA of the virus, or a problem. A positive HBsAg that a later one denies is a past
//!   infection; anti-HBc counts whenever it was positive.
//! - patient-view: the same, no more than `{hepatitis-b-prophylaxis-months}` after a cell therapy or the last antibody against
//!   CD20, `{hepatitis-b-prophylaxis-months-after-rituximab}` after rituximab; the last day counts: warning. The card says
//!   when an antiviral was stopped.
//!
//! ## When it stays quiet
//! HBsAg lately negative and anti-HBc negative, also with antibodies against the surface antigen: vaccinated. Entecavir or
//! tenofovir in use. A test that is missing is among the draft orders. G-CSF, or chemotherapy without a cell therapy. A day later
//! than every limit. patient-view of anyone without hepatitis B on record.
//!
//! ## When it asks
//! An info card: a result can't be read (the word "negative", a number that nothing interprets); lamivudine, or words of an
//! antiviral, may be enough; only words of the order speak of a cell therapy; the date of the treatment is missing or coarse.
//! A drug in use without a usable code leaves the warning, with an open row.
//!
//! ## Where the catalogue is silent
//! - Antibodies against the surface antigen alone are no answer: they follow a vaccination and a past infection, so they neither
//!   count as hepatitis B nor stand for the tests.
//! - A positive result never grows old; the word "positive" alone counts, as everywhere here; a negative anti-HBc has no end.
//! - No drug is drafted: which one depends on the kidneys, HIV, earlier lamivudine and pregnancy. DNA of the virus is suggested.
//! - Lamivudine is not among the drugs that the guidelines name; whether it is enough is asked. A combination of tenofovir for
//!   HIV without a listed code is asked about by its words.
//! - patient-view: the catalogue speaks of prophylaxis that was stopped. One that never began is no better, and the same card.
//! - After a transplantation the same time holds as after CAR-T: EASL counts it after any immunosuppression.
//! - EASL counts 18 months after every treatment that takes the B cells, AASLD 12: rituximab has the longer time, as in the
//!   catalogue, all others the shorter. A hospital can change both.
//! - Antibodies that came with immunoglobulin or a transfusion can make anti-HBc positive: the card says so.
//! - A drug given in hospital counts for `{prophylaxis-given-days}`.
//!
//! ## Sources
//! AASLD 2018 and EASL 2017 as tabulated in PMC8066124 table 4 and PMC11078521 table 3; Blood article 12523856 (CAR-T). The
//! guidelines themselves, and PMC8281013 table 3, could not be read.

use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Judgement, Moment, Source, Verdict};

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::criteria::{Criteria, all, any, must};
use crate::documents::{self, Citation};
use crate::message::{Arg, Message};
use crate::numbers;
use crate::questions::Case;
use crate::questions::infection::hepatitis_b::{HepatitisB, HepatitisBAntiviral};
use crate::questions::therapy::cell_therapy::{CellTherapy, Cells};
use crate::questions::therapy::drafted::Drafted;
use crate::questions::therapy::plan::{Asked, Pathway, PathwayOrders};
use crate::rule::{Judge, Rule, judge};

/// Who is tested, and who gets an antiviral.
const SCREENING: Citation = Citation { document: &documents::HEPATITIS_B_IN_LYMPHOMA, statements: &[] };
/// For how long.
const DURATION: Citation = Citation { document: &documents::HEPATITIS_B_DURATION, statements: &[] };
/// Both, around CAR-T.
const CAR_T: Citation = Citation { document: &documents::INFECTION_AFTER_CAR_T, statements: &[] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "hepatitis-b",
    file: file!(),
    topic: "hepatitisB",
    version: 1,
    reviewed: "2026-11-30",
    citations: &[SCREENING, DURATION, CAR_T],
    override_reasons: &[
        "already-treated",
        "arranged-elsewhere",
        "not-tolerated",
        "local-protocol",
        "data-outdated",
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
    observations: &[
        ValueSet::HEPATITIS_B_SURFACE_ANTIGEN,
        ValueSet::HEPATITIS_B_CORE_ANTIBODY,
        ValueSet::HEPATITIS_B_DNA,
    ],
    numbers: &[
        &numbers::HBSAG_MONTHS,
        &numbers::HEPATITIS_B_PROPHYLAXIS_MONTHS,
        &numbers::HEPATITIS_B_PROPHYLAXIS_MONTHS_AFTER_RITUXIMAB,
        &numbers::PROPHYLAXIS_GIVEN_DAYS,
    ],
    concerns: is_ordered_or_infected,
    judge: judge::<HepatitisBRule>,
};

/// Whom it can concern: whoever gets orders, who may have to be tested; else who has or had the infection, or may have, after a
/// treatment for which that matters.
fn is_ordered_or_infected(case: &Case<'_>) -> bool {
    let is_treated = || match given(case) {
        Occasion::Given { judgement, .. } => !judgement.is_not_met(),
        Occasion::Ordered { .. } => true,
    };
    case.hook.is_order() || !case.hepatitis_b().positive().is_not_met() && is_treated()
}

/// The four functions of the rule.
pub struct HepatitisBRule;

/// What the rule rests on.
pub struct Answers<'c> {
    status: HepatitisB,
    antiviral: HepatitisBAntiviral,
    /// Why it matters now.
    occasion: Occasion<'c>,
    /// The tests to order, unless they are requested already: surface antigen, antibody against the core, DNA.
    tests: [Option<Coded>; 3],
}

/// Why hepatitis B matters now.
pub enum Occasion<'c> {
    /// Treatment is being ordered.
    Ordered {
        /// A cell therapy, or the chemotherapy before one.
        cells: PathwayOrders<'c>,
        /// An antibody against CD20.
        antibody: Drafted<'c>,
        /// Whether only the words of an order name a treatment. Decides only whether to ask.
        is_named: bool,
    },
    /// Treatment was given.
    Given {
        /// Whether hepatitis B can still come back.
        judgement: Judgement,
        /// The cell therapy to speak of; without one it is the antibody.
        therapy: Option<&'c CellTherapy>,
        /// The last day, where it is known.
        until: Option<Moment>,
    },
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A present infection, no antiviral.
    Infected,
    /// A past infection, no antiviral.
    Exposed,
    /// Hepatitis B, and an antiviral that may not be enough, or can't be seen.
    AntiviralUnclear,
    /// A result that can't be read.
    ResultUnclear,
    /// Neither test is known.
    NotTested,
    /// The surface antigen is not known.
    NoSurfaceAntigen,
    /// The antibody against the core is not known.
    NoCoreAntibody,
    /// After treatment: an antiviral that was stopped.
    Stopped,
    /// After treatment: no antiviral.
    NoAntiviral,
    /// After treatment: whether the time is over can't be told.
    Date,
}

impl Judge for HepatitisBRule {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let tests =
            [ValueSet::HEPATITIS_B_SURFACE_ANTIGEN, ValueSet::HEPATITIS_B_CORE_ANTIBODY, ValueSet::HEPATITIS_B_DNA];
        let drafted = tests.map(|set| case.drafted_test(set));
        let mut status = case.hepatitis_b();
        let [of_surface, of_core, _] = drafted.clone();
        status.surface = status.surface.or(of_surface);
        status.core = status.core.or(of_core);
        let is_drafted = drafted.map(|test| test.is_met());
        let mut to_order = tests.map(|set| case.code_to_order(set));
        for (test, is_drafted) in to_order.iter_mut().zip(is_drafted) {
            *test = test.take().filter(|_| !is_drafted);
        }
        Answers {
            status,
            antiviral: case.hepatitis_b_antiviral(),
            occasion: if case.hook.is_order() { ordered(case) } else { given(case) },
            tests: to_order,
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let HepatitisB { infected, exposed, surface, core } = &answers.status;
        let stopped = answers.antiviral.stopped.map(|day| Message::new("remark-stopped").with("date", day));
        let positive = answers.status.positive();
        // A card about the tests shows only those.
        let is_about_tests = answers.is_ordering() && !positive.is_met() && !surface.clone().and(core.clone()).is_met();
        let is_past = exposed.is_met() && infected.is_not_met();
        let untreated = all([
            any([
                must("criterion-infected", infected.clone()).left_out_if(is_about_tests || is_past),
                must("criterion-exposed", exposed.clone()).left_out_if(is_about_tests || infected.is_met()),
            ]),
            must("criterion-no-antiviral", !answers.antiviral.judgement.clone())
                .remarking(stopped)
                .left_out_if(is_about_tests),
        ]);
        match &answers.occasion {
            Occasion::Given { judgement, .. } => all([must("criterion-given", judgement.clone()), untreated]),
            Occasion::Ordered { cells, antibody, .. } => {
                // Who has hepatitis B on record needs no further test.
                let unknown = |text, test: &Judgement| {
                    must(text, !test.clone().or(positive.clone())).left_out_if(positive.is_met())
                };
                all([
                    must("criterion-ordered", cells.judgement.clone().or(antibody.judgement())),
                    any([untreated, unknown("criterion-no-surface", surface), unknown("criterion-no-core", core)]),
                ])
            }
        }
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        let status = &answers.status;
        let positive = status.positive();
        let antiviral = &answers.antiviral;
        // Of drugs without a usable code nearly every record has some.
        let is_untreated = match antiviral.judgement.verdict() {
            Verdict::Met => false,
            Verdict::NotMet => true,
            Verdict::Unknown => !antiviral.is_named && !antiviral.judgement.has_delivery_gap(),
        };
        match &answers.occasion {
            Occasion::Ordered { is_named: false, .. } if !answers.is_treatment_ordered() => None,
            _ if positive.is_met() && antiviral.judgement.is_met() => None,
            Occasion::Ordered { .. } if positive.is_met() && !is_untreated => Some(Reading::AntiviralUnclear),
            Occasion::Ordered { .. } if status.infected.is_met() => Some(Reading::Infected),
            Occasion::Ordered { .. } if positive.is_met() => Some(Reading::Exposed),
            Occasion::Ordered { .. } => untested(status),
            Occasion::Given { .. } if !positive.is_met() => None,
            Occasion::Given { judgement, .. } => match judgement.verdict() {
                Verdict::NotMet => None,
                Verdict::Unknown => (!judgement.has_delivery_gap() && is_untreated).then_some(Reading::Date),
                Verdict::Met if !is_untreated => Some(Reading::AntiviralUnclear),
                Verdict::Met if antiviral.stopped.is_some() && answers.until().is_some() => Some(Reading::Stopped),
                Verdict::Met => Some(Reading::NoAntiviral),
            },
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let text = match reading {
            Reading::Infected => "summary-infected",
            Reading::Exposed => "summary-exposed",
            Reading::AntiviralUnclear => "summary-antiviral-unclear",
            Reading::ResultUnclear => "summary-result-unclear",
            Reading::NotTested => "summary-not-tested",
            Reading::NoSurfaceAntigen => "summary-no-surface-antigen",
            Reading::NoCoreAntibody => "summary-no-core-antibody",
            Reading::Stopped => "summary-stopped",
            Reading::NoAntiviral if answers.until().is_some() => "summary-no-antiviral",
            Reading::NoAntiviral => "summary-no-antiviral-ongoing",
            Reading::Date => "summary-date",
        };
        let is_warning =
            matches!(reading, Reading::Infected | Reading::Exposed | Reading::Stopped | Reading::NoAntiviral);
        let is_order_clear = answers.is_treatment_ordered() || !answers.is_ordering();
        let [surface, core, dna] = answers.tests.clone();
        let order = |label, code: Option<Coded>| code.map(|code| Suggestion::order(label, code));
        let suggestions: Vec<Suggestion> = match reading {
            Reading::NotTested | Reading::ResultUnclear => {
                [order("suggest-surface", surface), order("suggest-core", core)].into_iter().flatten().collect()
            }
            Reading::NoSurfaceAntigen => order("suggest-surface", surface).into_iter().collect(),
            Reading::NoCoreAntibody => order("suggest-core", core).into_iter().collect(),
            _ => order("suggest-dna", dna).into_iter().collect(),
        };
        let is_about_tests = matches!(
            reading,
            Reading::NotTested | Reading::ResultUnclear | Reading::NoSurfaceAntigen | Reading::NoCoreAntibody
        );
        let is_by_antibodies = !is_about_tests && !answers.status.infected.is_met();
        card(if is_warning && is_order_clear { Warning } else { Info }, answers.about(text))
            .lead([if is_about_tests { "advice-test" } else { "advice-prophylaxis" }])
            .lead((!is_about_tests).then_some("advice-choice"))
            .context(is_by_antibodies.then_some("context-passive"))
            .suggest(suggestions)
            .citing(if is_about_tests { const { &[SCREENING, CAR_T] } } else { RULE.citations })
    }
}

impl Answers<'_> {
    fn is_ordering(&self) -> bool {
        matches!(self.occasion, Occasion::Ordered { .. })
    }

    /// Whether a code says that treatment is ordered.
    fn is_treatment_ordered(&self) -> bool {
        match &self.occasion {
            Occasion::Ordered { cells, antibody, .. } => !cells.known.is_empty() || !antibody.known.is_empty(),
            Occasion::Given { .. } => false,
        }
    }

    /// A summary, with everything that it may name.
    fn about(&self, text: &'static str) -> Message {
        let message = Message::new(text).with("treatment", self.treatment());
        let message = self.antiviral.stopped.into_iter().fold(message, |message, day| message.with("ended", day));
        self.until().into_iter().fold(message, |message, day| message.with("until", day))
    }

    /// The last day on which the antiviral is needed; `None` while the treatment goes on.
    fn until(&self) -> Option<Moment> {
        match &self.occasion {
            Occasion::Given { until, .. } => *until,
            Occasion::Ordered { .. } => None,
        }
    }

    /// The treatment to speak of.
    fn treatment(&self) -> Arg {
        match &self.occasion {
            Occasion::Ordered { cells, antibody, .. } => match (cells.pathway(), antibody.known.first()) {
                (Some(Pathway::CarT), _) => Arg::Message("treatment-car-t"),
                (Some(Pathway::Transplantation), _) => Arg::Message("treatment-stem-cells"),
                (None, Some(order)) => Arg::Text(order.concept.text.clone()),
                (None, None) => Arg::Message("treatment-named"),
            },
            Occasion::Given { therapy, .. } => Arg::Message(match therapy.map(|therapy| therapy.cells) {
                Some(Cells::CarT) => "treatment-car-t",
                Some(Cells::OwnStemCells | Cells::DonorStemCells | Cells::StemCells) => "treatment-stem-cells",
                None => "treatment-antibody",
            }),
        }
    }
}

/// The card about the tests, where nothing is on record.
fn untested(status: &HepatitisB) -> Option<Reading> {
    let is_open = |test: &Judgement| test.is_unknown() && !test.has_delivery_gap();
    match (status.surface.verdict(), status.core.verdict()) {
        (Verdict::NotMet, Verdict::NotMet) => Some(Reading::NotTested),
        _ if is_open(&status.surface) || is_open(&status.core) => Some(Reading::ResultUnclear),
        (Verdict::NotMet, Verdict::Met) => Some(Reading::NoSurfaceAntigen),
        (Verdict::Met, Verdict::NotMet) => Some(Reading::NoCoreAntibody),
        _ => None,
    }
}

/// The treatment that is being ordered.
fn ordered<'c>(case: &'c Case<'_>) -> Occasion<'c> {
    let antibody = case.drafted_drugs(&[ValueSet::ANTI_CD20_ANTIBODY]);
    let cells = case.orders_asked_about(&Asked::TREATMENT);
    let names = |set| case.orders_in_scope().any(|order| order.concept.names_in_words(set));
    let is_named = !cells.named.is_empty() || names(ValueSet::ANTI_CD20_ANTIBODY);
    Occasion::Ordered { cells, antibody, is_named }
}

/// The treatment that was given.
fn given<'c>(case: &'c Case<'_>) -> Occasion<'c> {
    let months = case.whole(&numbers::HEPATITIS_B_PROPHYLAXIS_MONTHS);
    let today = case.as_of.day();
    let therapies = case.cell_therapies();
    let after = therapies.any(|therapy| therapy.is_within_months(months, &today));
    let decides = |of: &&CellTherapy| of.is_within_months(months, &today).verdict() == after.verdict();
    let latest = therapies.known.iter().filter(decides).max_by_key(|of| of.when.last);
    let (antibody, until) = case.anti_cd20_effect();
    let therapy = latest.filter(|_| after.is_met() || !antibody.is_met());
    let until = match therapy {
        Some(therapy) => therapy.date.map(|_| case.last_day_after(therapy, &numbers::HEPATITIS_B_PROPHYLAXIS_MONTHS)),
        None => until,
    };
    Occasion::Given { judgement: after.or(antibody), therapy, until }
}
