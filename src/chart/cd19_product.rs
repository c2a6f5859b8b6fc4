//! Whether the CAR-T cells on record are aimed at CD19, by their product code: those take the B cells along.

use crate::chart::Chart;
use crate::chart::history::TherapyHistory;
use crate::terminology::ValueSet;

const AGAINST_CD19: [ValueSet; 5] = [
    ValueSet::TISAGENLECLEUCEL,
    ValueSet::AXICABTAGENE_CILOLEUCEL,
    ValueSet::BREXUCABTAGENE_AUTOLEUCEL,
    ValueSet::LISOCABTAGENE_MARALEUCEL,
    ValueSet::OBECABTAGENE_AUTOLEUCEL,
];

impl Chart {
    /// Whether a recorded infusion names a product against CD19. A product that is not named stays unsaid.
    #[must_use]
    pub fn names_cd19_product(&self, history: &TherapyHistory) -> bool {
        let is_event = |reference: &str| history.events.iter().any(|event| event.evidence.reference == reference);
        let acts = self.procedures.iter().filter(|act| is_event(&act.reference)).map(|act| &act.concept);
        let uses = self.medications.iter().filter(|drug| is_event(&drug.reference)).map(|drug| &drug.concept);
        acts.chain(uses).any(|concept| AGAINST_CD19.iter().any(|product| concept.has(*product)))
    }
}
