//! Red cells, platelets or granulocytes ordered without irradiation for a patient who has hardly any T cells, or soon will.
//!
//! ## What it flags
//! A draft of red cells, platelets or granulocytes that does not ask for irradiation, around CAR-T or a stem cell
//! transplantation, or after a drug that takes the T cells away.
//!
//! ## Why it matters
//! Living lymphocytes of the blood donor can settle in a patient without T cells and attack skin, gut, liver and marrow:
//! transfusion-associated graft-versus-host disease, which most patients don't survive. Irradiation prevents it. Around the
//! collection of cells, lymphocytes of a blood donor would be collected, too. Transfusions are common here (CART-028, HSCT-027).
//!
//! ## When it is met
//! - The order names such a product by a code, and no code of the order asks for irradiation.
//! - And, on the day for which it is planned, else today, one of these holds: warning.
//!   - CAR-T no more than `{irradiated-blood-days-after-car-t}` ago; own stem cells no more than
//!     `{irradiated-blood-months-after-own-cells}`, donor cells no more than `{irradiated-blood-months-after-donor-cells}`:
//!     the last day counts.
//!   - CAR-T is planned, and its leukapheresis is done, or at most `{irradiated-blood-days-before-leukapheresis}` ahead.
//!   - Stem cells are to be collected within `{irradiated-blood-days-before-harvest}`; or a transplantation is planned, and its
//!     conditioning has begun by the days of its drugs, else by `{conditioning-days}` before the cells.
//!   - Fludarabine, cladribine, pentostatin, clofarabine, bendamustine, antithymocyte globulin or alemtuzumab: drafted, in use,
//!     or last used no more than `{irradiated-blood-months-after-drug}` ago.
//!
//! ## When it stays quiet
//! Plasma, albumin, immunoglobulin, clotting factors; irradiation stated by a code of the product or of the order's details. A day
//! later than every limit. Blood tests. A transplantation of anything but stem cells. An order with irradiation in its words or
//! notes makes no card, and stays unknown.
//!
//! ## When it asks
//! - The product stands in the order by its words only: the same warning, with the words.
//! - A date is missing or coarse (infusion, collection, last dose), or it is not recorded whose stem cells were given: info.
//! - Only an order of the therapy is marked completed, its infusion is not recorded: info.
//!
//! ## Where the catalogue is silent
//! - No standard code of these products was found that is good enough. The project has codes of its own, to which a hospital
//!   maps its products; a product that only words name is asked about. A code of SNOMED CT or another system that no value set
//!   has, without words that say so, is taken for something else.
//! - The catalogue ends the time after own stem cells at three months (Austrian guideline: six after irradiation of the whole
//!   body), after donor cells at six at least. The Dutch guideline, found since, says six months and a year, and is the
//!   standard here: it covers irradiation of the whole body, which has no code. A hospital can set the shorter times.
//! - How long after the drugs differs: six months in the Dutch guideline, during treatment only in the Austrian one, for ever in
//!   others. The number is inference, and the card says that it differs.
//! - Between the collection and the conditioning nothing is asked but by the drugs.
//! - A drug that is only prescribed counts as used. Drugs without a usable code leave it open, without a card.
//! - Nothing changes the order itself: a whole order can't be rewritten from what was read of it. The suggestion drafts a
//!   request to the blood bank.
//! - CAR-T of a donor needs no leukapheresis of the patient; its lymphodepletion counts as a drug.
//!
//! ## Sources
//! CART-028, HSCT-027; EHA/EBMT consensus on haematotoxicity after CAR-T (Blood 2023, table), PMC10867419 table 7; Dutch
//! guideline on blood transfusion; Austrian list of indications. Read as excerpts of stored copies; the British guideline of 2020
//! could not be read.

use cellwise_record::{GapKind, Judgement, Moment, Source, Verdict};

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::everyone;
use crate::criteria::{Criteria, all, any_told, must};
use crate::documents::{self, Citation};
use crate::message::{Arg, Message};
use crate::numbers;
use crate::questions::Case;
use crate::questions::blood::irradiation::Irradiation;
use crate::questions::blood::transfusion::{BloodProduct, DraftedBloodProduct};
use crate::questions::therapy::cell_therapy::{CellTherapy, Cells};
use crate::questions::therapy::history::Certainty;
use crate::rule::{Judge, Rule, judge};

