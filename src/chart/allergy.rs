//! Allergies and intolerances.

use crate::chart::concept::{Coding, Concept};
use crate::chart::source::Source;
use crate::chart::{Chart, Found, Standing};
use crate::terminology::ValueSet;
use crate::verdict::{Evidence, EvidencePeriod, Gap, GapKind, Verdict};

/// An allergy that is not refuted, not entered in error, and not recorded as gone.
#[derive(Clone, Debug)]
pub struct Allergy {
    /// `AllergyIntolerance/id`.
    pub reference: String,
    /// To what: the code, and the substances of its reactions.
    pub concept: Concept,
    /// The code and each of the substances of its reactions, apart: one of them may speak in words only.
    pub substances: Vec<Concept>,
    /// Whether it is confirmed. An unconfirmed allergy still counts: nobody has ruled it out.
    pub confirmed: bool,
    /// When it began, else when it was written down.
    pub date: Option<crate::chart::date::Moment>,
    /// Whether it counts.
    pub standing: Standing,
}

impl Allergy {
    /// Evidence with the date.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        Evidence {
            what: self.concept.text.clone(),
            how: (!self.confirmed).then_some("evidence-unconfirmed"),
            period: self.date.map(EvidencePeriod::On),
            reference: self.reference.clone(),
        }
    }
}

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
            problem.is_active() != Verdict::NotMet
                && problem.concept.coding != Coding::Known
                && says(&problem.concept.text)
        });
        let problems = problems.map(|problem| uncoded(Source::Conditions, &problem.reference, &problem.concept.text));
        allergies.chain(problems).collect()
    }
}
