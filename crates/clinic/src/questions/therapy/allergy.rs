//! Whether an allergy speaks against a drug that is about to be drafted. Every rule that drafts one asks here.

use crate::message::Message;
use crate::questions::Case;
use cellwise_record::facts::allergy::Allergy;
use cellwise_record::facts::concept::{Coding, Concept};
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Gap, GapKind, Judgement, Source, Verdict, add_gaps};

/// Allergy to a drug, and its code while nothing speaks against it.
#[derive(Clone, Debug)]
pub struct Prescribable {
    /// Whether there is an allergy to it.
    pub allergy: Judgement,
    /// The code by which it may be drafted.
    pub code: Option<Coded>,
}

impl Prescribable {
    /// A drug with its code, which is withheld while there may be an allergy to it.
    #[must_use]
    pub fn unless(allergy: Judgement, code: Option<Coded>) -> Self {
        let code = code.filter(|_| allergy.is_not_met());
        Self { allergy, code }
    }

    /// The same drug, drafted only where `may_be` holds.
    #[must_use]
    pub fn only_if(mut self, may_be: bool) -> Self {
        self.code = self.code.filter(|_| may_be);
        self
    }

    /// Why no drug is drafted, where the allergies are the reason.
    #[must_use]
    pub fn caution(&self) -> Option<Message> {
        let named = |id: &'static str, entries: Vec<&str>| Message::new(id).with("entries", entries.join(", "));
        let shown = self.allergy.evidence().iter().map(|evidence| evidence.what.as_str());
        let open: Vec<&str> = self.allergy.gaps().iter().filter_map(|gap| gap.what.as_deref()).collect();
        match self.allergy.verdict() {
            Verdict::NotMet => None,
            Verdict::Met => Some(named("allergy-on-record", shown.collect())),
            Verdict::Unknown if self.allergy.has_delivery_gap() => Some(Message::new("allergies-not-sent")),
            Verdict::Unknown if open.is_empty() => Some(Message::new("allergy-without-words")),
            Verdict::Unknown => Some(named("allergy-not-understood", open)),
        }
    }
}

impl Case<'_> {
    /// A drug that may be drafted by the code of `set`, unless there is an allergy to it.
    #[must_use]
    pub fn prescribable(&self, set: ValueSet) -> Prescribable {
        Prescribable::unless(self.allergy_to(&[set]), self.code_of(set))
    }

    /// Whether there is an allergy to something in `sets`, or may be: by an entry whose code no value set has, by words, or
    /// hidden because the allergies were not sent.
    pub fn allergy_to(&self, sets: &[ValueSet]) -> Judgement {
        let (mut evidence, mut gaps) = (Vec::new(), self.sources.gaps_of(Source::Allergies));
        for allergy in &self.allergies {
            match self.concerns(allergy, sets) {
                Verdict::Met => evidence.push(allergy.evidence()),
                Verdict::NotMet => {}
                Verdict::Unknown => add_gaps(&mut gaps, [allergy.evidence().gap(GapKind::Uncoded)]),
            }
        }
        let says = |concept: &Concept| concept.is_in_words() && sets.iter().any(|set| concept.may_be(*set));
        let problems = self.conditions.iter().filter(|problem| problem.is_active() != Verdict::NotMet);
        let named = problems.filter(|problem| says(&problem.concept));
        add_gaps(
            &mut gaps,
            named.map(|of| Gap::at(GapKind::Uncoded, Source::Conditions, &of.reference, &of.concept.text)),
        );
        Judgement::found(evidence, gaps)
    }

    /// Whether an allergy is one to something in `sets`. It is understood when a code says which drug it is, or when a code of a
    /// known system is called after something that is none of them (pollen, latex, penicillin). Words alone are not.
    fn concerns(&self, allergy: &Allergy, sets: &[ValueSet]) -> Verdict {
        let is_of = |substance: &Concept| {
            let coded = sets.iter().fold(Verdict::NotMet, |any, set| any.or(substance.is_drug(*set)));
            match coded {
                Verdict::Unknown if self.is_another_allergen(substance, sets) => Verdict::NotMet,
                coded => coded,
            }
        };
        let stated = allergy.substances.iter().filter(|substance| substance.is_stated());
        stated.map(is_of).reduce(Verdict::or).unwrap_or(Verdict::Unknown)
    }

    fn is_another_allergen(&self, substance: &Concept, sets: &[ValueSet]) -> bool {
        substance.coding == Coding::Known
            && !sets.iter().any(|set| substance.may_be(*set))
            && substance.names().any(|name| self.mentions("other-allergen", name))
    }
}
