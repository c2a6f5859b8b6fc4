//! A live vaccine shortly before the chemotherapy of a cell therapy.
//!
//! ## What it flags
//! A draft of a live attenuated vaccine for a patient of whom CAR-T or a stem cell transplantation is planned.
//!
//! ## Why it matters
//! The virus of a live vaccine still multiplies when lymphodepletion or conditioning takes the immune system away, and can then
//! cause the disease. The label of axicabtagene ciloleucel: "Vaccination with live virus vaccines is not recommended for at
//! least 6 weeks prior to the start of lymphodepleting chemotherapy". After the therapy `live-vaccine-after-cell-therapy` warns.
//!
//! ## When it is met
//! - CAR-T or a transplantation is planned: among the draft orders, or requested on record and not done since.
//! - And a live vaccine is drafted for a day less than `{live-vaccine-weeks-before-cell-therapy}` before the first day of its
//!   chemotherapy: warning. The first day is that of a drug drafted or signed for it; without one it lies, before CAR-T,
//!   between `{bridging-after-days}` and `{shortest-lymphodepletion-interval-days}` before the infusion, and before a
//!   transplantation in the last `{conditioning-days}`.
//!
//! ## When it stays quiet
//! `{live-vaccine-weeks-before-cell-therapy}` before the first day, and earlier. Vaccines that are not live: they are wanted
//! before the therapy. BCG for the bladder, an order not to vaccinate. Nothing planned, or done since. A vaccination for a day
//! `{no-live-vaccine-months}` after the chemotherapy or later.
//!
//! ## When it asks
//! An info card: the plan has no day, or one that does not tell; a transplantation that does not say whose cells are given,
//! or a request that may be done already; the product decides whether the vaccine is live, or only its words name one.
//! Orders without a usable code that name no vaccine leave it open, without a card.
//!
//! ## Where the catalogue is silent
//! - The label speaks of CAR-T. That the same holds before conditioning for a transplantation is inference.
//! - It is the vaccination that is questioned, never the therapy: a card about the vaccine offers to take the vaccine out.
//! - A drug counts as the chemotherapy of a plan when its day lies where that of the plan can: what is earlier is bridging,
//!   or mobilises stem cells.
//! - Requests without a usable code may be a cell therapy: they leave it open, without a card.
//!
//! ## Sources
//! Label of axicabtagene ciloleucel, read in a copy of its European product information (rxreasoner.com); HSCT-042 says of the
//! time after transplantation only that live vaccines are discouraged. No source on conditioning was found.

use cellwise_record::{GapKind, Judgement, Moment, Source, Verdict};

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::everyone;
use crate::criteria::{Criteria, all, must};
use crate::documents::{self, Citation};
use crate::message::{Arg, Message};
use crate::numbers;
use crate::questions::Case;
use crate::questions::infection::vaccination::{DraftedVaccine, Vaccine};
use crate::questions::therapy::coming_preparation::{ComingPreparation, ComingPreparations};
use crate::questions::therapy::open_plan::Planned;
use crate::rule::{Judge, Rule, judge};

/// CAR-T.
const LABEL: Citation = Citation { document: &documents::AXICABTAGENE_LABEL, statements: &[] };
/// Transplantation: after it.
const LEAFLET: Citation = Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-042"] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "live-vaccine-before-cell-therapy",
    file: file!(),
    topic: "liveVaccineBeforeCellTherapy",
    version: 1,
    reviewed: "2026-11-30",
    citations: &[LABEL, LEAFLET],
    override_reasons: &["local-protocol", "patient-informed-accepts-risk", "data-outdated", "other"],
    needs: &[
        Source::Patient,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
    ],
    observations: &[],
    numbers: &[
        &numbers::LIVE_VACCINE_WEEKS_BEFORE_CELL_THERAPY,
        &numbers::BRIDGING_AFTER_DAYS,
        &numbers::SHORTEST_LYMPHODEPLETION_INTERVAL_DAYS,
        &numbers::CONDITIONING_DAYS,
        &numbers::NO_LIVE_VACCINE_MONTHS,
    ],
    concerns: everyone,
    judge: judge::<LiveVaccineBeforeCellTherapy>,
};

/// The four functions of the rule.
pub struct LiveVaccineBeforeCellTherapy;

/// What the rule rests on.
pub struct Answers<'c> {
    coming: ComingPreparations,
    /// The vaccines to speak of, the most urgent first; when there are none, all of them.
    vaccines: Vec<Candidate<'c>>,
}

/// A drafted vaccine, and whether it comes too close to the chemotherapy.
struct Candidate<'c> {
    drafted: DraftedVaccine<'c>,
    too_close: Judgement,
    /// The therapy to speak of.
    therapy: Option<ComingPreparation>,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A live vaccine, too close.
    Live,
    /// A live vaccine, and the day of the therapy does not tell.
    LiveDay,
    /// The product decides whether it is live.
    Product,
    /// A vaccine by its words only.
    Named,
}

