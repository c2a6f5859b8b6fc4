//! Whether today lies in the time in which a cell therapy asks for prophylaxis against infection.

use crate::numbers::{self, Number};
use crate::questions::Case;
use crate::questions::therapy::cell_therapy::{CellTherapy, Cells};
use crate::questions::therapy::history::Certainty;
use cellwise_record::{Gap, Judgement, Moment, Source};

/// The time of prophylaxis after the cell therapies on record.
#[derive(Clone, Debug)]
pub struct ProphylaxisPeriod<'c> {
    /// Whether today lies in it, for one of the therapies.
    pub judgement: Judgement,
    /// The therapy to speak of, among those that come to the same: CAR-T first, because its drugs are named.
    pub therapy: Option<&'c CellTherapy>,
    /// The last day, when that therapy has a date.
    pub until: Option<Moment>,
}

/// How many months prophylaxis lasts. Where it is not known whose stem cells they were, the longer time holds.
fn months_after(cells: Cells) -> &'static Number {
    match cells {
        Cells::CarT => &numbers::PROPHYLAXIS_MONTHS_AFTER_CAR_T,
        Cells::OwnStemCells => &numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS,
        Cells::DonorStemCells | Cells::StemCells => &numbers::PROPHYLAXIS_MONTHS_AFTER_DONOR_CELLS,
    }
}

impl Case<'_> {
    /// The time of prophylaxis after the cell therapies on record.
    #[must_use]
    pub fn prophylaxis_period(&self) -> ProphylaxisPeriod<'_> {
        let therapies = self.cell_therapies();
        let judgement = therapies.any(|therapy| self.is_in_prophylaxis_period(therapy));
        let decides = |therapy: &&CellTherapy| self.is_in_prophylaxis_period(therapy).verdict() == judgement.verdict();
        let therapy = therapies.known.iter().filter(decides).min_by_key(|therapy| therapy.cells != Cells::CarT);
        let until = therapy.filter(|therapy| therapy.date.is_some()).map(|therapy| {
            // Own stem cells or a donor's: up to the shorter time both ask for it.
            let is_sure = therapy.cells == Cells::StemCells && judgement.is_met();
            let cells = if is_sure { Cells::OwnStemCells } else { therapy.cells };
            self.last_day_after(therapy, months_after(cells))
        });
        ProphylaxisPeriod { judgement, therapy, until }
    }

    /// Whether what is against bacteria should have started after a therapy: after CAR-T not in the first days.
    pub fn should_have_started(&self, therapy: &CellTherapy) -> Judgement {
        let start = -self.whole(&numbers::CO_TRIMOXAZOLE_START_DAYS);
        match therapy.cells {
            Cells::CarT => therapy.is_on_or_before(&self.as_of.day().plus_days(start)),
            Cells::OwnStemCells | Cells::DonorStemCells | Cells::StemCells => Judgement::met(Vec::new()),
        }
    }

    fn is_in_prophylaxis_period(&self, therapy: &CellTherapy) -> Judgement {
        let today = self.as_of.day();
        let within = |cells| therapy.is_within_months(self.whole(months_after(cells)), &today);
        let unknown = |text| {
            let gap = Gap::not_recorded(Source::Procedures, text);
            Judgement::unknown(vec![gap]).with_evidence([therapy.evidence.clone()])
        };
        let period = match therapy.cells {
            Cells::StemCells if within(Cells::OwnStemCells).is_met() => within(Cells::OwnStemCells),
            Cells::StemCells if within(Cells::DonorStemCells).is_met() => unknown("gap-cells"),
            cells => within(cells),
        };
        match therapy.certainty {
            Certainty::Recorded => period,
            Certainty::Probable => period.and(unknown("gap-infusion")),
        }
    }
}
