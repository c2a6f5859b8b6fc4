//! What the server knows: one clinical rule per file of `src/rules/`, and nothing else in that folder.
//!
//! A rule is a pure function of a chart. It yields facts and message ids ([`Finding`]), never sentences: the words are in
//! `cds-hooks/texts/<language>/<rule>.ftl`. Its numbers are named, cited defaults ([`Number`]) that a hospital can change.

pub mod ahsct_eligibility;
pub mod ahsct_regimen_dose;
pub mod car_t_eligibility;
pub mod car_t_precautions;
pub mod conception_after_cell_therapy;
pub mod corticosteroid_after_car_t;
pub mod cytopenia_after_cell_therapy;
pub mod discharge_after_ahsct;
pub mod discharge_after_car_t;
pub mod dmso_allergy;
pub mod donation_after_car_t;
pub mod driving_after_car_t;
pub mod fertility_preservation;
pub mod fever_after_cell_therapy;
pub mod immunoglobulin_after_car_t;
pub mod infection_prophylaxis;
pub mod live_vaccine_after_cell_therapy;
pub mod lymphodepletion_sequence;
pub mod possible_crs;
pub mod possible_icans;
pub mod pregnancy_with_cell_therapy;
pub mod stem_cell_harvest;
pub mod urgent_symptoms_after_car_t;

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::chart::Chart;
use crate::chart::date::Moment;
use crate::chart::source::Source;
use crate::indications::Indications;
use crate::policy::Policy;
use crate::terminology::{Terminology, ValueSet};
use crate::verdict::{Gap, Judgement, Verdict};

pub use crate::documents::{self, Citation, Document};
pub use crate::message::{Arg, Message};

/// Every rule, sorted by id. One line per rule.
pub const ALL: &[&Rule] = &[
    &ahsct_eligibility::RULE,
    &ahsct_regimen_dose::RULE,
    &car_t_eligibility::RULE,
    &car_t_precautions::RULE,
    &conception_after_cell_therapy::RULE,
    &corticosteroid_after_car_t::RULE,
    &cytopenia_after_cell_therapy::RULE,
    &discharge_after_ahsct::RULE,
    &discharge_after_car_t::RULE,
    &dmso_allergy::RULE,
    &donation_after_car_t::RULE,
    &driving_after_car_t::RULE,
    &fertility_preservation::RULE,
    &fever_after_cell_therapy::RULE,
    &immunoglobulin_after_car_t::RULE,
    &infection_prophylaxis::RULE,
    &live_vaccine_after_cell_therapy::RULE,
    &lymphodepletion_sequence::RULE,
    &possible_crs::RULE,
    &possible_icans::RULE,
    &pregnancy_with_cell_therapy::RULE,
    &stem_cell_harvest::RULE,
    &urgent_symptoms_after_car_t::RULE,
];

/// The hint lists of `fhir-profiles/text-hints.json` that code asks for.
pub const HINTS: &[&str] = &[
    "corticosteroid",
    "car-t",
    "stem-cell-transplantation",
    "donation",
    "driving",
    "route-systemic",
    "route-local",
    "form-systemic",
    "form-local",
    "diagnosis",
    "pregnancy",
    "corticosteroid-exception",
    "receives-material",
    "blood-culture",
    "urine-culture",
    "chest-x-ray",
    "vaccine",
    "infection-prophylaxis",
    "neurotoxicity",
    "call-card",
    "other-conditioning",
    "dimethyl-sulfoxide",
    "fertility",
];

/// A named number with its source: a default that a hospital can change, with its own citation.
#[derive(Debug)]
pub struct Number {
    /// Name, unique within the rule (`minimum-therapy-months`).
    pub id: &'static str,
    /// The value from the source.
    pub default: f64,
    /// The least and the greatest value that a hospital may put in its place; beyond them it is a slip.
    pub within: (f64, f64),
    /// Unit, UCUM (`mo`, `d`, `a`, `Cel`, `mg/kg`), or `1`. Counts and spans of time are whole numbers.
    pub unit: &'static str,
    /// Statement id or document that says so; `inference` where no source gives a number.
    pub citation: &'static str,
}

impl Number {
    /// A value as JSON: whole numbers without a fraction.
    #[must_use]
    pub fn json(value: f64) -> serde_json::Value {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
        if value.fract() == 0.0 && value.abs() < 1e9 {
            return serde_json::Value::from(value as i64);
        }
        serde_json::Value::from(value)
    }