impl Judge for LiveVaccineBeforeCellTherapy {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let coming = case.coming_preparations();
        let weeks = case.whole(&numbers::LIVE_VACCINE_WEEKS_BEFORE_CELL_THERAPY);
        let months = case.whole(&numbers::NO_LIVE_VACCINE_MONTHS);
        let drafted = case.drafted_vaccines().into_iter().filter(|of| of.vaccine != Vaccine::NotLive);
        let mut vaccines: Vec<Candidate<'c>> = drafted
            .map(|drafted| {
                let day = drafted.day;
                let holds = |start: &Moment| {
                    day.after(&start.plus_days(-7 * weeks)).and(day.before(&start.plus_months(months)))
                };
                let too_close = coming.any(holds);
                let decides = |of: &&ComingPreparation| of.judge(holds).verdict() == too_close.verdict();
                let therapy = coming.known.iter().find(decides).cloned();
                Candidate { drafted, too_close, therapy }
            })
            .collect();
        let is_spoken = |of: &Candidate<'_>| read(of).is_some();
        if vaccines.iter().any(is_spoken) {
            vaccines.retain(is_spoken);
        }
        vaccines.sort_by_key(|of| (of.drafted.vaccine, !of.too_close.is_met()));
        Answers { coming, vaccines }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let drafted = answers.vaccines.iter().map(is_live).reduce(Judgement::or);
        let too_close = answers.vaccines.iter().map(|of| of.too_close.clone()).reduce(Judgement::or);
        let none = || Judgement::not_met(Vec::new());
        all([
            must("criterion-live", drafted.unwrap_or_else(none)),
            must("criterion-planned", answers.coming.planned()).unless_met(),
            must("criterion-close", too_close.unwrap_or_else(none)),
        ])
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        answers.vaccines.first().and_then(read)
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let first = answers.vaccines.first();
        let therapy = first.and_then(|first| first.therapy.as_ref());
        let summary = match (reading, therapy.and_then(|therapy| therapy.day.or(therapy.start))) {
            (Reading::Live, Some(day)) => Message::new("summary-live").with("date", day),
            (Reading::Live | Reading::LiveDay, _) => Message::new("summary-live-day"),
            (Reading::Product, _) => Message::new("summary-product"),
            (Reading::Named, _) => Message::new("summary-named"),
        };
        let vaccine = first.map(|first| first.drafted.order.concept.text.clone()).unwrap_or_default();
        let name = match therapy.map(|therapy| therapy.therapy) {
            Some(Planned::OwnStemCells | Planned::DonorStemCells) => "therapy-stem-cells",
            Some(Planned::CarT) | None => "therapy-car-t",
        };
        let is_met = reading == Reading::Live;
        card(if is_met { Warning } else { Info }, summary.with("vaccine", vaccine).with("therapy", Arg::Message(name)))
            .lead(["advice-interval"])
            .context((name == "therapy-stem-cells").then_some("context-conditioning"))
            .suggest(answers.removals())
            .citing(if name == "therapy-car-t" { const { &[LABEL] } } else { RULE.citations })
    }
}

impl Answers<'_> {
    /// Take out the live vaccines that come too close.
    fn removals(&self) -> Vec<Suggestion> {
        let live = self.vaccines.iter().filter(|of| read(of) == Some(Reading::Live));
        let remove = live.filter_map(|of| {
            let order = of.drafted.order;
            let label = Message::new("suggest-remove").with("vaccine", order.concept.text.clone());
            Some(Suggestion::remove(label, order.address()?))
        });
        remove.collect()
    }
}

/// The card that one vaccine makes.
fn read(of: &Candidate<'_>) -> Option<Reading> {
    of.therapy.as_ref()?;
    match (of.drafted.vaccine, of.too_close.verdict()) {
        (_, Verdict::NotMet) | (Vaccine::NotLive | Vaccine::Vague, _) => None,
        (Vaccine::Live, Verdict::Met) => Some(Reading::Live),
        (Vaccine::Live, Verdict::Unknown) => Some(Reading::LiveDay),
        (Vaccine::ProductDecides, _) => Some(Reading::Product),
        (Vaccine::Named, _) => Some(Reading::Named),
    }
}

/// Whether a vaccine is live.
fn is_live(of: &Candidate<'_>) -> Judgement {
    let (order, shown) = (of.drafted.order, of.drafted.order.evidence());
    let gap = match of.drafted.vaccine {
        Vaccine::Live => return Judgement::met(vec![shown]),
        Vaccine::NotLive => return Judgement::not_met(vec![shown]),
        Vaccine::ProductDecides => shown.gap(GapKind::NotRecorded).said_as("gap-product"),
        Vaccine::Named | Vaccine::Vague => shown.gap(order.concept.gap_kind()).said_as("gap-no-code"),
    };
    Judgement::unknown(vec![gap]).with_evidence([shown])
}
