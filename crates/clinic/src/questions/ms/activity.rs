//! Disease activity in spite of a second-line drug: relapses, and what MRI showed.

use cellwise_record::{Gap, Judgement, Source, Verdict};

use crate::questions::Case;
use crate::questions::ms::brain_mri::BrainMri;
use crate::questions::ms::exposure::Exposure;

/// New MRI activity in spite of a drug.
#[derive(Clone, Debug)]
pub struct MriOnTreatment {
    /// Whether there was any.
    pub answer: Judgement,
    /// No scan of the time that counts is on record, and that time is not over: one now would settle it.
    pub lacks_scan: bool,
}

impl Case<'_> {
    /// A relapse after `months` of a drug, while it was in effect.
    pub fn relapse_on_treatment(&self, exposure: &Exposure<'_>, months: i32) -> Judgement {
        let (relapses, hidden) = self.ms_relapses();
        exposure.within(months, relapses, hidden)
    }

    /// New MRI activity after `months` of a drug, while it was in effect.
    #[must_use]
    pub fn mri_activity_on_treatment(&self, exposure: &Exposure<'_>, months: i32) -> MriOnTreatment {
        let settled = |answer| MriOnTreatment { answer, lacks_scan: false };
        let (mris, hidden) = self.brain_mris();
        let placed = |activity: Verdict, hidden: Vec<Gap>| {
            let events = mris.iter().filter(|mri| mri.activity == activity).flat_map(BrainMri::events);
            exposure.within(months, events, hidden)
        };
        let active = placed(Verdict::Met, hidden);
        if active.is_met() || exposure.has_no_window(months) {
            return settled(active);
        }
        let (silent, quiet) = (placed(Verdict::Unknown, Vec::new()), placed(Verdict::NotMet, Vec::new()));
        let delivered = [Source::Observations, Source::DiagnosticReports]
            .into_iter()
            .all(|source| !self.sources().is_undelivered(source));
        let mut gaps = active.gaps().to_vec();
        if delivered {
            let unread = mris.iter().filter(|mri| mri.activity == Verdict::Unknown);
            let unread = unread.filter(|mri| exposure.covers(mri.when.as_ref(), months) != Verdict::NotMet);
            gaps.extend(unread.filter_map(BrainMri::uncoded).map(|gap| gap.said_as("gap-mri-finding")));
        }
        if gaps.is_empty() && quiet.is_met() {
            return settled(Judgement::not_met(quiet.evidence().to_vec()));
        }
        gaps.extend(quiet.gaps().iter().cloned());
        let is_in_view = |part: &Judgement| !part.is_not_met() && !part.evidence().is_empty();
        let no_scan = delivered && ![&active, &silent, &quiet].into_iter().any(is_in_view);
        let is_over = exposure.covers(Some(&self.as_of.day()), months) == Verdict::NotMet;
        if no_scan {
            let text = if is_over { "gap-no-mri-then" } else { "gap-no-mri" };
            gaps.push(Gap::not_recorded(Source::DiagnosticReports, text));
        }
        let shown = [active, silent, quiet].into_iter().flat_map(|part| part.evidence().to_vec());
        MriOnTreatment { answer: Judgement::unknown(gaps).with_evidence(shown), lacks_scan: no_scan && !is_over }
    }
}