const CONSENSUS: Citation = Citation { document: &documents::ICAHT_MANAGEMENT, statements: &[] };
const DUTCH: Citation = Citation { document: &documents::DUTCH_TRANSFUSION, statements: &[] };
const AUSTRIAN: Citation = Citation { document: &documents::AUSTRIAN_TRANSFUSION, statements: &[] };
const CAR_T_LEAFLET: Citation = Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-028"] };
const AHSCT_LEAFLET: Citation = Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-027"] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "irradiated-blood-products",
    file: file!(),
    topic: "irradiatedBloodProducts",
    version: 1,
    reviewed: "2026-11-30",
    citations: &[CONSENSUS, DUTCH, AUSTRIAN, CAR_T_LEAFLET, AHSCT_LEAFLET],
    override_reasons: &["arranged-elsewhere", "life-threatening-emergency", "local-protocol", "data-outdated", "other"],
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
    numbers: &[
        &numbers::IRRADIATED_BLOOD_DAYS_AFTER_CAR_T,
        &numbers::IRRADIATED_BLOOD_MONTHS_AFTER_OWN_CELLS,
        &numbers::IRRADIATED_BLOOD_MONTHS_AFTER_DONOR_CELLS,
        &numbers::IRRADIATED_BLOOD_DAYS_BEFORE_LEUKAPHERESIS,
        &numbers::IRRADIATED_BLOOD_DAYS_BEFORE_HARVEST,
        &numbers::IRRADIATED_BLOOD_MONTHS_AFTER_DRUG,
        &numbers::CONDITIONING_DAYS,
        &numbers::BRIDGING_AFTER_DAYS,
        &numbers::SHORTEST_LYMPHODEPLETION_INTERVAL_DAYS,
    ],
    concerns: everyone,
    judge: judge::<IrradiatedBloodProducts>,
};

/// The four functions of the rule.
pub struct IrradiatedBloodProducts;

/// What the rule rests on.
pub struct Answers<'c> {
    /// The products to speak of: those without irradiation; when there are none, the others.
    products: Vec<DraftedBloodProduct<'c>>,
    /// Why, on the first day for which one of them is planned.
    why: Option<Irradiation<'c>>,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// After a cell therapy.
    After,
    /// After a cell therapy of which only the order is recorded.
    Probable,
    /// Before CAR-T.
    BeforeCarT,
    /// Before stem cells.
    BeforeStemCells,
    /// During such a drug, or after it.
    Drug,
    /// A date does not tell.
    Date,
}

impl Judge for IrradiatedBloodProducts {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let mut products = case.drafted_blood_products();
        if products.iter().any(is_spoken) {
            products.retain(is_spoken);
        }
        products.sort_by_key(|of| (of.product, of.day.first));
        Answers { why: products.first().map(|first| case.irradiation(&first.day)), products }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let none = || Judgement::not_met(Vec::new());
        let product = answers.products.iter().map(DraftedBloodProduct::is_with_cells).reduce(Judgement::or);
        let irradiated = answers.products.iter().map(DraftedBloodProduct::is_irradiated).reduce(Judgement::and);
        let ordered = must("criterion-product", product.unwrap_or_else(none));
        let Some(why) = &answers.why else { return ordered };
        let [after, car_t, stem_cells, drug] = why.reasons();
        let remark = answers.probable().map(|_| Message::new("remark-infusion-not-recorded"));
        let is_any_met = why.reasons().iter().any(|reason| reason.is_met());
        let row = |text, answer: &Judgement| {
            must(text, answer.clone()).unless_not_met().left_out_if(is_any_met && answer.is_unknown())
        };
        let rows = [
            row("criterion-after", after).remarking(remark),
            row("criterion-before-car-t", car_t),
            row("criterion-before-stem-cells", stem_cells),
            row("criterion-drug", drug),
        ];
        let hidden = why.reasons().into_iter().flat_map(Judgement::gaps).filter(|gap| gap.kind.is_delivery());
        let hidden = Judgement::found(Vec::new(), hidden.cloned().collect());
        all([
            ordered,
            must("criterion-not-irradiated", !irradiated.unwrap_or_else(none)),
            any_told(rows, must("criterion-hidden", hidden).left_out_if(is_any_met)),
        ])
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        answers.products.first().filter(|first| is_spoken(first))?;
        let why = answers.why.as_ref()?;
        let [after, car_t, stem_cells, drug] = why.reasons().map(Judgement::is_met);
        let is_probable = answers.probable().is_some();
        Some(match (after, car_t, stem_cells, drug) {
            (true, ..) if !is_probable => Reading::After,
            (_, true, ..) => Reading::BeforeCarT,
            (_, _, true, _) => Reading::BeforeStemCells,
            (.., true) => Reading::Drug,
            (true, ..) => Reading::Probable,
            _ => {
                let is_open = why.is_named || why.reasons().into_iter().any(is_worth_asking);
                return is_open.then_some(Reading::Date);
            }
        })
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let text = match reading {
            Reading::After => "summary-after",
            Reading::Probable => "summary-probable",
            Reading::BeforeCarT => "summary-before-car-t",
            Reading::BeforeStemCells => "summary-before-stem-cells",
            Reading::Drug if answers.until(reading).is_some() => "summary-drug",
            Reading::Drug => "summary-drug-ongoing",
            Reading::Date => "summary-date",
        };
        let indicator = match reading {
            // Where data is missing, the infusion may well be recorded: nothing is lowered.
            Reading::Probable if answers.why.as_ref().is_some_and(|why| !why.may_be_hidden) => Info,
            Reading::Date => Info,
            _ => Warning,
        };
        let cells = answers.therapy().map(|(therapy, _)| therapy.cells);
        let advice = match (reading, cells) {
            (Reading::BeforeCarT, _) | (Reading::After | Reading::Probable, Some(Cells::CarT)) => vec!["advice-car-t"],
            (Reading::BeforeStemCells | Reading::After | Reading::Probable, _) => vec!["advice-stem-cells"],
            (Reading::Drug, _) => vec!["advice-drug"],
            (Reading::Date, _) => answers.open_advice(),
        };
        let citations: &'static [Citation] = match advice.as_slice() {
            ["advice-car-t"] => const { &[CONSENSUS, CAR_T_LEAFLET] },
            ["advice-stem-cells"] => const { &[DUTCH, AUSTRIAN, AHSCT_LEAFLET] },
            ["advice-drug"] => const { &[DUTCH, AUSTRIAN] },
            _ => RULE.citations,
        };
        card(indicator, answers.about(reading, text))
            .lead(["advice-harm"])
            .lead(advice)
            .suggest((reading != Reading::Date).then(|| answers.request(reading)))
            .citing(citations)
    }
}