    /// Whether only whole numbers make sense: spans of time, ages, grades.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self.unit, "h" | "d" | "wk" | "mo" | "a" | "1")
    }
}

/// A rule: what it is, what it needs, and how it judges.
#[derive(Debug)]
pub struct Rule {
    /// Stable id, kebab-case, equal to the file name.
    pub id: &'static str,
    /// Stable topic code of its cards: the id in lowerCamelCase, letters and digits only (Epic takes nothing else), so that
    /// an override can be attached to it.
    pub topic: &'static str,
    /// Version; every change of criteria raises it.
    pub version: u32,
    /// When a person last compared it with its sources.
    pub reviewed: &'static str,
    /// Sources, the leading one first: it becomes `card.source`.
    pub citations: &'static [Citation],
    /// The data it needs.
    pub needs: &'static [Source],
    /// The observations it reads; the prefetch template of every service that runs it asks for all of them.
    pub observations: &'static [ValueSet],
    /// Its numbers.
    pub numbers: &'static [&'static Number],
    /// How it judges.
    pub judge: fn(&Question<'_>) -> Finding,
}

/// How many months a review of a rule holds: then a person compares it with its sources again.
pub const REVIEW_MONTHS: i32 = 12;

impl Rule {
    /// From this day on the rule should have been compared with its sources again.
    #[must_use]
    pub fn review_by(&self) -> Option<Moment> {
        Moment::parse(self.reviewed).map(|reviewed| reviewed.plus_months(REVIEW_MONTHS))
    }
}

/// The hooks that rules are asked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hook {
    /// A chart is opened.
    PatientView,
    /// Orders are picked.
    OrderSelect,
    /// Orders are about to be signed.
    OrderSign,
    /// An encounter starts.
    EncounterStart,
    /// A patient goes home.
    EncounterDischarge,
    /// Appointments are booked.
    AppointmentBook,
}

impl Hook {
    /// Every hook.
    pub const ALL: [Self; 6] = [
        Self::PatientView,
        Self::OrderSelect,
        Self::OrderSign,
        Self::EncounterStart,
        Self::EncounterDischarge,
        Self::AppointmentBook,
    ];

    /// The hook's name in CDS Hooks.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PatientView => "patient-view",
            Self::OrderSelect => "order-select",
            Self::OrderSign => "order-sign",
            Self::EncounterStart => "encounter-start",
            Self::EncounterDischarge => "encounter-discharge",
            Self::AppointmentBook => "appointment-book",
        }
    }

    /// The hook with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.name() == name)
    }

    /// Whether it is about draft orders.
    #[must_use]
    pub fn is_order(self) -> bool {
        matches!(self, Self::OrderSelect | Self::OrderSign)
    }
}

/// What a rule is asked: a chart, at a hook, under a policy.
pub struct Question<'q> {
    /// The rule's own metadata.
    pub rule: &'static Rule,
    /// The patient.
    pub chart: &'q Chart,
    /// When it is asked.
    pub hook: Hook,
    /// Every rule of this call, this one included: a fact that two of them could show belongs to one.
    pub asked: &'q [&'static Rule],
    /// Local numbers.
    pub policy: &'q Policy,
    /// The value sets, for codes of suggestions and for hints.
    pub terminology: &'q Terminology,
    /// What the label of each CAR-T product asks for.
    pub indications: &'q Indications,
    /// The local numbers of other rules that were asked for, as (rule, number): the card names them.
    pub borrowed: RefCell<BTreeSet<(&'static str, &'static str)>>,
}

impl Question<'_> {
    /// The value of a number: local policy, else the default.
    #[must_use]
    pub fn number(&self, number: &Number) -> f64 {
        self.policy.value(self.rule.id, number.id).unwrap_or(number.default)
    }

    /// The value of a number that is whole ([`Number::is_whole`]): days, months, years, grades.
    #[must_use]
    pub fn whole(&self, number: &Number) -> i32 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "within the number's range, which is checked when it is set"
        )]
        let whole = self.number(number).round() as i32;
        whole
    }

    /// The value of a number of another rule, local policy included: a limit that two rules share stands in one of them.
    /// 0 when there is no such number, which the tests of both rules would show.
    #[must_use]
    pub fn number_of(&self, rule: &str, number: &str) -> f64 {
        if let Some(local) = self.policy.of(rule).find(|local| local.number.id == number) {
            self.borrowed.borrow_mut().insert((local.rule.id, local.number.id));
            return local.value;
        }
        let of_rule = ALL.iter().filter(|of| of.id == rule).flat_map(|of| of.numbers);
        of_rule.copied().find(|of| of.id == number).map_or(0.0, |of| of.default)
    }

    /// The same for a number that is whole.
    #[must_use]
    pub fn whole_of(&self, rule: &str, number: &str) -> i32 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "within the number's range, which is checked when it is set"
        )]
        let whole = self.number_of(rule, number).round() as i32;
        whole
    }

    /// Whether another rule is asked in the same call. A rule that a hospital has switched off is not.
    #[must_use]
    pub fn also_asks(&self, rule: &str) -> bool {
        self.asked.iter().any(|asked| asked.id == rule)
    }
}

