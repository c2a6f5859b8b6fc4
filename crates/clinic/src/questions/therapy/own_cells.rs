//! Own stem cells that were given back: whether, when, and whether for multiple sclerosis.

use crate::numbers::Number;
use crate::questions::Case;
use crate::questions::therapy::cell_therapy::{CellTherapy, Cells};
use crate::questions::therapy::history::{Certainty, Dated};
use cellwise_record::search::in_words::Mention;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, Judgement, Source, Verdict};

/// The words of a transplantation.
const TRANSPLANTATION: &str = "stem-cell-transplantation";

/// A transplantation of own stem cells, or of cells of which it is not recorded whose they were.
#[derive(Clone, Debug)]
pub struct OwnCells<'c> {
    /// The latest episode.
    pub therapy: Option<&'c CellTherapy>,
    /// Whether own cells were given back.
    pub given: Judgement,
    /// Entries without a usable code that speak of a transplantation.
    pub mentions: Vec<Mention>,
}

impl OwnCells<'_> {
    /// The day to count from.
    #[must_use]
    pub fn day_zero(&self) -> Option<Dated> {
        let therapy = self.therapy?;
        Some(Dated { day: therapy.date?, evidence: therapy.evidence.clone() })
    }

    /// Whether only an order marked completed shows it.
    #[must_use]
    pub fn is_only_ordered(&self) -> bool {
        self.therapy.is_some_and(|therapy| therapy.certainty == Certainty::Probable)
    }
}

/// Whether the cells may be the patient's own.
fn may_be_own(therapy: &CellTherapy) -> bool {
    matches!(therapy.cells, Cells::OwnStemCells | Cells::StemCells)
}

impl Case<'_> {
    /// Own stem cells in history.
    #[must_use]
    pub fn own_cells(&self) -> OwnCells<'_> {
        let of = |cells| self.cell_therapies().known.iter().find(|therapy| therapy.cells == cells);
        let (therapy, given) = match (of(Cells::OwnStemCells), of(Cells::StemCells)) {
            (Some(own), _) => (Some(own), Judgement::met(vec![own.evidence.clone()])),
            (None, Some(either)) => {
                let whose = Gap::not_recorded(Source::Procedures, "gap-own-or-donor");
                (Some(either), Judgement::unknown(vec![whose]).with_evidence([either.evidence.clone()]))
            }
            (None, None) => (None, self.own_cells_not_known()),
        };
        let mentions = self.mentions_in_words(|text| self.mentions(TRANSPLANTATION, text));
        OwnCells { therapy, given, mentions }
    }

    /// Why own cells may have been given back though no such therapy is known.
    fn own_cells_not_known(&self) -> Judgement {
        // Without any transplantation on record a status, or words, may be of one.
        if self.cell_therapies().known.iter().all(|therapy| therapy.cells == Cells::CarT) {
            return self.transplantation_in_past().judgement.clone();
        }
        let sets = [ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION, ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED];
        let history = |set| self.settled(self.transplantation_history(set), &[set], TRANSPLANTATION).judgement;
        let gaps = sets.into_iter().flat_map(|set| history(set).gaps().to_vec()).collect();
        Judgement::found(Vec::new(), gaps)
    }

    /// Whether own cells were given back at most the longest of these spans of months ago. What can't be seen may hide a later
    /// transplantation.
    pub fn own_cells_within(&self, spans: &[&'static Number]) -> Judgement {
        let months = spans.iter().map(|span| self.whole(span)).max().unwrap_or_default();
        self.cell_therapies().any(|therapy| {
            if may_be_own(therapy) {
                therapy.is_within_months(months, &self.as_of.day())
            } else {
                Judgement::not_met(Vec::new())
            }
        })
    }

    /// Whether a transplantation was for multiple sclerosis: MS is on record, and where that can't be told, no disease of the
    /// blood that explains it.
    pub fn transplanted_for_ms(&self) -> Judgement {
        let ms = self.multiple_sclerosis();
        let others = self.conditions(ValueSet::LYMPHOMA_OR_LEUKAEMIA).items;
        match ms.verdict() {
            Verdict::Unknown if !others.is_empty() && !ms.has_delivery_gap() => {
                Judgement::not_met(others.iter().map(|other| other.evidence()).collect())
            }
            Verdict::Met | Verdict::NotMet | Verdict::Unknown => ms,
        }
    }
}
