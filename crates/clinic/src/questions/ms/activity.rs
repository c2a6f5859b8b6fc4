//! Disease activity in spite of a second-line drug: relapses, and what MRI showed.

use cellwise_record::{Evidence, EvidencePeriod, Gap, GapKind, Judgement, Moment, Source, Verdict};

use crate::numbers;
use crate::questions::Case;
use crate::questions::ms::brain_mri::BrainMri;
use crate::questions::ms::exposure::{Exposure, Reading, Window};

/// New MRI activity in spite of a drug.
#[derive(Clone, Debug)]
pub struct MriOnTreatment {
    /// Whether there was any.
    pub answer: Judgement,
    /// No scan of the time that counts is on record, and that time is not over: one now would settle it.
    pub lacks_scan: bool,
}

/// Whether activity in spite of a drug, once there are both a relapse and an MRI, still speaks for a transplantation.
#[derive(Clone, Debug)]
pub struct PresentActivity {
    /// The latest of it is recent (HSCT-008 "still", HSCT-066, HSCT-067).
    pub recent: Judgement,
    /// Relapse and MRI belong together: under one course of a drug, or not far apart.
    pub together: Judgement,
    /// The newest MRI shows new activity, or a relapse came after it: not a stable disease (HSCT-072).
    pub newest_mri: Judgement,
}

/// The days of what shows something.
fn days(answer: &Judgement) -> Vec<Option<Moment>> {
    answer.evidence().iter().map(day_of).collect()
}

fn day_of(evidence: &Evidence) -> Option<Moment> {
    match evidence.period {
        Some(EvidencePeriod::On(day)) => Some(day),
        _ => None,
    }
}

impl Case<'_> {
    /// Whether a relapse and new MRI activity under a drug (`months` after its start) are of the present; `None` while one of
    /// them is not known.
    #[must_use]
    pub fn present_ms_activity(
        &self,
        exposure: &Exposure<'_>,
        months: i32,
        relapse: &Judgement,
        mri: &Judgement,
    ) -> Option<PresentActivity> {
        (relapse.is_met() && mri.is_met()).then(|| PresentActivity {
            recent: self.recent_ms_activity(relapse, mri),
            together: self.is_of_one_time(relapse, mri, &exposure.windows(months, Reading::Certain)),
            newest_mri: self.newest_mri_is_active(relapse),
        })
    }

    fn recent_ms_activity(&self, relapse: &Judgement, mri: &Judgement) -> Judgement {
        let recent_months = self.whole(&numbers::RECENT_ACTIVITY_MONTHS);
        let today = self.as_of.day();
        let active: Vec<&Evidence> = relapse.evidence().iter().chain(mri.evidence()).collect();
        let of = |verdict| {
            let is_recent = |evidence: &&&Evidence| {
                let day = day_of(evidence);
                day.map_or(Verdict::Unknown, |day| day.plus_months(recent_months).on_or_after(&today)) == verdict
            };
            active.iter().filter(is_recent).map(|evidence| (*evidence).clone()).collect::<Vec<_>>()
        };
        let (recent, coarse) = (of(Verdict::Met), of(Verdict::Unknown));
        let latest = active.iter().max_by_key(|evidence| day_of(evidence).map(|day| day.last));
        match (recent.is_empty(), coarse.is_empty()) {
            (false, _) => Judgement::met(recent),
            (true, true) => Judgement::not_met(latest.map(|evidence| (*evidence).clone()).into_iter().collect()),
            (true, false) => {
                Judgement::unknown(coarse.iter().map(|evidence| evidence.gap(GapKind::ImpreciseDate)).collect())
            }
        }
    }

    /// Under different drugs and far apart, it is for the clinician to say whether they count together.
    fn is_of_one_time(&self, relapse: &Judgement, mri: &Judgement, courses: &[Window]) -> Judgement {
        let apart_months = self.whole(&numbers::RECENT_ACTIVITY_MONTHS);
        let mris = days(mri);
        let near = |(relapse, mri): (&Option<Moment>, &Option<Moment>)| {
            let (Some(relapse), Some(mri)) = (relapse, mri) else { return false };
            let lies = |day: &Moment, window: &Window| window.from <= day.first && day.last <= window.to;
            courses.iter().any(|course| lies(relapse, course) && lies(mri, course))
                || relapse.plus_months(apart_months).on_or_after(mri) == Verdict::Met
                    && mri.plus_months(apart_months).on_or_after(relapse) == Verdict::Met
        };
        let is_near = days(relapse).iter().any(|relapse| mris.iter().any(|mri| near((relapse, mri))));
        let shown = [relapse, mri].into_iter().flat_map(|answer| answer.evidence().to_vec());
        if is_near {
            return Judgement::met(shown.collect());
        }
        Judgement::unknown(vec![Gap::not_recorded(Source::Observations, "gap-not-together")]).with_evidence(shown)
    }

    fn newest_mri_is_active(&self, relapse: &Judgement) -> Judgement {
        let (mris, _) = self.brain_mris();
        let dated = mris.iter().filter_map(|mri| Some((mri.when?, mri)));
        let Some((when, newest)) = dated.max_by_key(|(when, _)| when.last) else { return Judgement::met(Vec::new()) };
        let since = |day: &Option<Moment>| day.is_some_and(|day| day.on_or_after(&when) == Verdict::Met);
        let gap = match newest.activity {
            Verdict::Met => None,
            _ if days(relapse).iter().any(since) => None,
            Verdict::NotMet => Some(Gap::not_recorded(newest.source, "gap-newest-mri-quiet")),
            Verdict::Unknown => newest.uncoded().map(|gap| gap.said_as("gap-mri-finding")),
        };
        let shown = newest.evidence.clone();
        gap.map_or_else(
            || Judgement::met(shown.clone()),
            |gap| Judgement::unknown(vec![gap]).with_evidence(shown.clone()),
        )
    }

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
