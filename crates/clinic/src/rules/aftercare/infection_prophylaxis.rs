//! Prophylaxis against infection after a cell therapy that is missing, or is being stopped too early.
//!
//! ## What it flags
//! No prophylaxis in use inside its period (patient-view, encounter-start, encounter-discharge), or an order that ends it
//! (order hooks).
//!
//! ## Why it matters
//! "Om deze infecties te voorkomen krijgt u gedurende 1 jaar na CAR T-celtherapie de volgende medicijnen: cotrimoxazol en
//! valaciclovir" (CART-056). After a stem cell transplantation: an antibiotic and an antiviral, for 6 months after own
//! cells, at least a year after those of a donor (HSCT-062).
//!
//! ## When it is met
//! - CAR-T no more than `{prophylaxis-months-after-car-t}` ago, own stem cells no more than
//!   `{prophylaxis-months-after-own-cells}`, donor cells no more than `{prophylaxis-months-after-donor-cells}`: the last day
//!   counts.
//! - And no co-trimoxazole or alternative (atovaquone, dapsone, pentamidine), or no aciclovir or valaciclovir, is in use:
//!   warning.
//! - An order ends one of them inside the period, and nothing takes its place: warning.
//!
//! ## When it stays quiet
//! Both in use, or replaced in the same draft orders. CAR-T less than `{co-trimoxazole-start-days}` ago without co-trimoxazole,
//! which starts on that day: there is nothing to do yet (the antiviral is missed from the start). The period is over. No
//! cell therapy, or only planned. Trimethoprim alone, letermovir and a plan do not count as in use; a cream or eye
//! ointment of aciclovir does not either. On the ward on which the cells were given it is known what a drug in use is for: there
//! nobody is asked, until the patient goes home.
//!
//! ## When it asks
//! An info card: the date is coarse or missing, own or donor cells not recorded, the infusion not recorded, or a drug in use
//! has no usable code (it may be the one); after stem cells, another systemic antibacterial (ATC J01) or antiviral (J05AB)
//! is in use: it may be the prophylaxis. Neutrophils below `{severe-neutropenia}` in the last `{recent-count-days}`:
//! co-trimoxazole suppresses the marrow, an alternative can take its place. Where only data that was not sent decides: no
//! card, the client is told.
//!
//! ## Where the catalogue is silent
//! - Alternatives count after stem cells, too. Whether another antibacterial is prophylaxis or a course no code tells.
//! - Pregnancy on record or possible: no drug against bacteria is suggested; the choice is the centre's. Not sent: neither.
//! - A drug given in hospital counts for `{prophylaxis-given-days}`; an alternative for
//!   `{alternative-prophylaxis-given-days}`, because pentamidine is inhaled once a month.
//! - A stopped drug is no longer in use, nor are statements of the same kind of drug; another active prescription is.
//! - An allergy to sulfonamides or to co-trimoxazole itself, also unconfirmed or on the problem list: the alternative is
//!   suggested. Allergies not sent, or an allergy entry that is not understood (no code, or one that no value set has, and
//!   not called after something else): no drug is suggested, the card says why.
//! - No suggestion takes out the order that stops a drug: deleting it could delete the prescription itself.
//! - A history code without a date: the therapy had happened by the day it was written down.
//!
//! ## Sources
//! CART-056, CART-104, HSCT-046, HSCT-047, HSCT-062, HSCT-063; Blood article 12523856; conflicts X10, X30.

