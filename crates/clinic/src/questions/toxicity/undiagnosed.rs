//! Cytokine release syndrome and ICANS that no code tells: in words, by a local code, by an ICE score below the normal
//! one, by the signs of these hours, or by a code of unclear standing or date. They decide nothing, and they are never
//! "nothing on record".

use crate::numbers;
use crate::questions::Case;
use crate::questions::toxicity::neurotoxicity::ICE;
use crate::questions::toxicity::on_record::ToxicityKind;
use cellwise_record::facts::concept::{Coding, Concept};
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Source, Standing, Verdict, add_gaps};

/// The text of a gap: a score without a diagnosis.
const ICE_SCORE: &str = "gap-ice-score";
/// The text of a gap: signs without a diagnosis.
const SIGNS: &str = "gap-signs";

impl Case<'_> {
    /// Entries that may be of the present episode, and may be the toxicity although no code says so. `reasons` are those of an
    /// order: they speak of today.
    #[must_use]
    pub fn undiagnosed_toxicity(&self, kind: ToxicityKind, reasons: &[(&Concept, &str)]) -> Vec<Gap> {
        let sets = [kind.diagnosis(), kind.grade_observation()];
        let says = |concept: &Concept| sets.iter().any(|set| concept.may_be(*set));
        let reasons = reasons.iter().filter(|(reason, _)| says(reason)).map(|(reason, reference)| {
            Evidence::of(Source::DraftOrders, &reason.text, reference).gap(GapKind::Uncoded)
        });
        let named = |problem: &Condition| says(&problem.concept) && self.may_be_of_this_episode(problem.date());
        let problems = self.conditions.iter().filter(|problem| named(problem) || self.is_new_in_words(problem));
        // A grade that can't be read is no grade, and no "no" either.
        let is_unread = |of: &Observation| of.concept.has(kind.grade_observation()) && of.number().is_none();
        let observed = self.observations.iter().filter(|of| (says(&of.concept) || is_unread(of)) && !is_absent(of));
        let observed = observed.filter(|observation| self.may_be_of_this_episode(observation.when));
        let visit = self.current_encounter().into_iter();
        let visit = visit.flat_map(|visit| visit.reasons.iter().map(|reason| (reason, visit.reference.as_str())));
        let visit = visit.filter(|(reason, _)| says(reason));
        let mut gaps = Vec::new();
        add_gaps(&mut gaps, reasons);
        add_gaps(&mut gaps, problems.map(|problem| problem.evidence().gap(GapKind::Uncoded)));
        add_gaps(&mut gaps, observed.map(|observation| observation.evidence().gap(GapKind::Uncoded)));
        add_gaps(&mut gaps, visit.map(|(reason, of)| Gap::at(GapKind::Uncoded, Source::Encounters, of, &reason.text)));
        if kind == ToxicityKind::Icans {
            add_gaps(
                &mut gaps,
                self.low_ice_scores().map(|score| score.evidence().gap(GapKind::NotRecorded).said_as(ICE_SCORE)),
            );
        }
        add_gaps(&mut gaps, self.coded_and_unclear(kind));
        let signs = if self.after_car_t().is_recent() { self.signs_of(kind) } else { Vec::new() };
        add_gaps(&mut gaps, signs.into_iter().map(|sign| sign.gap(GapKind::NotRecorded).said_as(SIGNS)));
        gaps
    }

    /// Whether neither code nor words tell what a problem is, and it is not over and dated in the first weeks after the
    /// infusion: it may be a toxicity in words that no list has. What is older, or has no date, is not: nearly every list
    /// of problems has such entries.
    fn is_new_in_words(&self, problem: &Condition) -> bool {
        let is_told = problem.concept.coding == Coding::Known || problem.concept.is_about_anything();
        let is_dated = problem.date().is_some() && self.may_be_of_this_episode(problem.date());
        let is_open = problem.is_active() != Verdict::NotMet;
        !is_told && is_dated && is_open && self.after_car_t().is_recent()
    }

    /// Coded entries of the toxicity of which the standing or the date leaves open whether they are of the present episode. Of an
    /// infusion that is surely older than a month they are not.
    fn coded_and_unclear(&self, kind: ToxicityKind) -> Vec<Gap> {
        if self.after_car_t().is_older() {
            return Vec::new();
        }
        let why = |standing: Standing, date: Option<Moment>| match (standing, date) {
            (Standing::Unclear(kind), _) => Some(kind),
            (Standing::Counts, date) if self.is_of_this_episode(date) => None,
            (Standing::Counts, None) => Some(GapKind::NotRecorded),
            (Standing::Counts, Some(_)) => Some(GapKind::ImpreciseDate),
        };
        let problems = self.conditions.iter().filter(|problem| {
            problem.concept.has(kind.diagnosis())
                && problem.is_active() != Verdict::NotMet
                && self.may_be_of_this_episode(problem.date())
        });
        let problems = problems.filter_map(|of| Some(of.evidence().gap(why(of.standing, of.date())?)));
        let grades = self.observations.iter().filter(|grade| {
            grade.concept.has(kind.grade_observation()) && !is_absent(grade) && self.may_be_of_this_episode(grade.when)
        });
        problems.chain(grades.filter_map(|of| Some(of.evidence().gap(why(of.standing, of.when)?)))).collect()
    }

    /// The signs of these hours that may be a toxicity.
    fn signs_of(&self, kind: ToxicityKind) -> Vec<Evidence> {
        let of = |answers: &[&Judgement]| {
            let met = answers.iter().filter(|answer| answer.is_met());
            met.flat_map(|answer| answer.evidence().iter().cloned()).collect()
        };
        match kind {
            ToxicityKind::CytokineReleaseSyndrome if self.crs().computed.is_none() => Vec::new(),
            ToxicityKind::CytokineReleaseSyndrome => {
                let signs = self.crs_signs();
                of(&[&signs.fever, &signs.hypotension, &signs.hypoxia, &signs.vasopressor].map(|sign| &sign.answer))
            }
            ToxicityKind::Icans => {
                let found = self.neurotoxicity();
                of(&[&found.fallen_coma_score, &found.unconscious, &found.events, &found.cognitive])
            }
        }
    }

    /// ICE scores below the normal one, and such as can't be read. No score is a diagnosis.
    fn low_ice_scores(&self) -> impl Iterator<Item = &Observation> {
        let is_normal = |observation: &Observation| observation.number() == Some(f64::from(ICE.normal));
        let scores = self.observations.iter().filter(|score| score.concept.is_or_may_be(ValueSet::ICE_SCORE));
        scores.filter(move |score| !is_normal(score) && self.may_be_of_this_episode(score.when))
    }

    /// Whether a date may lie in the present episode. Without a date it may.
    fn may_be_of_this_episode(&self, date: Option<Moment>) -> bool {
        let Some(date) = date else { return true };
        let is_recent = self.within_days(&date, self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T));
        let after = self.after_car_t().t0.map_or(Verdict::Met, |t0| date.on_or_after(&t0));
        is_recent.and(after) != Verdict::NotMet
    }
}

/// Whether an observation says that what it names is not there.
fn is_absent(observation: &Observation) -> bool {
    match &observation.value {
        Value::Quantity(grade) => grade.number == 0.0,
        _ => observation.answer() == Some(false),
    }
}
