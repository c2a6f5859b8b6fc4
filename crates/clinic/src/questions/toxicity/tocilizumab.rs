//! What is known of tocilizumab in the present episode.

use crate::questions::Case;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Judgement, Moment, Progress, Source, Verdict};

/// What is known of tocilizumab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tocilizumab {
    /// Given.
    Given,
    /// Prescribed, not recorded as given.
    Prescribed,
    /// Neither.
    No,
    /// The administrations did not come through, or one is on record that may not have been given, or not now.
    Unknown,
}

impl Case<'_> {
    /// Tocilizumab since `t0`, of the last `days` days, and what shows it.
    pub fn tocilizumab_in_episode(&self, t0: Option<Moment>, days: i32) -> (Tocilizumab, Judgement) {
        let (given, gaps) = self.tocilizumab_given(t0, days);
        if !given.is_empty() {
            return (Tocilizumab::Given, Judgement::met(given));
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
        let known = match (prescribed.is_empty(), gaps.is_empty()) {
            (false, _) => Tocilizumab::Prescribed,
            (true, false) => Tocilizumab::Unknown,
            (true, true) => Tocilizumab::No,
        };
        (known, Judgement::found(Vec::new(), gaps).with_evidence(prescribed))
    }
}
