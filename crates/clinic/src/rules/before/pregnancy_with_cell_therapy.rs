//! Stem cell transplantation or CAR-T ordered for a patient who is pregnant or breastfeeding, or may be.
//!
//! ## What it flags
//! An order of a stem cell transplantation or CAR-T, or of the drugs that prepare for one (mobilisation, conditioning,
//! lymphodepletion) beside a cell therapy in the same draft orders or open on record.
//!
//! ## Why it matters
//! "Vrouwen die zwanger zijn of borstvoeding geven, kunnen geen stamceltherapie krijgen" (HSCT-037). The CAR-T sources
//! name no such ban, but the labels ask for a negative pregnancy test before treatment (X9).
//!
//! ## When it is met
//! - A cell therapy is ordered.
//! - And the patient is pregnant (problem list, pregnancy status, nl-core-Pregnancy without a value, a due date to come, a
//!   duration that has not run out, a positive test of the last `{pregnancy-test-days}`) or breastfeeding. A later "not
//!   pregnant" or negative test cancels what is older.
//!
//! Transplantation → critical; CAR-T → warning. Recorded pregnancy counts at any age and any administrative gender.
//!
//! ## When it stays quiet
//! A fresh "not pregnant" or negative test; women younger than `{childbearing-from-age}` or older than `{childbearing-to-age}` with
//! nothing current on record; refuted, ended or erroneous records; breastfeeding on the record of a child; hCG levels of a
//! man; chemotherapy or G-CSF without a cell therapy. For a man there is one note on fathering a child (HSCT-038), no test, and
//! none with the lymphodepletion of a CAR-T that was ordered before:
//! for `{no-conception-months-after-transplantation}` after transplantation, a condom for `{condom-months-after-car-t}` after CAR-T.
//!
//! ## When it asks
//! Pregnancy is not excluded in someone who may be pregnant: info, with a pregnancy test as a suggestion. A coded entry that
//! may be a pregnancy of today (its date, its status or its value does not tell): before transplantation a warning. An
//! order without a usable code whose words speak of a cell therapy, or one that can't be read: one level lower, and it
//! says so.
//!
//! ## Where the catalogue is silent
//! - "Not pregnant" and negative tests exclude pregnancy for `{not-pregnant-days}`; a positive test proves it for
//!   `{pregnancy-test-days}`, a record of it holds for `{pregnancy-record-months}`.
//! - Breastfeeding not updated for `{breastfeeding-record-months}` is a question, not a fact.
//! - A record too old to count is a question only at those ages: a pregnancy of 1995 that nobody closed is none at 58.
//!   Who has such a record may be pregnant whatever the gender.
//! - The same day: a pregnancy and its denial contradict each other. A denial without a date cancels nothing; a pregnancy
//!   without a date is in doubt only by a fresh denial.
//! - A raised hCG level (not a pregnancy test) proves pregnancy only where MS is on record and no malignancy is: germ cell
//!   tumours are treated by transplantation, too, and the chart does not see them.
//! - nl-core-Pregnancy as published has no date: without one it is a pregnancy of today, unless the due date on record has passed
//!   by more than `{days-past-due-date}`. A due date of the last `{days-past-due-date}` is a question; an older one says nothing.
//! - The word "positive" as the value of a pregnancy test counts, "yes" as the answer to the pregnancy status, and "pregnancy" as
//!   the whole name of a problem; "negative" and "no" in words are a question, they never exclude.
//! - Data that was not delivered could hold a later denial: the verdict is unknown then, the card as urgent as before.
//! - Whether an order is a cell therapy at all may be open (serviceRequests that were not sent, an order without words): with
//!   nothing that speaks for one, missing pregnancy data is not asked for, and for a man the note stays open.
//! - Two therapies at once: the stricter one decides. G-CSF and antithymocyte globulin prepare for transplantation only.
//!
//! ## Sources
//! HSCT-037, HSCT-038, HSCT-058, CART-053; conflict X9. Ages and windows are inference.

