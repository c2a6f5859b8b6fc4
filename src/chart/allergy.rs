//! Allergies and intolerances.

use crate::chart::concept::Concept;
use crate::chart::source::Source;
use crate::chart::{Chart, Found, Standing};
use crate::terminology::ValueSet;
use crate::verdict::{Evidence, EvidencePeriod};

/// An allergy that is not refuted, not entered in error, and not recorded as gone.
#[derive(Clone, Debug)]
pub struct Allergy {
    /// `AllergyIntolerance/id`.
    pub reference: String,
    /// To what: the code, and the substances of its reactions.
    pub concept: Concept,
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
}
