//! Hypersensitivity to what an infusion of cells contains.

use crate::questions::Case;
use cellwise_record::facts::allergy::Allergy;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Judgement, Source, add_gaps};

/// Whether someone is hypersensitive to a substance.
#[derive(Clone, Debug)]
pub struct Hypersensitivity {
    /// Whether an allergy or intolerance with a code of the substance is on record.
    pub judgement: Judgement,
    /// The words of the first entry that speaks of it without such a code. They decide only whether to ask.
    pub in_words: Option<String>,
}

impl Case<'_> {
    /// Hypersensitivity to dimethyl sulfoxide, by the code of an allergy or of the substance of a reaction. Words leave it
    /// open, and so does what was not sent: the list of allergies, and the problem list, where some write them.
    #[must_use]
    pub fn dmso_hypersensitivity(&self) -> Hypersensitivity {
        const DMSO: ValueSet = ValueSet::DIMETHYL_SULFOXIDE;
        let mut gaps = self.allergies_in_words(DMSO, |text| self.mentions("dimethyl-sulfoxide", text));
        let in_words = gaps.iter().find_map(|gap| gap.what.clone());
        let coded = self.allergies(DMSO);
        add_gaps(&mut gaps, coded.gaps);
        add_gaps(&mut gaps, self.sources().gaps_of(Source::Conditions));
        let shown = coded.items.into_iter().map(|allergy| naming(DMSO, allergy)).collect();
        Hypersensitivity { judgement: Judgement::found(shown, gaps), in_words }
    }
}

/// The allergy, with the substance of a reaction where only that names what is asked about.
fn naming(set: ValueSet, allergy: &Allergy) -> Evidence {
    let evidence = allergy.evidence();
    let substance = allergy.substances.iter().find(|substance| substance.has(set));
    match substance.map(|substance| &substance.text).filter(|text| **text != evidence.what) {
        Some(text) if evidence.what.is_empty() => Evidence { what: text.clone(), ..evidence },
        Some(text) => Evidence { what: format!("{text} ({})", evidence.what), ..evidence },
        None => evidence,
    }
}