/// How urgent a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Indicator {
    /// Harm is near: may interrupt.
    Critical,
    /// Something is wrong or missing.
    Warning,
    /// Good to know.
    Info,
}

/// One row of a card's table.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// What is asked. The message's id names the criterion in the machine-readable part, too.
    pub text: Message,
    /// The answer.
    pub judgement: Judgement,
    /// A remark shown with the evidence (`prescribed, not recorded as given`), in the rule's words.
    pub remark: Option<Message>,
    /// The rules whose own card shows this fact: while one of them has a card in the same response, the row is left out.
    pub owners: &'static [&'static str],
}

impl Criterion {
    /// A row without a remark.
    #[must_use]
    pub fn new(text: Message, judgement: Judgement) -> Self {
        Self { text, judgement, remark: None, owners: &[] }
    }

    /// Adds a remark.
    #[must_use]
    pub fn remarking(mut self, remark: Message) -> Self {
        self.remark = Some(remark);
        self
    }

    /// Leaves the row out while one of these rules has a card in the same response.
    #[must_use]
    pub fn owned_by(mut self, owners: &'static [&'static str]) -> Self {
        self.owners = owners;
        self
    }
}

/// What a suggestion proposes to do.
#[derive(Clone, Debug)]
pub enum Proposal {
    /// Draft a ServiceRequest for something with this code; without a code, the label is the text.
    Service {
        /// Code, if a value set has one.
        code: Option<crate::terminology::Coded>,
        /// Why: references of the patient's conditions.
        reasons: Vec<String>,
    },
    /// Draft a MedicationRequest without a dose.
    Medication {
        /// The drug.
        code: crate::terminology::Coded,
    },
    /// Take a draft order out.
    Remove {
        /// `Type/id` of the draft order.
        reference: String,
    },
}

/// A suggestion: one action, as Epic accepts it.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// What the button says; also the description of the action.
    pub label: Message,
    /// What it does.
    pub proposal: Proposal,
    /// A note written into the drafted resource (`dose per local protocol`), if any.
    pub note: Option<Message>,
}

/// The facts of a card. Words are added later, per language.
#[derive(Clone, Debug)]
pub struct CardFacts {
    /// How urgent.
    pub indicator: Indicator,
    /// At most 139 characters in every language: what, and what to do.
    pub summary: Message,
    /// Paragraphs before the table.
    pub lead: Vec<Message>,
    /// Lines after the table: context, never criteria.
    pub context: Vec<Message>,
    /// Suggestions.
    pub suggestions: Vec<Suggestion>,
    /// Override reasons: codes of the project CodeSystem.
    pub override_reasons: &'static [&'static str],
    /// What this card rests on, the leading source first: the rule's citations, or those of them that apply.
    pub citations: &'static [Citation],
}

/// What a rule found.
#[derive(Clone, Debug)]
#[must_use]
pub struct Finding {
    /// The rule's verdict: met means that its card has something to say.
    pub verdict: Verdict,
    /// The rows, in the order they are shown. A card shows them; the audit keeps them.
    pub criteria: Vec<Criterion>,
    /// Why the verdict is unknown.
    pub gaps: Vec<Gap>,
    /// The card, when there is one.
    pub card: Option<CardFacts>,
}

impl Finding {
    /// The rule has nothing to say about this patient, or not at this moment.
    pub fn silent(judgement: &Judgement) -> Self {
        Self { verdict: judgement.verdict(), criteria: Vec::new(), gaps: judgement.gaps().to_vec(), card: None }
    }

    /// A finding with its rows and, perhaps, a card.
    pub fn new(judgement: &Judgement, criteria: Vec<Criterion>, card: Option<CardFacts>) -> Self {
        Self { verdict: judgement.verdict(), criteria, gaps: judgement.gaps().to_vec(), card }
    }
}