use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Judgement, Source, Verdict};

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::after_cells;
use crate::criteria::{Criteria, all, any, aside, must};
use crate::documents::{self, Citation};
use crate::hook::Hook;
use crate::message::{Arg, Message};
use crate::numbers;
use crate::questions::Case;
use crate::questions::infection::prophylaxis::{Against, EndedProphylaxis};
use crate::questions::infection::prophylaxis_drugs::ProphylaxisDrugs;
use crate::questions::infection::prophylaxis_period::ProphylaxisPeriod;
use crate::questions::therapy::cell_therapy::Cells;
use crate::questions::therapy::history::Certainty;
use crate::rule::{Judge, Rule, judge};

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
    version: 3,
    reviewed: "2026-11-30",
    citations: &[CAR_T_LEAFLET, AHSCT_LEAFLET, SLIDES, OUTSIDE],
    override_reasons: &[
        "not-tolerated",
        "arranged-elsewhere",
        "already-treated",
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
        Source::Allergies,
    ],
    observations: &[
        ValueSet::NEUTROPHIL_COUNT,
        ValueSet::PREGNANCY_STATUS,
        ValueSet::PREGNANCY_FINDING,
        ValueSet::PREGNANCY_DUE_DATE,
        ValueSet::PREGNANCY_DURATION,
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
        &numbers::SEVERE_NEUTROPENIA,
        &numbers::RECENT_COUNT_DAYS,
        &numbers::PREGNANCY_TEST_DAYS,
        &numbers::NOT_PREGNANT_DAYS,
        &numbers::PREGNANCY_RECORD_MONTHS,
        &numbers::DAYS_PAST_DUE_DATE,
        &numbers::CHILDBEARING_FROM_AGE,
        &numbers::CHILDBEARING_TO_AGE,
    ],
    concerns: after_cells,
    judge: judge::<InfectionProphylaxis>,
};

/// The four functions of the rule.
pub struct InfectionProphylaxis;

/// What the rule rests on.
pub struct Answers<'c> {
    period: ProphylaxisPeriod<'c>,
    /// Whether the kind of therapy to speak of is in history.
    history: &'c Judgement,
    /// Prophylaxis against bacteria is missing, or ends and is not replaced.
    bacteria: Judgement,
    /// The same against viruses.
    viruses: Judgement,
    /// Whether orders are looked at: then only what they end matters.
    is_ordering: bool,
    /// The orders that end prophylaxis, or may.
    stops: Vec<&'c DraftOrder>,
    /// What is against bacteria should have started by now.
    has_started: Judgement,
    /// Low neutrophils, which co-trimoxazole would lower further.
    is_neutropenic: bool,
    /// What speaks against some drugs, and what may be drafted.
    drugs: ProphylaxisDrugs,
    /// The chart is opened on the ward on which the cells were given: there it is known what a drug is given for.
    is_on_the_ward: bool,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A pregnancy on record or possible: the drugs are the centre's choice.
    Pregnant,
    /// An order ends it.
    Stopping,
    /// An order ends it, and whether it is needed can't be told.
    StoppingPerhaps,
    /// What is against bacteria is missing, and the neutrophils are too low for co-trimoxazole.
    Neutropenic,
    /// Both are missing.
    Both,
    /// What is against bacteria is missing.
    Bacteria,
    /// What is against viruses is missing.
    Viruses,
    /// The infusion is not recorded.
    Infusion,
    /// A drug in use may be the prophylaxis.
    Drug,
    /// Whose stem cells they were is not recorded.
    WhoseCells,
    /// The date does not tell.
    Date,
}

/// Whether the patient is in the admission in which the cells were given. Encounters are looked at where they are sent, and
/// not asked for: without them the card is shown.
fn is_in_the_admission(case: &Case<'_>, period: &ProphylaxisPeriod<'_>) -> bool {
    let given = period.therapy.and_then(|therapy| therapy.date);
    given.is_some_and(|given| case.in_the_admission_of(Some(&given), &case.as_of.moment()).is_met())
}

