//! Allergies of a chart.

use crate::facts::allergy::Allergy;
use crate::terminology::ValueSet;
use crate::{Chart, Found, Gap, GapKind, Source, Verdict};

impl Chart {
    /// Allergies to something in `set`.
    #[must_use]
    pub fn allergies(&self, set: ValueSet) -> Found<'_, Allergy> {
        self.search(Source::Allergies, &self.allergies, |a| (&a.concept, a.standing, &a.reference), |c| c.is(set))
    }

    /// Entries that speak of an allergy in words that `says` recognises, without a code of `set`: an allergy or one of its
    /// reactions, a problem without a usable code. Decides only whether to ask.
    #[must_use]
    pub fn allergies_in_words(&self, set: ValueSet, says: impl Fn(&str) -> bool) -> Vec<Gap> {
        let uncoded = |source, reference: &str, text: &str| Gap::at(GapKind::Uncoded, source, reference, text);
        let allergies = self.allergies.iter().filter(|allergy| !allergy.concept.has(set)).filter_map(|allergy| {
            let said = allergy.substances.iter().find(|substance| says(&substance.text))?;
            Some(uncoded(Source::Allergies, &allergy.reference, &said.text))
        });
        let problems = self.conditions.iter().filter(|problem| {
            problem.is_active() != Verdict::NotMet && problem.concept.is_in_words() && says(&problem.concept.text)
        });
        let problems = problems.map(|problem| uncoded(Source::Conditions, &problem.reference, &problem.concept.text));
        allergies.chain(problems).collect()
    }
}
