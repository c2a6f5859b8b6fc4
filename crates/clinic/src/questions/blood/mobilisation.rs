//! Whether stem cells of the patient are being mobilised: a mobilising drug in use, and a transplantation asked for.

use crate::numbers;
use crate::questions::Case;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse};
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Progress, Verdict};

impl Case<'_> {
    /// A mobilising drug in use, or used lately, beside an open request for a transplantation of own cells,
    /// or of cells whose donor is not stated. G-CSF is also given for neutropenia: alone it tells nothing.
    pub fn mobilisation(&self) -> Judgement {
        let days = self.whole(&numbers::MOBILISATION_DAYS);
        let requests = self
            .service_requests(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION)
            .plus(self.service_requests(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED));
        let open: Vec<Evidence> = requests
            .items
            .iter()
            .filter(|request| request.progress != Progress::Done)
            .map(|request| request.evidence())
            .collect();
        let planned = Judgement::found(open, requests.gaps);
        let today = self.as_of.day();
        let drugs = self.medications(ValueSet::STEM_CELL_MOBILISER).keep(
            |drug| {
                let last = match drug.end {
                    CourseEnd::On(end) => Some(end),
                    CourseEnd::Ongoing => None,
                    CourseEnd::NotRecorded => drug.start,
                };
                let started = drug.start.map_or(Verdict::Unknown, |start| start.on_or_before(&today));
                let lately = last.map_or(Verdict::NotMet, |last| last.on_or_after(&today.plus_days(-days)));
                drug.is_in_use(&today).or(started.and(lately))
            },
            |drug| Gap::at(GapKind::NotRecorded, drug.source(), &drug.reference, &drug.concept.text),
        );
        let mobilised = drugs.exists(MedicationUse::evidence);
        planned.and(mobilised)
    }

    /// Cyclophosphamide that belongs to a mobilisation which is being ordered: drafted beside it, in use, or used lately.
    pub fn cyclophosphamide_of_mobilisation(&self) -> Judgement {
        let days = self.whole(&numbers::MOBILISATION_CYCLOPHOSPHAMIDE_DAYS);
        let today = self.as_of.day();
        let drafted = self.orders.iter().filter(|order| order.concept.has(ValueSet::CYCLOPHOSPHAMIDE));
        let uses = self.medications(ValueSet::CYCLOPHOSPHAMIDE).keep(
            |drug| {
                let last = match drug.end {
                    CourseEnd::On(end) => Some(end),
                    CourseEnd::Ongoing | CourseEnd::NotRecorded => drug.start,
                };
                let lately = last.map_or(Verdict::Unknown, |last| self.within_days(&last, days));
                drug.is_in_use(&today).or(lately)
            },
            |drug| Gap::at(GapKind::ImpreciseDate, drug.source(), &drug.reference, &drug.concept.text),
        );
        Judgement::found(drafted.map(DraftOrder::evidence).collect(), Vec::new())
            .or(uses.exists(MedicationUse::evidence))
    }
}
