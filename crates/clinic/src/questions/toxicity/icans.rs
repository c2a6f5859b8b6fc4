//! Neurotoxicity after CAR-T now: the signs, what was recorded, and the ASTCT grade that they come to.

use crate::numbers;
use crate::questions::Case;
use crate::questions::toxicity::finding::{ClinicalFinding, Findings, Weighed};
use crate::questions::toxicity::grade::Grade;
use crate::questions::toxicity::neurotoxicity::{Consciousness, GCS, ICANS_GRADE, ICE, IcansSigns, Scores};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Judgement, add_gaps};

const EVENTS: &[ValueSet] = &[ValueSet::SEIZURE, ValueSet::CEREBRAL_OEDEMA];
const UNCONSCIOUS: &[ValueSet] = &[ValueSet::REDUCED_CONSCIOUSNESS];
const COGNITIVE: &[ValueSet] = &[ValueSet::CONFUSION_OR_APHASIA, ValueSet::ENCEPHALOPATHY];
const DIAGNOSIS: &[ValueSet] = &[ValueSet::ICANS];
const SIGNS: &[ValueSet] = &[
    ValueSet::SEIZURE,
    ValueSet::CEREBRAL_OEDEMA,
    ValueSet::REDUCED_CONSCIOUSNESS,
    ValueSet::CONFUSION_OR_APHASIA,
    ValueSet::ENCEPHALOPATHY,
    ValueSet::ICANS,
    ValueSet::HEADACHE_OR_TREMOR,
];

/// What the record shows of neurotoxicity since the infusion.
#[derive(Clone, Debug)]
pub struct Neurotoxicity {
    /// An ICE score below the normal one.
    pub low_ice: Judgement,
    /// The latest ICE score, when it is better than the worst.
    pub better_ice: Option<u8>,
    /// A Glasgow coma score below the usual one.
    pub fallen_coma_score: Judgement,
    /// The latest coma score, when it is better than the worst.
    pub better_coma_score: Option<u8>,
    /// Whether the latest coma score is below the usual one.
    is_coma_score_fallen: bool,
    /// Unconsciousness.
    pub unconscious: Judgement,
    /// A seizure, or cerebral oedema.
    pub events: Judgement,
    /// Confusion, aphasia, delirium or encephalopathy.
    pub cognitive: Judgement,
    /// ICANS on record: a diagnosis, or a grade above 0.
    pub recorded: Judgement,
    /// The grade that a clinician recorded last.
    pub recorded_grade: Option<u8>,
    /// The latest recorded grade, when it is lower than the worst.
    pub better_grade: Option<u8>,
    /// A sign in words only.
    pub in_words: Judgement,
    /// What did not come through, or has no code.
    pub hidden: Judgement,
    /// Whether a record is worth a question.
    pub asks: bool,
    /// The ASTCT grade, as far as the record tells it.
    pub grade: Option<Grade>,
    /// Whether the patient is awake: what is recorded, and coma scores that have fallen.
    pub consciousness: Consciousness,
}

/// The scores of the last hours.
struct Scored<'c> {
    ice: Scores<'c>,
    coma: Scores<'c>,
    grades: Scores<'c>,
}

impl Neurotoxicity {
    /// Whether there is a sign of neurotoxicity, of any kind.
    pub fn any(&self) -> Judgement {
        [
            &self.low_ice,
            &self.fallen_coma_score,
            &self.unconscious,
            &self.events,
            &self.cognitive,
            &self.recorded,
            &self.in_words,
        ]
        .into_iter()
        .fold(self.hidden.clone(), |any, one| any.or(one.clone()))
    }

    /// The higher of the grade that the signs come to and the one on record.
    #[must_use]
    pub fn highest_grade(&self) -> Option<Grade> {
        Grade::higher(self.grade, self.recorded_grade)
    }

    /// Unconscious, or a coma score that is coma.
    #[must_use]
    pub fn is_coma(&self) -> bool {
        self.consciousness == Consciousness::Unarousable
    }

    /// Clearly reduced consciousness, coma included.
    #[must_use]
    pub fn is_consciousness_reduced(&self) -> bool {
        matches!(self.consciousness, Consciousness::Reduced | Consciousness::Unarousable)
    }

    /// A seizure, cerebral oedema, or clearly reduced consciousness.
    #[must_use]
    pub fn is_severe(&self) -> bool {
        self.events.is_met() || self.is_consciousness_reduced()
    }