impl Judge for InfectionProphylaxis {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let is_ordering = case.hook.is_order();
        let EndedProphylaxis { bacteria, viruses, orders } = if is_ordering {
            case.ended_prophylaxis()
        } else {
            let [bacteria, viruses] = [Against::Bacteria, Against::Viruses].map(|against| !case.prophylaxis(against));
            EndedProphylaxis { bacteria, viruses, orders: Vec::new() }
        };
        let period = case.prophylaxis_period();
        let is_car_t = period.therapy.is_some_and(|therapy| therapy.cells == Cells::CarT);
        // The sources on stem cells name no drugs: another one in use may be the prophylaxis.
        let but_for = |against, lack: Judgement| {
            if is_car_t || lack.is_not_met() { lack } else { lack.and(!case.perhaps_prophylaxis(against)) }
        };
        let therapies = case.cell_therapies();
        Answers {
            history: if is_car_t { &therapies.car_t } else { &therapies.transplantation },
            bacteria: but_for(Against::Bacteria, bacteria),
            viruses: but_for(Against::Viruses, viruses),
            is_ordering,
            drugs: case.prophylaxis_drugs(&orders),
            stops: orders,
            has_started: match period.therapy {
                Some(therapy) if !is_ordering => case.should_have_started(therapy),
                _ => Judgement::met(Vec::new()),
            },
            is_neutropenic: is_car_t && case.neutropenia().is_met(),
            is_on_the_ward: case.hook == Hook::PatientView && is_in_the_admission(case, &period),
            period,
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        // Going home, the card has the therapy and its day already.
        let owner: &[_] = if answers.is_car_t() { &["discharge-after-car-t"] } else { &["discharge-after-ahsct"] };
        let history = answers.period.therapy.map(|therapy| {
            let text = if therapy.cells == Cells::CarT { "criterion-car-t" } else { "criterion-stem-cells" };
            let remark = (therapy.certainty == Certainty::Probable).then_some("remark-infusion-not-recorded");
            must(text, answers.history.clone()).remarking(remark.map(Message::new)).owned_by(owner)
        });
        let within = Message::new("criterion-period").with("period", answers.months());
        let allergy = (!answers.missing_bacteria().is_not_met())
            .then(|| aside("criterion-allergy", answers.drugs.co_trimoxazole.allergy.clone()));
        let period = must(within, answers.period.judgement.clone()).unless_met().owned_by(owner);
        let rows = history.into_iter().chain([period, answers.lack()]);
        all(rows.chain(allergy))
    }

    fn reading(answers: &Answers<'_>, verdict: Verdict) -> Option<Reading> {
        let therapy = answers.period.therapy?;
        let met = verdict == Verdict::Met;
        // Where only data that was not sent decides, the client is told.
        let is_delivery = answers.concern().gaps().iter().all(|gap| gap.kind.is_delivery());
        if verdict == Verdict::NotMet || !met && is_delivery || answers.is_ordering && answers.stops.is_empty() {
            return None;
        }
        let bacteria = answers.missing_bacteria();
        Some(match (therapy.date, bacteria.is_met(), answers.viruses.is_met()) {
            (Some(_), ..) if answers.is_ordering && met => Reading::Stopping,
            _ if answers.is_ordering => Reading::StoppingPerhaps,
            _ if answers.drugs.pregnancy == Verdict::Met && !bacteria.is_not_met() => Reading::Pregnant,
            (Some(_), true, false) if met && answers.is_neutropenic => Reading::Neutropenic,
            (Some(_), true, true) if met && !answers.is_neutropenic => Reading::Both,
            (Some(_), true, false) if met => Reading::Bacteria,
            (Some(_), ..) if met => Reading::Viruses,
            _ if therapy.certainty == Certainty::Probable => Reading::Infusion,
            (Some(_), false, false) if answers.is_on_the_ward => return None,
            (Some(_), false, false) => Reading::Drug,
            (Some(date), ..) if date.exact_day().is_some() => Reading::WhoseCells,
            _ => Reading::Date,
        })
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let car_t = answers.is_car_t();
        let is_allergic = answers.drugs.co_trimoxazole.allergy.is_met();
        let text = match reading {
            Reading::Pregnant => "summary-pregnant",
            Reading::Stopping => "summary-stop",
            Reading::StoppingPerhaps => "summary-stop-unclear",
            Reading::Neutropenic => "summary-neutropenic",
            Reading::Both if car_t && is_allergic => "summary-both-allergy",
            Reading::Both if car_t => "summary-both",
            Reading::Both => "summary-both-stem-cells",
            Reading::Bacteria if car_t && is_allergic => "summary-pneumocystis-allergy",
            Reading::Bacteria if car_t => "summary-pneumocystis",
            Reading::Bacteria => "summary-antibacterial",
            Reading::Viruses => "summary-antiviral",
            Reading::Infusion => "summary-infusion",
            Reading::Drug => "summary-drug",
            Reading::WhoseCells => "summary-cells",
            Reading::Date => "summary-date",
        };
        let is_missed = answers.concern().is_met() && (!answers.is_waiting() || answers.viruses.is_met());
        card(if is_missed { Warning } else { Info }, answers.about(text))
            .lead(answers.drugs_to_choose_from())
            .lead((reading == Reading::WhoseCells).then_some("advice-cells"))
            .lead(answers.cautions())
            .lead(answers.allergies())
            .suggest(answers.suggestions())
            .citing(match (car_t, answers.drugs.co_trimoxazole.allergy.verdict()) {
                (true, _) => const { &[CAR_T_LEAFLET, OUTSIDE] },
                (false, Verdict::NotMet) => const { &[AHSCT_LEAFLET, SLIDES] },
                (false, _) => const { &[AHSCT_LEAFLET, SLIDES, OUTSIDE] },
            })
    }
}

