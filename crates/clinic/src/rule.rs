//! The shape that every rule has: what it asks, its criteria, which card that makes, and the words of the card.
//!
//! A rule is metadata ([`Rule`]) and four functions ([`Judge`]). What all rules have in common stands in [`judge`], once.

use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, Judgement, Moment, Source, Verdict};

use crate::card::CardFacts;
use crate::criteria::{Criteria, all, any, must};
use crate::documents::Citation;
use crate::message::Message;
use crate::numbers::Number;
use crate::questions::Case;

/// A rule: what it is, what it needs, and how it judges.
#[derive(Debug)]
pub struct Rule {
    /// Stable id, kebab-case, equal to the file name.
    pub id: &'static str,
    /// Its file, seen from the project.
    pub file: &'static str,
    /// Stable topic code of its cards: the id in lowerCamelCase, letters and digits only (Epic takes nothing else), so that
    /// an override can be attached to it.
    pub topic: &'static str,
    /// Version; every change of criteria raises it.
    pub version: u32,
    /// When a person last compared it with its sources.
    pub reviewed: &'static str,
    /// Sources, the leading one first: it becomes `card.source`.
    pub citations: &'static [Citation],
    /// Why a clinician may override its cards: codes of the project CodeSystem.
    pub override_reasons: &'static [&'static str],
    /// The data it needs.
    pub needs: &'static [Source],
    /// The observations it reads; the prefetch template of every service that runs it asks for all of them.
    pub observations: &'static [ValueSet],
    /// The numbers it rests on.
    pub numbers: &'static [&'static Number],
    /// Whom it can concern ([`concern`](crate::concern)): where it says no, the verdict is a known no, and there is no card.
    pub concerns: fn(&Case<'_>) -> bool,
    /// How it judges: [`judge`] of its four functions.
    pub judge: fn(&Case<'_>) -> Finding,
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

/// The four functions of a rule.
pub trait Judge {
    /// Every answer that the rule rests on.
    type Answers<'c>;
    /// Every card that the rule can show.
    type Reading: Copy;

    /// Asks what the rule rests on, each question once.
    fn ask<'c>(case: &'c Case<'_>) -> Self::Answers<'c>;

    /// What must hold, as a tree: its value is the verdict, its leaves are the rows of the card.
    fn criteria(answers: &Self::Answers<'_>) -> Criteria;

    /// Which card is shown, if any. `verdict` is the value of the criteria.
    fn reading(answers: &Self::Answers<'_>, verdict: Verdict) -> Option<Self::Reading>;

    /// What the card says: how urgent, summary, advice, suggestions.
    fn words(answers: &Self::Answers<'_>, reading: Self::Reading) -> CardFacts;
}

/// Judges a case by a rule. Someone who is known to have died gets no card; whether the patient is alive is part of every
/// rule's criteria, so that no rule forgets to ask.
pub fn judge<R: Judge>(case: &Case<'_>) -> Finding {
    let answers = R::ask(case);
    let alive = case.alive().clone();
    let asked = R::criteria(&answers);
    let judgement = asked.judgement();
    let reading = match alive.verdict() {
        Verdict::NotMet => None,
        Verdict::Met | Verdict::Unknown => R::reading(&answers, judgement.verdict()),
    };
    let card = reading.map(|reading| R::words(&answers, reading));
    let judgement = alive.clone().and(judgement);
    let criteria = all([must(Message::new("criterion-patient-alive"), alive).unless_met(), asked]);
    Finding { judgement, criteria, card }
}

/// What a rule found.
#[derive(Clone, Debug)]
#[must_use]
pub struct Finding {
    /// The value of the criteria: met means that the rule has something to say.
    pub judgement: Judgement,
    /// What was asked, as a tree. A card shows its rows; the machine-readable part keeps all of it.
    pub criteria: Criteria,
    /// The card, when there is one.
    pub card: Option<CardFacts>,
}

impl Finding {
    /// That of a rule that can't concern the patient, of which nothing more was asked: a known no, without a tree.
    pub fn of_no_concern() -> Self {
        Self::new(any([]), None)
    }

    /// A finding whose verdict is the value of its criteria.
    pub fn new(criteria: Criteria, card: Option<CardFacts>) -> Self {
        Self { judgement: criteria.judgement(), criteria, card }
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        self.judgement.verdict()
    }

    /// Why the verdict is unknown.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        self.judgement.gaps()
    }
}