    /// The ASTCT grade.
    fn graded(&self, ice: Option<u8>) -> Option<Grade> {
        let signs = IcansSigns {
            ice,
            consciousness: self.consciousness,
            seizure_or_oedema: self.events.is_met(),
            other_sign: self.cognitive.is_met() || self.is_coma_score_fallen,
        };
        let may_be_higher = self.hidden.has_delivery_gap();
        signs.grade().map(|grade| Grade { at_least: grade.at_least || may_be_higher && grade.grade < 4, ..grade })
    }
}

impl Case<'_> {
    /// What the record shows of neurotoxicity since the infusion.
    #[must_use]
    pub fn neurotoxicity(&self) -> &Neurotoxicity {
        self.once(&self.answers.neurotoxicity, || {
            let scored = Scored { ice: self.scores(ICE), coma: self.scores(GCS), grades: self.scores(ICANS_GRADE) };
            let findings = self.clinical_findings(SIGNS, |text| self.mentions("neurotoxicity", text));
            let mut found = self.signs_of_neurotoxicity(&scored, &findings);
            found.consciousness = self.consciousness(&found, scored.coma.latest);
            found.grade = found.graded(scored.ice.latest);
            found
        })
    }

    /// Whether the patient is awake, by the latest score. A score as low as before the infusion tells nothing new.
    fn consciousness(&self, found: &Neurotoxicity, coma_score: Option<u8>) -> Consciousness {
        let is_fallen = found.is_coma_score_fallen;
        let is_at_most = |limit| coma_score.is_some_and(|score| i32::from(score) <= self.whole(limit));
        if found.unconscious.is_met() || is_fallen && is_at_most(&numbers::COMA_SCORE) {
            Consciousness::Unarousable
        } else if is_fallen && is_at_most(&numbers::REDUCED_CONSCIOUSNESS_SCORE) {
            Consciousness::Reduced
        } else if coma_score.is_some() && !is_at_most(&numbers::COMA_SCORE) {
            Consciousness::Awake
        } else {
            Consciousness::NotKnown
        }
    }

    /// The signs, not graded yet.
    fn signs_of_neurotoxicity(&self, scored: &Scored<'_>, findings: &Findings<'_>) -> Neurotoxicity {
        let usual = self.usual_coma_score();
        let (low_ice, asks_ice) = scored.ice.any(|score| score < ICE.normal);
        let (fallen_coma_score, asks_coma) = scored.coma.any(|score| score < usual);
        let (graded, asks_grade) = scored.grades.any(|grade| grade > ICANS_GRADE.normal);
        let is_present = |finding: &ClinicalFinding<'_>| self.is_present(finding);
        let of = |sets: &[ValueSet]| self.weigh_findings(findings.coded_in(sets), is_present);
        let (events, unconscious, cognitive, diagnosis) = (of(EVENTS), of(UNCONSCIOUS), of(COGNITIVE), of(DIAGNOSIS));
        let in_words = self.weigh_findings(&findings.in_words, is_present);
        let mut gaps = findings.gaps.clone();
        add_gaps(&mut gaps, self.weigh_findings(&findings.uncoded, is_present).judgement.gaps().iter().cloned());
        let weighed: [&Weighed; 5] = [&events, &unconscious, &cognitive, &diagnosis, &in_words];
        let asks = asks_ice || asks_coma || asks_grade || weighed.iter().any(|weighed| weighed.asks);
        let recorded_as: Vec<&str> =
            diagnosis.judgement.evidence().iter().map(|evidence| evidence.reference.as_str()).collect();
        Neurotoxicity {
            low_ice,
            better_ice: scored.ice.latest.filter(|latest| Some(*latest) > scored.ice.worst()),
            better_coma_score: scored.coma.latest.filter(|latest| Some(*latest) > scored.coma.worst()),
            is_coma_score_fallen: scored.coma.latest.is_some_and(|score| score < usual),
            fallen_coma_score,
            unconscious: unconscious.judgement,
            events: events.judgement,
            cognitive: cognitive.judgement,
            recorded_grade: self.recorded_icans_grade(&scored.grades, &recorded_as),
            recorded: diagnosis.judgement.or(graded),
            better_grade: scored.grades.latest.filter(|latest| Some(*latest) < scored.grades.worst()),
            in_words: in_words.judgement,
            hidden: Judgement::found(Vec::new(), gaps),
            asks,
            grade: None,
            consciousness: Consciousness::NotKnown,
        }
    }
}