impl Answers<'_> {
    /// The cell therapy to speak of, with the last day.
    fn therapy(&self) -> Option<(&CellTherapy, Moment)> {
        self.why.as_ref()?.therapy
    }

    /// The cell therapy to speak of, where only its order is recorded.
    fn probable(&self) -> Option<&CellTherapy> {
        let (therapy, _) = self.therapy()?;
        (therapy.certainty == Certainty::Probable).then_some(therapy)
    }

    /// How long irradiation is needed for each reason that is open.
    fn open_advice(&self) -> Vec<&'static str> {
        let Some(why) = &self.why else { return Vec::new() };
        let is_car_t = self.therapy().is_some_and(|(therapy, _)| therapy.cells == Cells::CarT);
        let (of_car_t, of_stem_cells) = (why.after.is_unknown() && is_car_t, why.after.is_unknown() && !is_car_t);
        let open = [
            ("advice-car-t", of_car_t || is_worth_asking(&why.before_car_t)),
            ("advice-stem-cells", of_stem_cells && why.therapy.is_some() || is_worth_asking(&why.before_stem_cells)),
            ("advice-drug", is_worth_asking(&why.drug)),
        ];
        let open: Vec<&str> = open.into_iter().filter(|(_, is_open)| *is_open).map(|(text, _)| text).collect();
        // Words alone may speak of any of them.
        if open.is_empty() { vec!["advice-car-t", "advice-stem-cells", "advice-drug"] } else { open }
    }

    /// The last day on which irradiation is needed, where the card knows one.
    fn until(&self, reading: Reading) -> Option<Moment> {
        match reading {
            Reading::After | Reading::Probable => {
                self.therapy().filter(|(therapy, _)| therapy.date.is_some()).map(|(_, until)| until)
            }
            Reading::Drug => self.why.as_ref()?.used.as_ref()?.1,
            Reading::BeforeCarT | Reading::BeforeStemCells | Reading::Date => None,
        }
    }

    /// A summary, with everything that it may name.
    fn about(&self, reading: Reading, text: &'static str) -> Message {
        let product = self.products.first().map(|first| first.order.concept.text.clone()).unwrap_or_default();
        let mut message = Message::new(text).with("product", product);
        if let Some((therapy, _)) = self.therapy() {
            let name = if therapy.cells == Cells::CarT { "therapy-car-t" } else { "therapy-stem-cells" };
            message = message.with("therapy", Arg::Message(name));
        }
        if let Some((drug, _)) = self.why.as_ref().and_then(|why| why.used.clone()) {
            message = message.with("drug", drug);
        }
        match self.until(reading) {
            Some(until) => message.with("until", until),
            None => message,
        }
    }

    /// The request to the blood bank.
    fn request(&self, reading: Reading) -> Suggestion {
        let suggestion = Suggestion::order_in_words("suggest-irradiation");
        match self.until(reading) {
            Some(until) => suggestion.noting(Message::new("note-until").with("until", until)),
            None => suggestion,
        }
    }
}

/// Whether the card speaks of a product: it is one by its code or its words, and nothing asks for irradiation.
fn is_spoken(of: &DraftedBloodProduct<'_>) -> bool {
    of.product != BloodProduct::Vague && of.irradiated == Verdict::NotMet
}

/// Whether a reason is open for something that a person can look up: not for data that was not sent, nor for entries without a
/// usable code, which nearly every record has.
fn is_worth_asking(reason: &Judgement) -> bool {
    let kinds = [GapKind::ImpreciseDate, GapKind::NotRecorded, GapKind::Conflicting];
    kinds.into_iter().any(|kind| reason.has_gap(kind))
}