impl Answers<'_> {
    fn is_car_t(&self) -> bool {
        self.period.therapy.is_some_and(|therapy| therapy.cells == Cells::CarT)
    }

    /// Inside the period without prophylaxis.
    fn concern(&self) -> Judgement {
        self.period.judgement.clone().and(self.lack().judgement())
    }

    /// What is missing; of what orders end, only that.
    fn lack(&self) -> Criteria {
        let [bacteria, viruses] = match (self.is_ordering, self.is_car_t()) {
            (true, _) => ["criterion-stop-antibacterial", "criterion-stop-antiviral"],
            (false, true) => ["criterion-no-pneumocystis", "criterion-no-antiviral"],
            (false, false) => ["criterion-no-antibacterial", "criterion-no-antiviral"],
        };
        // What is not due yet is not missing.
        let not_yet = self.has_started.is_not_met();
        let missing = must(bacteria, self.bacteria.clone()).left_out_if(not_yet);
        // What goes without saying is no row.
        let started = (!self.has_started.is_met())
            .then(|| must("criterion-started", self.has_started.clone()).left_out_if(not_yet));
        let bacteria = match started {
            Some(started) => all([missing, started]),
            None => missing,
        };
        let parts = [bacteria, must(viruses, self.viruses.clone())];
        any(parts.into_iter().filter(|lack| !self.is_ordering || !lack.judgement().is_not_met()))
    }

    /// What is against bacteria is missing though it should have started.
    fn missing_bacteria(&self) -> Judgement {
        self.bacteria.clone().and(self.has_started.clone())
    }

    /// What is against bacteria is missing, and co-trimoxazole has to wait for the marrow.
    fn is_waiting(&self) -> bool {
        self.is_neutropenic && !self.is_ordering && self.missing_bacteria().is_met()
    }

    /// How long prophylaxis lasts. Own stem cells or a donor's: what both ask for is sure.
    fn months(&self) -> Arg {
        Arg::Message(match self.period.therapy.map(|therapy| therapy.cells) {
            Some(Cells::CarT) | None => "months-after-car-t",
            Some(Cells::StemCells) if self.concern().is_met() => "months-after-own-cells",
            Some(Cells::OwnStemCells) => "months-after-own-cells",
            Some(Cells::DonorStemCells | Cells::StemCells) => "months-after-donor-cells",
        })
    }

    /// A summary, with everything that it may name.
    fn about(&self, text: &'static str) -> Message {
        let therapy = if self.is_car_t() { "therapy-car-t" } else { "therapy-stem-cells" };
        let mut message = Message::new(text).with("therapy", Arg::Message(therapy)).with("period", self.months());
        if let Some(date) = self.period.therapy.and_then(|therapy| therapy.date) {
            message = message.with("date", date);
        }
        if let Some(until) = self.period.until {
            message = message.with("until", until);
        }
        match self.stops.first() {
            Some(stop) => message.with("drug", stop.concept.text.clone()),
            None => message,
        }
    }

    /// The drugs against what is, or may be, missing.
    fn drugs_to_choose_from(&self) -> impl Iterator<Item = &'static str> {
        let [bacteria, viruses] = if self.is_car_t() {
            ["advice-pneumocystis", "advice-herpes"]
        } else {
            ["advice-antibacterial", "advice-antiviral"]
        };
        // With an allergy, other drugs are named than these.
        let may_be_co_trimoxazole = !self.drugs.co_trimoxazole.allergy.is_met();
        let bacteria = (!self.missing_bacteria().is_not_met() && may_be_co_trimoxazole).then_some(bacteria);
        bacteria.into_iter().chain((!self.viruses.is_not_met()).then_some(viruses))
    }

    /// What to heed in choosing a drug against bacteria.
    fn cautions(&self) -> impl Iterator<Item = &'static str> {
        let allergy = match self.drugs.co_trimoxazole.allergy.verdict() {
            Verdict::Met => Some("advice-allergy"),
            Verdict::Unknown if self.allergies().is_none() => Some("advice-allergy-unknown"),
            Verdict::Unknown | Verdict::NotMet => None,
        };
        let pregnancy = match self.drugs.pregnancy {
            Verdict::Met => Some("advice-pregnancy"),
            Verdict::Unknown => Some("advice-pregnancy-unknown"),
            Verdict::NotMet => None,
        };
        let neutropenic = self.is_waiting().then_some("advice-neutropenic");
        let is_choosing = !self.missing_bacteria().is_not_met();
        [allergy, pregnancy, neutropenic].into_iter().flatten().filter(move |_| is_choosing)
    }

    /// Why a drug that is missing is not drafted, where an allergy is the reason; of co-trimoxazole, what to take instead says
    /// that already.
    fn allergies(&self) -> Option<Message> {
        let ProphylaxisDrugs { co_trimoxazole, alternative, antiviral, .. } = &self.drugs;
        let is_needed = self.concern().is_met();
        let bacteria = is_needed && self.missing_bacteria().is_met() && !self.is_waiting();
        let is_replaced = co_trimoxazole.allergy.is_met();
        let against_bacteria = if is_replaced { alternative } else { co_trimoxazole };
        let missing = [(bacteria, against_bacteria), (is_needed && self.viruses.is_met(), antiviral)];
        missing.into_iter().filter(|(is_missing, _)| *is_missing).find_map(|(_, drug)| drug.caution())
    }

    /// Drafts of what is missing, without a dose.
    fn suggestions(&self) -> impl Iterator<Item = Suggestion> {
        let draft = |is_missing: bool, code: &Option<Coded>, label: &'static str, drug: &'static str| {
            let note = Message::new("note-dose").with("drug", Arg::Message(drug));
            code.clone().filter(|_| is_missing).map(|code| Suggestion::prescribe(label, code).noting(note))
        };
        let is_needed = self.concern().is_met();
        let bacteria = is_needed && self.missing_bacteria().is_met() && !self.is_waiting();
        let viruses = is_needed && self.viruses.is_met();
        let drugs = &self.drugs;
        [
            draft(bacteria, &drugs.co_trimoxazole.code, "suggest-co-trimoxazole", "drug-co-trimoxazole"),
            draft(bacteria, &drugs.alternative.code, "suggest-atovaquone", "drug-atovaquone"),
            draft(viruses, &drugs.antiviral.code, "suggest-valaciclovir", "drug-valaciclovir"),
        ]
        .into_iter()
        .flatten()
    }
}