use crate::Indicator::{self, Critical, Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::everyone;
use crate::criteria::{Criteria, all, any, must};
use crate::documents::{self, Citation};
use crate::message::{Arg, Message};
use crate::numbers;
use crate::questions::Case;
use crate::questions::reproduction::childbearing::Childbearing;
use crate::questions::reproduction::pregnancy::{Outlook, Status};
use crate::questions::therapy::plan::{Pathway, PathwayOrders};
use crate::rule::{Judge, Rule, judge};
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "pregnancy-with-cell-therapy",
    file: file!(),
    topic: "pregnancyWithCellTherapy",
    version: 3,
    reviewed: "2026-11-30",
    citations: &[
        Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-037", "HSCT-038"] },
        Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-058"] },
        Citation { document: &documents::CAR_T_LABELS, statements: &[] },
        Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-053"] },
    ],
    override_reasons: &[
        "not-pregnant-confirmed",
        "patient-informed-accepts-risk",
        "life-threatening-emergency",
        "other",
    ],
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::ServiceRequests,
        Source::Observations,
    ],
    observations: &[
        ValueSet::PREGNANCY_STATUS,
        ValueSet::PREGNANCY_FINDING,
        ValueSet::PREGNANCY_DUE_DATE,
        ValueSet::PREGNANCY_DURATION,
        ValueSet::HCG_PREGNANCY_TEST,
        ValueSet::HCG_LEVEL,
        ValueSet::BREASTFEEDING_STATUS,
    ],
    numbers: &[
        &numbers::PREGNANCY_TEST_DAYS,
        &numbers::NOT_PREGNANT_DAYS,
        &numbers::PREGNANCY_RECORD_MONTHS,
        &numbers::DAYS_PAST_DUE_DATE,
        &numbers::BREASTFEEDING_RECORD_MONTHS,
        &numbers::CHILDBEARING_FROM_AGE,
        &numbers::CHILDBEARING_TO_AGE,
        &numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION,
        &numbers::CONDOM_MONTHS_AFTER_CAR_T,
    ],
    concerns: everyone,
    judge: judge::<PregnancyWithCellTherapy>,
};

/// The sources on transplantation, and those on CAR-T.
const SOURCES: (&[Citation], &[Citation]) = RULE.citations.split_at(2);

/// The four functions of the rule.
pub struct PregnancyWithCellTherapy;

/// What the rule rests on.
pub struct Answers<'c> {
    orders: PathwayOrders<'c>,
    pregnancy: Status,
    breastfeeding: Status,
    /// Male by administrative gender, and no boy as far as is known.
    is_man: bool,
    /// Only drugs that prepare for CAR-T are drafted, and CAR-T itself was ordered before: it was said then.
    was_told: bool,
    /// The pregnancy test to order, unless it is drafted already.
    test: Option<Coded>,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Pregnant according to the record.
    Pregnant(Pathway),
    /// Breastfeeding according to the record.
    Breastfeeding(Pathway),
    /// One of these, and an order that only its words call a cell therapy.
    OrderInWords,
    /// One of these, and an order that can't be read.
    OrderUnreadable,
    /// Not known to be free of pregnancy.
    TestFirst(Pathway),
    /// Not known whether breastfeeding.
    BreastfeedingUnclear(Pathway),
    /// A man: no fathering.
    ForAMan(Pathway),
}

