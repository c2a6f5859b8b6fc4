//! What is known of tocilizumab in the present episode.

use crate::numbers;
use crate::questions::Case;
use cellwise_record::facts::medication::MedicationUse;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, GapKind, Judgement, Progress, Source, Verdict};

/// What is known of tocilizumab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tocilizumab {
    /// Given.
    Given,
    /// Prescribed, not recorded as given.
    Prescribed,
    /// Neither.
    No,
    /// Not known: the administrations did not come through.
    NotSent,
    /// Not known: one is on record that may not have been given, or not now.
    Unclear,
}

/// Tocilizumab in the present episode.
#[derive(Clone, Debug)]
pub struct TocilizumabInEpisode {
    /// What is known of it.
    pub known: Tocilizumab,
    /// Whether it was given; a prescription is shown as evidence.
    pub given: Judgement,
}

impl Case<'_> {
    /// Tocilizumab since the infusion, of the first month at most.
    pub fn tocilizumab(&self) -> &TocilizumabInEpisode {
        self.once(&self.answers.tocilizumab, || {
            let (t0, given) = (self.after_car_t().t0, self.tocilizumab_given());
            if given.is_met() {
                return TocilizumabInEpisode { known: Tocilizumab::Given, given };
            }
            let open = |progress| matches!(progress, Progress::Open | Progress::Held);
            let prescribed: Vec<Evidence> = self
                .medications_of(Source::MedicationRequests, ValueSet::TOCILIZUMAB)
                .items
                .iter()
                .filter(|drug| open(drug.progress))
                .filter(|drug| drug.start.is_none_or(|start| self.not_before(&start, t0.as_ref()) != Verdict::NotMet))
                .map(|drug| drug.evidence())
                .collect();
            let known = match (prescribed.is_empty(), given.is_not_met()) {
                (false, _) => Tocilizumab::Prescribed,
                (true, true) => Tocilizumab::No,
                (true, false) if self.sources().is_undelivered(Source::MedicationAdministrations) => {
                    Tocilizumab::NotSent
                }
                (true, false) => Tocilizumab::Unclear,
            };
            TocilizumabInEpisode { known, given: given.with_evidence(prescribed) }
        })
    }

    /// Whether tocilizumab was given since the infusion, within the last month.
    pub fn tocilizumab_given(&self) -> Judgement {
        let (t0, month) = (self.after_car_t().t0, self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T));
        let given = self.medications_of(Source::MedicationAdministrations, ValueSet::TOCILIZUMAB);
        let in_episode = given.keep(
            |drug| {
                drug.start.map_or(Verdict::Unknown, |start| {
                    self.within_days(&start, month).and(t0.map_or(Verdict::Met, |t0| start.on_or_after(&t0)))
                })
            },
            |drug| drug.evidence().gap(GapKind::ImpreciseDate),
        );
        in_episode.exists(MedicationUse::evidence)
    }
}
