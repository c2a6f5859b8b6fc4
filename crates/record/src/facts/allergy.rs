//! Allergies and intolerances.

use crate::facts::concept::Concept;
use crate::{Evidence, EvidencePeriod, Source, Standing};

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
    pub date: Option<crate::Moment>,
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
            source: Source::Allergies,
            reference: self.reference.clone(),
        }
    }
}