impl Judge for PregnancyWithCellTherapy {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let is_drafted = case.orders.iter().any(|order| order.concept.has(ValueSet::HCG_PREGNANCY_TEST));
        Answers {
            was_told: case.only_prepares_for_ordered_car_t(),
            orders: case.cell_therapy_orders(),
            pregnancy: case.pregnancy(),
            breastfeeding: case.breastfeeding(),
            is_man: case.childbearing() == Some(Childbearing::Fathering),
            test: case.code_of(ValueSet::HCG_PREGNANCY_TEST).filter(|_| !is_drafted),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let ordered = must("criterion-order", answers.orders.judgement.clone());
        if answers.is_order_asked_first() {
            return ordered;
        }
        all([
            ordered,
            any([
                answers.row("criterion-pregnant", &answers.pregnancy),
                answers.row("criterion-breastfeeding", &answers.breastfeeding),
            ]),
        ])
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        let orders = &answers.orders;
        let pregnancy = answers.pregnancy.outlook;
        match (pregnancy.max(answers.breastfeeding.outlook), orders.pathway()) {
            (Outlook::OnRecord, Some(pathway)) if pregnancy == Outlook::OnRecord => Some(Reading::Pregnant(pathway)),
            (Outlook::OnRecord, Some(pathway)) => Some(Reading::Breastfeeding(pathway)),
            (Outlook::OnRecord, None) if !orders.named.is_empty() => Some(Reading::OrderInWords),
            (Outlook::OnRecord, None) if !orders.unreadable.is_empty() => Some(Reading::OrderUnreadable),
            (Outlook::OnRecord, None) => None,
            (Outlook::Open | Outlook::Doubtful, pathway) => {
                let pathway = pathway.or(orders.named.first().map(|named| named.pathway))?;
                let is_pregnancy_open = pregnancy >= answers.breastfeeding.outlook;
                Some(if is_pregnancy_open { Reading::TestFirst } else { Reading::BreastfeedingUnclear }(pathway))
            }
            (Outlook::Clear, pathway) => pathway.filter(|_| answers.is_man && !answers.was_told).map(Reading::ForAMan),
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        use Pathway::{CarT, Transplantation};
        let test = answers.test.clone().map(|code| Suggestion::order("suggest-test", code));
        let removals = || answers.removals();
        let card = match reading {
            Reading::Pregnant(Transplantation) => {
                card(Critical, "summary-pregnant-transplantation").lead(["advice-transplantation"]).suggest(removals())
            }
            Reading::Breastfeeding(Transplantation) => card(Critical, "summary-breastfeeding-transplantation")
                .lead(["advice-transplantation"])
                .suggest(removals()),
            Reading::Pregnant(CarT) => card(Warning, "summary-pregnant-car-t").lead(["advice-car-t-pregnant"]),
            Reading::Breastfeeding(CarT) => {
                card(Warning, "summary-breastfeeding-car-t").lead(["advice-car-t-breastfeeding"])
            }
            Reading::OrderInWords => card(Warning, answers.order_in_words()).lead(["advice-check-order"]),
            Reading::OrderUnreadable => card(Warning, "summary-unreadable").lead(["advice-check-order"]),
            Reading::TestFirst(pathway) => question("summary-test-first", pathway, answers.how_urgent(pathway)),
            Reading::BreastfeedingUnclear(pathway) => {
                question("summary-breastfeeding-open", pathway, answers.how_urgent(pathway))
            }
            Reading::ForAMan(Transplantation) => card(Info, "summary-man-transplantation").overridden_for(&[]),
            Reading::ForAMan(CarT) => card(Info, "summary-man-car-t").overridden_for(&[]),
        };
        // A test where it is missing, or, before CAR-T, where it may refute the record.
        let is_answered = answers.pregnancy.outlook == Outlook::Clear;
        let is_worth_a_test = !is_answered && reading != Reading::Pregnant(Transplantation);
        card.suggest(test.filter(|_| is_worth_a_test)).citing(match reading.pathway() {
            Some(Transplantation) => SOURCES.0,
            Some(CarT) => SOURCES.1,
            None => RULE.citations,
        })
    }
}

impl Reading {
    /// The therapy that the card speaks of.
    fn pathway(self) -> Option<Pathway> {
        match self {
            Self::Pregnant(pathway)
            | Self::Breastfeeding(pathway)
            | Self::TestFirst(pathway)
            | Self::BreastfeedingUnclear(pathway)
            | Self::ForAMan(pathway) => Some(pathway),
            Self::OrderInWords | Self::OrderUnreadable => None,
        }
    }
}

impl Answers<'_> {
    /// Whether a cell therapy is ordered at all can't be told, and nothing speaks for one: what is missing about pregnancy is
    /// no matter yet. A known no decides all the same, except for a man, for whom the note depends on the order.
    fn is_order_asked_first(&self) -> bool {
        let is_settled = self.pregnancy.judgement.is_not_met() && self.breastfeeding.judgement.is_not_met();
        let has_card = PregnancyWithCellTherapy::reading(self, Verdict::Unknown).is_some();
        self.orders.judgement.is_unknown() && !has_card && (self.is_man || !is_settled)
    }

    /// One of the two states. A man's note is not about them.
    fn row(&self, text: &'static str, status: &Status) -> Criteria {
        let is_unseen = status.outlook == Outlook::OnRecord && status.shown.is_unknown();
        let is_note = self.pregnancy.outlook.max(self.breastfeeding.outlook) == Outlook::Clear;
        must(text, status.judgement.clone())
            .showing(Some(status.shown.clone()))
            .remarking(is_unseen.then(|| Message::new("remark-unseen")))
            .left_out_if(is_note && status.shown.is_not_met())
    }

    /// How urgent the question is: an entry that may be one of what rules the therapy out is more than none at all.
    fn how_urgent(&self, pathway: Pathway) -> Indicator {
        let is_doubtful = self.pregnancy.outlook.max(self.breastfeeding.outlook) == Outlook::Doubtful;
        if is_doubtful && pathway == Pathway::Transplantation { Warning } else { Info }
    }

    fn order_in_words(&self) -> Message {
        let name = self.orders.named.first().map(|named| named.order.concept.text.clone());
        Message::new("summary-named").with("order", name.unwrap_or_default())
    }

    /// Take the orders of the cell therapy out, where they have an id to take them out by.
    fn removals(&self) -> Vec<Suggestion> {
        let orders = self.orders.known.iter().map(|known| known.order);
        let remove = orders.filter_map(|order| {
            let label = Message::new("suggest-remove").with("order", order.concept.text.clone());
            Some(Suggestion::remove(label, order.address()?))
        });
        remove.collect()
    }
}

/// Not known, and worth a question.
fn question(summary: &'static str, pathway: Pathway, indicator: Indicator) -> CardFacts {
    let (therapy, advice, context) = match pathway {
        Pathway::Transplantation => ("therapy-transplantation", None, "context-no-conception"),
        Pathway::CarT => ("therapy-car-t", Some("advice-ask-car-t"), "context-condom"),
    };
    card(indicator, Message::new(summary).with("therapy", Arg::Message(therapy))).lead(advice).context([context])
}
